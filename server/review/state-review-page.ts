/** What the Committee read in a State's report: all States of a round, and the form of one. Pure. */
import type { Account } from '../accounts/account.ts';
import type { Problem } from '../questionnaire/answers.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerLines, answerWords } from '../responses/answer-text.ts';
import type { Draft } from '../responses/response.ts';
import { elementId, sectionView } from '../responses/section-page.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { audienceOf, draftOf, type StateReview } from './state-review.ts';

type Accounts = Pick<Account, '_id' | 'email'>[];
const emailOf = (accounts: Accounts, id: string) =>
  accounts.find((one) => one._id === id)?.email ?? '';

/** Every State, with what was read: the first question's answer, as that is what is compared. */
export function stateReviewsPage(
  round: Round,
  questionnaire: Questionnaire,
  of: { states: State[]; reviews: StateReview[]; accounts: Accounts },
  voice: Voice,
) {
  const base = `/results/${round._id}/gender`;
  const [first, ...others] = questionnaire.asked(audienceOf(questionnaire));
  const rows = of.states.map((state) => {
    const review = of.reviews.find((one) => one.state === state._id);
    const words = (question: typeof first) =>
      review && question
        ? answerWords(question, review.answers[question.id], review.other[question.id], '', voice)
        : [];
    return {
      name: nameIn(state, voice.language),
      href: `${base}/reviews/${state._id}`,
      answer: words(first).join('; '),
      more: others.flatMap(words).join(' · '),
      at: review ? voice.date(review.savedAt, round.zone) : '',
      by: review ? emailOf(of.accounts, review.savedBy) : '',
    };
  });
  return {
    base,
    title: questionnaire.definition.title,
    question: first?.label ?? '',
    rows: rows.sort((a, b) => voice.compare(a.name, b.name)),
    read: of.reviews.length,
    of: of.states.length,
  };
}

export type TypedReview = {
  draft: Draft;
  problems: Problem[];
  /** What somebody else saved meanwhile; null where nobody did. */
  overtaken: StateReview | null;
};

/** One State's form. @param review null before anybody wrote it */
export function stateReviewPage(
  round: Round,
  questionnaire: Questionnaire,
  of: { state: State; review: StateReview | null; accounts: Accounts; own: boolean },
  typed: TypedReview | null,
  voice: Voice,
) {
  const { state, review, accounts, own } = of;
  const audience = audienceOf(questionnaire);
  const base = `/results/${round._id}/gender/reviews`;
  const draft = typed?.draft ?? draftOf(review);
  const shown = shownQuestions(questionnaire, audience, draft.answers);
  const name = nameIn(state, voice.language);
  const stored = typed?.overtaken ?? null;
  const words = (id: string, from: StateReview) => {
    const question = questionnaire.question(id);
    return question ? answerWords(question, from.answers[id], from.other[id], '', voice) : [];
  };
  const asked = questionnaire.asked(audience);
  const theirs = new Map(
    stored
      ? asked
          .filter(
            ({ id }) => JSON.stringify(draft.answers[id]) !== JSON.stringify(stored.answers[id]),
          )
          .map(({ id }) => {
            const lines = words(id, stored);
            return [id, lines.length > 0 ? lines : [voice.t('answers.none')]] as const;
          })
      : [],
  );
  const questions = questionnaire
    .sections(audience)
    .flatMap(
      (section) =>
        sectionView(
          questionnaire,
          { audience, section: section.id },
          draft,
          typed?.problems ?? [],
          voice,
          draftOf(review),
          theirs,
        ).questions,
    );
  const errors = questions
    .filter((question) => question.shown)
    .flatMap((question) => question.errors)
    .map(({ field, text, number }) => ({
      href: `#${elementId(field)}`,
      text: number ? `${number} ${text}` : text,
    }));
  const title = voice.t('gender.review.title', { state: name });
  return {
    title: errors.length > 0 ? voice.t('errorTitle', { title }) : title,
    locals: {
      heading: title,
      questionnaireTitle: questionnaire.definition.title,
      gender: `/results/${round._id}/gender`,
      base,
      action: `${base}/${state._id}`,
      // A branch is decided here: without a script the page comes back with it.
      questions: questions
        .filter(({ id }) => shown.has(id))
        .map((question) => ({ ...question, shownWhen: null, use: null, totalsOnly: false })),
      lastTimes: Object.fromEntries(asked.map(({ id }) => [id, null])),
      errors,
      isOvertaken: stored !== null,
      revision: (stored ?? review)?.revision ?? 0,
      saved: review && {
        at: voice.dateTime(review.savedAt, round.zone),
        by: emailOf(accounts, review.savedBy),
      },
      said:
        own && review
          ? asked.map((question) => ({
              id: question.id,
              number: question.number,
              label: question.label,
              lines: answerLines(
                question,
                review.answers[question.id],
                review.other[question.id],
                '',
                voice,
              ),
            }))
          : [],
      history: (review?.history ?? []).toReversed().map((one) => ({
        at: voice.dateTime(one.savedAt, round.zone),
        by: emailOf(accounts, one.savedBy),
        words: asked
          .flatMap((question) =>
            answerWords(question, one.answers[question.id], one.other[question.id], '', voice),
          )
          .join(' · '),
      })),
      own,
      closed: false,
    },
  };
}
