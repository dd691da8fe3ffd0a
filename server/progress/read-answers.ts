/** Answers that no column holds, such as texts and amounts: only the fields that are asked for are read. */
import type { Submission } from '../responses/response.ts';
import type { Services } from '../services.ts';
import type { Dataset } from './dataset.ts';

export type AnswersOf = Pick<Submission, 'answers' | 'other' | 'reference' | 'submittedAt'>;

const BATCH = 1000;

/** By response, of every submission that counts in the data: at a cut-off, of those that counted then. */
export async function readAnswers(
  { responses }: Pick<Services, 'responses'>,
  { audiences }: Dataset,
  questions: string[],
): Promise<Map<string, AnswersOf>> {
  const counted = [...audiences.values()]
    .flatMap(({ members }) => members)
    .filter(({ at }) => at >= 0);
  const read = new Map<string, AnswersOf>();
  for (let from = 0; from < counted.length; from += BATCH)
    for (const one of await responses.answersAt(counted.slice(from, from + BATCH), questions))
      read.set(one.response, one);
  return read;
}
