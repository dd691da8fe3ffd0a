/** Refuses a questionnaire that could not be answered or counted. Each problem says where it is and what to do. */
import { checkBranches } from './check-branches.ts';
import { checkCodes, checkReferences } from './check-codes.ts';
import { checkFollowUps } from './check-follow-ups.ts';
import { checkIndicators } from './check-indicators.ts';
import { checkQuestions } from './check-questions.ts';
import { checkViews } from './check-views.ts';
import { type Definition, definitionSchema, type Language } from './definition.ts';
import { compile } from './questionnaire.ts';
import { translationGaps } from './texts.ts';

/** `where` is a path such as `questions.a44_02.shownWhen`. */
export type Finding = { where: string; problem: string; remedy: string };
export type CheckResult =
  | { ok: true; definition: Definition; warnings: Finding[] }
  | { ok: false; problems: Finding[] };

export type Report = (where: string, problem: string, remedy: string) => void;

/** @param source parsed JSON of unknown shape */
export function checkDefinition(source: unknown): CheckResult {
  const shape = definitionSchema.safeParse(source);
  if (!shape.success)
    return {
      ok: false,
      problems: shape.error.issues.map((issue) => ({
        where: placeOf(issue.path, source),
        problem: issue.message,
        remedy: 'See docs/questionnaire.md for the fields and their forms.',
      })),
    };
  const definition = shape.data;
  const problems: Finding[] = [];
  const report: Report = (where, problem, remedy) => problems.push({ where, problem, remedy });
  checkCodes(definition, report);
  checkReferences(definition, report);
  // What follows reads questions through their sections and sets, so these must stand first.
  if (problems.length === 0) {
    const questionnaire = compile(definition);
    checkQuestions(questionnaire, report);
    checkBranches(questionnaire, report);
    checkIndicators(questionnaire, report);
    checkFollowUps(questionnaire, report);
    checkViews(questionnaire, report);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, definition, warnings: translationWarnings(definition) };
}

/** A zod path with list places replaced by the id, key, number or value of what stands there. */
function placeOf(path: PropertyKey[], source: unknown): string {
  let here = source;
  const names = path.map((step) => {
    here = (here as Record<PropertyKey, unknown> | undefined)?.[step];
    const named = here as Record<string, unknown> | undefined;
    const name = named?.['id'] ?? named?.['key'] ?? named?.['number'] ?? named?.['value'];
    return typeof step === 'number' ? (name ?? step) : step;
  });
  return names.map(String).join('.') || 'the document';
}

function translationWarnings(definition: Definition): Finding[] {
  return (Object.keys(definition.translations ?? {}) as Language[]).flatMap((language) => {
    const { missing, stale } = translationGaps(definition, language);
    const at = `translations.${language}`;
    return [
      ...missing.map((text) => ({
        where: at,
        problem: `not translated: ${text}`,
        remedy: 'People will see the source text.',
      })),
      ...stale.map((text) => ({
        where: at,
        problem: `its source text is gone: ${text}`,
        remedy: 'Take it out or adapt it.',
      })),
    ];
  });
}
