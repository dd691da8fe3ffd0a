/** The JSON export: `docs/export.schema.json` is its shape. Pure. */
import { filterNamed } from '../progress/dataset.ts';
import { type Answers, type FileAnswer, withoutFileIds } from '../questionnaire/answers.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { noteOf } from '../responses/receipt-canonical.ts';
import { statusOf } from '../responses/response.ts';
import type { Taking } from './rows.ts';
import type { ExportRow } from './table.ts';

/** The `format` of the export; its shape is never changed under one number. */
const JSON_FORMAT = 1;

export const jsonHead = ({ round, questionnaire, cutOff, snapshot, filter }: Taking) => ({
  format: JSON_FORMAT,
  round: round._id,
  questionnaire: questionnaire.name,
  demonstration: round.demonstration,
  cutOff: cutOff.toISOString(),
  snapshot: snapshot && { slug: snapshot.slug, name: snapshot.name },
  filters: filterNamed(filter),
});

export function responseJson({ response, may }: ExportRow, questionnaire: Questionnaire) {
  const { state, audience, submitted } = response;
  const answers: Record<string, unknown> = {};
  const aboutAnswers: Answers = {};
  for (const [id, answer] of Object.entries(submitted?.answers ?? {})) {
    const question = questionnaire.question(id);
    if (!question || !may(id)) continue;
    if (question.action === null) aboutAnswers[id.replace(/^r_/, '')] = answer;
    else answers[id] = question.type === 'file' ? withoutFileIds(answer as FileAnswer) : answer;
  }
  return {
    state,
    audience,
    status: statusOf(response),
    reference: submitted?.reference ?? null,
    submittedAt: submitted?.submittedAt.toISOString() ?? null,
    attribution: submitted?.use ?? null,
    uses: Object.fromEntries(Object.entries(submitted?.uses ?? {}).filter(([id]) => id in answers)),
    review: submitted ? response.review : null,
    noteVerbale: submitted?.note ? noteOf(submitted.note) : null,
    respondent: aboutAnswers,
    answers,
    other: Object.fromEntries(
      Object.entries(submitted?.other ?? {}).filter(([id]) => id in answers),
    ),
  };
}
