/** What a State's form says to a clarification: its answers as they would be submitted, and what that changes. Pure. */
import type { Fields, FileAnswer, Problem } from '../questionnaire/answers.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import { isAnswered, shownQuestions } from '../questionnaire/path.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { belongs } from '../responses/fields.ts';
import { fingerprint, markField } from '../responses/fingerprint.ts';
import { type Draft, fieldOf, type Response, type Submission } from '../responses/response.ts';
import { readSection } from '../responses/section-form.ts';
import type { SectionChange } from '../responses/store.ts';
import { type FileChanges, NO_FILES, type TakenFile } from '../responses/uploads.ts';

export type SubmittedResponse = Response & { submitted: Submission };

/** The questions asked about and all whose branch depends on them, in order: what the form may hold. */
export function questionsAround(
  questionnaire: Questionnaire,
  audience: string,
  asked: string[],
): AskedQuestion[] {
  const around = new Set(asked);
  const own = questionnaire.asked(audience);
  for (const { id, shownWhen } of own)
    if (shownWhen && rulesOf(shownWhen).some(({ rule }) => around.has(rule.q))) around.add(id);
  return own.filter(({ id }) => around.has(id));
}

/** What was submitted, as the form begins: with the answers that are hidden now, which come back when a branch opens. */
export function draftOf(response: SubmittedResponse, around: AskedQuestion[]): Draft {
  const { submitted, draft } = response;
  const hidden = around.filter(({ id }) => !(id in submitted.answers) && id in draft.answers);
  const kept = <T>(from: Record<string, T>) =>
    Object.fromEntries(hidden.flatMap(({ id }) => (id in from ? [[id, from[id] as T]] : [])));
  const shown = (id: string) => id in submitted.answers;
  return {
    // A draft that is ahead may have answered what was left open; that was not submitted.
    answers: { ...(response.ahead ? {} : kept(draft.answers)), ...submitted.answers },
    other: {
      ...(response.ahead ? {} : kept(draft.other)),
      ...submitted.other,
    },
    unparsed: {},
    uses: Object.fromEntries(Object.entries(submitted.uses ?? {}).filter(([id]) => shown(id))),
  };
}

/** Questions of which an unsubmitted draft says something else: the writer of the form sees both. */
export const differing = (response: SubmittedResponse, around: AskedQuestion[]): AskedQuestion[] =>
  response.ahead
    ? around.filter(
        ({ id }) => fingerprint(id, response.draft) !== fingerprint(id, draftOf(response, around)),
      )
    : [];

export type ReadAnswer = {
  /** All answers as they would be submitted. */
  draft: Draft;
  problems: Problem[];
  taken: TakenFile[];
  /** Questions in the form, those that its answers bring with them included. */
  inForm: string[];
  /** The first that the form did not have yet; null when there is none. */
  revealed: string | null;
  /** Whether anything differs from what was submitted. */
  changed: boolean;
  /** The draft of a question was saved after the form was made. */
  overtaken: boolean;
  /** What it makes of the draft, a section each. */
  changes: SectionChange[];
  /** Whether the draft holds more than this after it. */
  ahead: boolean;
};

