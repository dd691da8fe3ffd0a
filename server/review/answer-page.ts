/** The respondent's page of one clarification: what is asked, with the question's own form; afterwards the receipt. Pure. */
import { newId } from '../db/record.ts';
import type { Problem } from '../questionnaire/answers.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import { answerLines, answerWords } from '../responses/answer-text.ts';
import { common, type Page } from '../responses/page-parts.ts';
import { askedOf, receiptOf } from '../responses/receipt.ts';
import type { Draft, Submitter } from '../responses/response.ts';
import type { Seat } from '../responses/seat.ts';
import { elementId, sectionView } from '../responses/section-page.ts';
import { differing, draftOf, questionsAround, type SubmittedResponse } from './answering.ts';
import { type Clarification, LONGEST_REMARK, type Said } from './clarification.ts';

export type TypedAnswer = {
  draft: Draft;
  problems: Problem[];
  inForm: string[];
  by: Submitter;
  /** Names of the fields of the submitter that are wrong, and `remark`. */
  errors: string[];
  remark: string;
  isNew: string;
  overtaken: boolean;
};

export function answerPage(
  seat: Seat,
  response: SubmittedResponse,
  clarification: Clarification,
  typed: TypedAnswer | null = null,
): Page {
  const { voice, questionnaire, contact } = seat;
  const { t } = voice;
  const around = questionsAround(questionnaire, response.audience, clarification.questions);
  const stored = draftOf(response, around);
  const draft = typed?.draft ?? stored;
  const shown = shownQuestions(questionnaire, response.audience, draft.answers);
  const inForm = new Set(
    typed?.inForm ??
      around.filter(({ id }) => shown.has(id) && isAbout(clarification, id)).map(({ id }) => id),
  );
  const others = new Map(
    differing(response, around).map((question) => [
      question.id,
      wordsOf(seat, question.id, response.draft),
    ]),
  );
  const problems = typed?.problems ?? [];
  const sections = [...new Set(around.map((question) => question.section))];
  const questions = sections
    .flatMap(
      (section) =>
        sectionView(
          questionnaire,
          { audience: response.audience, section },
          draft,
          problems,
          voice,
          response.draft,
          others,
        ).questions,
    )
    .filter(({ id }) => inForm.has(id))
    // The whole page is about one thing; its branches are decided here, not by the script.
    .map((question) => ({ ...question, shownWhen: null }));
  const errors = [
    ...questions.flatMap((question) =>
      question.errors.map(({ field, text, number }) => ({
        href: `#${elementId(field)}`,
        text: number ? `${number} ${text}` : text,
      })),
    ),
    ...(typed?.errors ?? []).map((name) => ({
      href: name === 'remark' ? '#remark' : `#submitter-${name}`,
      text:
        name === 'remark'
          ? t('problem.length', {
              max: voice.number(LONGEST_REMARK),
              length: voice.number([...(typed?.remark ?? '')].length),
            })
          : t(`submitter.problem.${name}`),
    })),
  ];
  const title = t('clarify.title');
  const before = response.submitted.by;
  return {
    view: '/review/answer',
    // Choosing a language is a button of this form, so that what was typed comes along.
    form: 'answer',
    title: errors.length > 0 ? t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      ...askedIn(seat, clarification),
      questions,
      lastTimes: Object.fromEntries(questions.map(({ id }) => [id, null])),
      soFar: saidIn(seat, clarification, saidNow(response)),
      errors,
      submitterErrors: (typed?.errors ?? []).filter((name) => name !== 'remark'),
      overtaken: typed?.overtaken === true,
      isNew: typed?.isNew ?? '',
      remark: typed?.remark ?? '',
      remarkWrong: typed?.errors.includes('remark') === true,
      by: typed?.by ?? {
        name: contact?.name ?? before.name,
        post: contact?.post ?? before.post,
        email: contact?.email ?? before.email,
      },
      key: newId(),
      revision: response.submitted.revision,
      hasFiles: questions.some((question) => question.type === 'file'),
      closed: false,
    },
  };
}

const isAbout = ({ questions }: Clarification, id: string) => questions.includes(id);

/** What the Committee asked, for the form and the receipt alike. */
const askedIn = ({ voice, zone }: Seat, clarification: Clarification) => ({
  id: clarification._id,
  words: clarification.words,
  wordsLanguage: clarification.language,
  letter: clarification.title,
  askedAt: voice.date(clarification.askedAt, zone),
  due: clarification.due ? voice.date(new Date(clarification.due), 'UTC') : '',
});

const saidNow = ({
  submitted,
}: SubmittedResponse): Pick<Said, 'answers' | 'other' | 'currency'> => ({
  answers: submitted.answers,
  other: submitted.other,
  currency: String(submitted.answers['r_currency'] ?? 'USD'),
});

/** Each question asked about with an answer in words. */
const saidIn = (
  { questionnaire, voice }: Seat,
  { questions }: Clarification,
  { answers, other, currency }: Pick<Said, 'answers' | 'other' | 'currency'>,
) =>
  questions.flatMap((id) => {
    const question = questionnaire.question(id);
    if (!question) return [];
    const { number, label } = question;
    return [
      { id, number, label, lines: answerLines(question, answers[id], other[id], currency, voice) },
    ];
  });

/** An answer of a draft in words, for somebody who is to choose between two. */
function wordsOf({ questionnaire, voice }: Seat, id: string, draft: Draft): string[] {
  const question = questionnaire.question(id);
  const currency = String(draft.answers['r_currency'] ?? 'USD');
  const words = question
    ? answerWords(question, draft.answers[id], draft.other[id], currency, voice)
    : [];
  const use = draft.uses?.[id];
  return [
    ...(words.length > 0 ? words : [voice.t('answers.none')]),
    ...(use ? [voice.t(`use.${use}`)] : []),
  ];
}

/** @param mine what somebody typed whose answer came too late; null for whoever only looks */
export function answeredPage(
  seat: Seat,
  response: SubmittedResponse,
  clarification: Clarification,
  mine: { draft: Draft; remark: string } | null = null,
): Page {
  const { voice, zone, contact } = seat;
  const { answer, status } = clarification;
  const currency = String(response.submitted.answers['r_currency'] ?? 'USD');
  const block =
    answer?.changed && response.submitted.reference === answer.reference
      ? receiptOf(askedOf(response, seat.round), response.submitted)
      : '';
  return {
    view: '/review/answered',
    title: voice.t(answer ? 'clarify.thanks' : 'clarify.title'),
    locals: {
      ...common(seat),
      ...askedIn(seat, clarification),
      status,
      answer: answer && {
        at: voice.dateTime(answer.at, zone),
        by: answer.by,
        remark: answer.remark,
        changed: answer.changed,
        reference: answer.reference,
      },
      before: saidIn(seat, clarification, clarification.before),
      after: answer ? saidIn(seat, clarification, answer.said) : [],
      mailed: answer?.changed ? (contact?.email ?? '') : '',
      block,
      mine: mine && {
        remark: mine.remark,
        answers: saidIn(seat, clarification, { ...mine.draft, currency }),
      },
    },
  };
}
