/** What a posted section changes, what is wrong with it, and what it reveals. Pure. */
import {
  type Fields,
  type FileAnswer,
  type Problem,
  parseQuestion,
} from '../questionnaire/answers.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { readUse } from './answer-use.ts';
import { belongs, fieldsOf } from './fields.ts';
import { type Draft, fieldKey, fieldOf } from './response.ts';
import type { SectionChange } from './store.ts';
import { type FileChanges, NO_FILES, type TakenFile, takeFiles } from './uploads.ts';

export type ReadSection = {
  change: SectionChange;
  problems: Problem[];
  /** Files that the form brought and that were taken: to be stored with the change. */
  taken: TakenFile[];
  /** The draft as it is after the change. */
  draft: Draft;
  /** The first question that these answers show and the form did not have; null when there is none. */
  revealed: string | null;
};

/** On the page that shows two people's texts: whose is kept, `mine` (as it stands in the fields) or `theirs`. */
const choiceField = (question: string): string => `keep.${question}`;

/** Currency codes that amounts may be in. */
export const currenciesOf = (questionnaire: Questionnaire): string[] =>
  (questionnaire.definition.optionSets['currencies'] ?? []).map((option) => option.value);

export const currencyOf = ({ answers }: Pick<Draft, 'answers'>): string =>
  String(answers['r_currency'] ?? 'USD');

/**
 * @param posted the form; its `shown` fields name the questions that were in it. A question that was not in the
 * form keeps its answer, so that a branch that is closed and opened again is as it was.
 */
export function readSection(
  questionnaire: Questionnaire,
  of: { audience: string; section: string; seen: number },
  before: Draft,
  posted: Fields,
  language: string,
  fileChanges: FileChanges = NO_FILES,
): ReadSection {
  const shown = [posted['shown'] ?? []].flat();
  // On a page that showed both texts, "take the other one" leaves what is stored.
  const taken = (id: string) => posted[choiceField(id)] === 'theirs';
  const inForm = questionnaire
    .questions(of.section)
    .filter(({ id }) => shown.includes(id) && !taken(id));
  const change: SectionChange = {
    section: of.section,
    seen: of.seen,
    answers: {},
    other: {},
    unparsed: {},
  };
  const draft: Draft = {
    answers: { ...before.answers },
    other: { ...before.other },
    unparsed: { ...before.unparsed },
    ...(before.uses ? { uses: { ...before.uses } } : {}),
  };
  const problems: Problem[] = [];
  const files: TakenFile[] = [];
  const context = {
    language,
    currency: currencyOf(before),
    currencies: currenciesOf(questionnaire),
  };
  for (const question of inForm) {
    const { id } = question;
    const parsed = parseQuestion(question, posted, context);
    problems.push(...parsed.problems);
    let answer = parsed.answer;
    if (question.type === 'file') {
      const stored = (before.answers[id] as FileAnswer | undefined)?.files ?? [];
      const result = takeFiles(question, stored, fileChanges);
      files.push(...result.taken);
      problems.push(...result.problems);
      answer = fileAnswer(result.files, parsed.answer);
    }
    put(change.answers, draft.answers, id, answer);
    put(change.other, draft.other, id, parsed.other);
    const said = readUse(question, posted, draft.uses?.[id]);
    problems.push(...said.problems);
    if (said.use !== draft.uses?.[id]) {
      change.uses ??= {};
      draft.uses ??= {};
      put(change.uses, draft.uses, id, said.use);
    }
    for (const key of Object.keys(before.unparsed)) {
      const field = fieldOf(key);
      if (!belongs(field, id) || field in parsed.unparsed) continue;
      change.unparsed[field] = null;
      delete draft.unparsed[key];
    }
    for (const [field, words] of Object.entries(parsed.unparsed)) {
      change.unparsed[field] = words;
      draft.unparsed[fieldKey(field)] = words;
    }
  }
  const now = shownQuestions(questionnaire, of.audience, draft.answers);
  const revealed = questionnaire
    .questions(of.section)
    .find((question) => now.has(question.id) && !shown.includes(question.id));
  const visible = problems.filter((problem) => now.has(problem.question));
  return { change, problems: visible, taken: files, draft, revealed: revealed?.id ?? null };
}

function put<T>(
  change: Record<string, T | null>,
  draft: Record<string, T>,
  id: string,
  value: T | undefined,
) {
  if (value !== undefined) {
    change[id] = value;
    draft[id] = value;
  } else if (id in draft) {
    change[id] = null;
    delete draft[id];
  }
}

function fileAnswer(
  files: FileAnswer['files'],
  posted: ReturnType<typeof parseQuestion>['answer'],
): FileAnswer | undefined {
  const url = (posted as FileAnswer | undefined)?.url;
  return files.length > 0 || url ? { files, ...(url ? { url } : {}) } : undefined;
}

/**
 * What is wrong with the stored answers of a question, found by reading them like a posted form. Words that could
 * not be read when they were typed are a problem, even where another language could read them.
 */
export function storedProblems(
  questionnaire: Questionnaire,
  question: AskedQuestion,
  draft: Draft,
  language: string,
): Problem[] {
  const { problems } = parseQuestion(question, fieldsOf(question, draft, language), {
    language,
    currency: currencyOf(draft),
    currencies: currenciesOf(questionnaire),
  });
  if (problems.length > 0) return problems;
  return Object.keys(draft.unparsed)
    .map(fieldOf)
    .filter((field) => belongs(field, question.id))
    .map((field): Problem => ({ question: question.id, field, code: 'number' }));
}