export function readAnswer(
  questionnaire: Questionnaire,
  response: SubmittedResponse,
  asked: string[],
  posted: Fields,
  language: string,
  files: FileChanges = NO_FILES,
): ReadAnswer {
  const { audience } = response;
  const around = questionsAround(questionnaire, audience, asked);
  const before = draftOf(response, around);
  const named = [posted['shown'] ?? []].flat();
  // What the form did not hold stays as it is: a question asked about may be hidden by now.
  const inForm = around.filter(({ id }) => named.includes(id));
  let draft = start(before, response.draft, inForm, posted);
  const problems: Problem[] = [];
  const taken: TakenFile[] = [];
  for (const section of new Set(inForm.map((question) => question.section))) {
    const shown = inForm.filter((one) => one.section === section).map(({ id }) => id);
    const of = { audience, section, seen: 0 };
    const read = readSection(questionnaire, of, draft, { ...posted, shown }, language, files);
    draft = read.draft;
    problems.push(...read.problems);
    taken.push(...read.taken);
  }
  const shown = shownQuestions(questionnaire, audience, draft.answers);
  const visible = around.filter(({ id }) => shown.has(id));
  const isNew = (one: AskedQuestion) => !inForm.includes(one) && !(one.id in before.answers);
  for (const question of visible) {
    const isMissing = question.required && !isAnswered(question, draft.answers);
    if (isMissing && inForm.includes(question))
      problems.push({ question: question.id, field: question.id, code: 'required' });
  }
  const differs = (one: AskedQuestion, from: Draft) =>
    fingerprint(one.id, draft) !== fingerprint(one.id, from);
  const overtaken = inForm.some(({ id }) => {
    const was = posted[markField(id)];
    return was !== undefined && was !== fingerprint(id, response.draft);
  });
  return {
    draft,
    problems: problems.filter(({ question }) => shown.has(question)),
    taken,
    inForm: visible.filter((one) => inForm.includes(one) || isNew(one)).map(({ id }) => id),
    revealed: visible.find(isNew)?.id ?? null,
    changed: inForm.some((one) => differs(one, before)),
    overtaken,
    changes: changesOf(
      response,
      inForm.filter((one) => differs(one, response.draft)),
      draft,
    ),
    ahead: response.ahead && differsBeyond(questionnaire, response, draft, inForm),
  };
}

/** Whether an unsubmitted draft says something else outside the form, of what is shown by either. */
function differsBeyond(
  questionnaire: Questionnaire,
  { audience, draft }: Response,
  submitted: Draft,
  inForm: AskedQuestion[],
): boolean {
  const shown = [draft, submitted].map(({ answers }) =>
    shownQuestions(questionnaire, audience, answers),
  );
  return questionnaire
    .asked(audience)
    .filter((one) => !inForm.includes(one) && shown.some((ids) => ids.has(one.id)))
    .some(({ id }) => fingerprint(id, draft) !== fingerprint(id, submitted));
}

/** Where the writer chose the draft's answer, that one stands; and files that were ticked to go are gone. */
function start(before: Draft, other: Draft, inForm: AskedQuestion[], posted: Fields): Draft {
  const draft: Draft = {
    answers: { ...before.answers },
    other: { ...before.other },
    unparsed: {},
    uses: { ...before.uses },
  };
  const removed = [posted['removed'] ?? []].flat();
  for (const { id, type } of inForm) {
    if (posted[`keep.${id}`] === 'theirs') {
      copy(draft.answers, other.answers, id);
      copy(draft.other, other.other, id);
      copy(draft.uses ?? {}, other.uses ?? {}, id);
    }
    const answer = draft.answers[id];
    if (type === 'file' && answer !== undefined) {
      const file = answer as FileAnswer;
      const files = file.files.filter((one) => !removed.includes(one.id));
      draft.answers[id] = { ...file, files };
    }
  }
  return draft;
}

function copy<T>(into: Record<string, T>, from: Record<string, T>, id: string) {
  const value = from[id];
  if (value === undefined) delete into[id];
  else into[id] = value;
}

function changesOf(response: Response, changed: AskedQuestion[], draft: Draft): SectionChange[] {
  const sections = [...new Set(changed.map((question) => question.section))];
  return sections.map((section) => {
    const own = changed.filter((question) => question.section === section).map(({ id }) => id);
    const all = <T>(from: Record<string, T>) =>
      Object.fromEntries(own.map((id) => [id, from[id] ?? null]));
    const unread = Object.keys(response.draft.unparsed)
      .map(fieldOf)
      .filter((field) => own.some((id) => belongs(field, id)));
    return {
      section,
      seen: response.sections[section]?.revision ?? 0,
      answers: all(draft.answers),
      other: all(draft.other),
      unparsed: Object.fromEntries(unread.map((field) => [field, null])),
      uses: all(draft.uses ?? {}),
    };
  });
}
