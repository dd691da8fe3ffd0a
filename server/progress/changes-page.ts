/** What changed between two submissions of a State, answer by answer, as whoever reads may see it. Pure. */
import type { Submission } from '../responses/response.ts';
import type { Member } from './dataset.ts';
import { mayName } from './disclosure.ts';
import { type Given, givenOf } from './given.ts';
import type { View } from './view.ts';

/**
 * An answer is compared only where it may be seen in both submissions and in the one that counts: what a State keeps
 * closer now was not meant for everybody before either.
 */
export function changesOf(
  view: View,
  member: Member,
  counts: Submission,
  [before, after]: [Submission, Submission],
) {
  const hidden = !mayName(counts.use, view.reader);
  const changes = view.data.questionnaire
    .asked(member.audience)
    .filter((question) => question.action !== null && !hidden)
    .flatMap((question) => {
      const [was, is, now] = [before, after, counts].map((one) => givenOf(view, one, question));
      if (!was || !is || was.pooled || is.pooled || now?.pooled) return [];
      return wordsOf(was) === wordsOf(is) ? [] : [{ ...is, action: question.action, was, is }];
    });
  const when = ({ revision, submittedAt }: Submission) => ({
    revision,
    at: view.voice.dateTime(submittedAt, member.state.zone),
  });
  return { hidden, changes, before: when(before), after: when(after) };
}

const wordsOf = ({ lines }: Given): string =>
  JSON.stringify(lines.map(({ label, text, file }) => [label, text, file?.id]));
