/** The two papers of an audience: its questionnaire to fill in by hand, and a State's own answers. Pure. */

import { onlyIf } from '../questionnaire/condition-words.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { usesInWords } from '../responses/answer-use.ts';
import { fileLimits } from '../responses/file-content.ts';
import { type Response, statusOf } from '../responses/response.ts';
import { currencyOf } from '../responses/section-form.ts';
import { answeredBody, blankBody } from './body.ts';
import { makePaper, type Paper, type PaperContext, type PaperQuestion } from './paper.ts';

export function blankPaper(context: PaperContext): Paper {
  const { t } = context.voice;
  const contact = context.writeTo
    ? t('papers.help', { address: context.writeTo })
    : t('papers.helpReply');
  return makePaper(
    context,
    {
      kind: t('papers.blank'),
      facts: [],
      notes: [
        {
          heading: t('papers.how.title'),
          lines: [
            t('papers.how.purpose'),
            t('papers.how.branches'),
            t('papers.how.circle'),
            t('papers.how.box'),
            t('papers.how.room'),
            contact,
          ],
        },
        usesNote(context),
      ],
    },
    (question) => ({
      ...words(question, context),
      hints: [...help(question, context), ...usage(question, context, null)],
      body: blankBody(question, context.voice),
    }),
  );
}

export function answersPaper(context: PaperContext, response: Response, zone: string): Paper {
  const { voice, questionnaire } = context;
  const { t } = voice;
  const { draft, submitted } = response;
  const shown = shownQuestions(questionnaire, response.audience, draft.answers);
  return makePaper(
    context,
    {
      kind: t('answers.title'),
      facts: [
        { label: t('states.status'), text: t(`status.${statusOf(response)}`) },
        ...(submitted
          ? [
              { label: t('receipt.reference'), text: submitted.reference },
              {
                label: t('receipt.when'),
                text: `${voice.dateTime(submitted.submittedAt, zone)} (${voice.zoneName(submitted.submittedAt, zone)})`,
              },
            ]
          : []),
      ],
      notes: [usesNote(context)],
    },
    (question) => ({
      ...words(question, context),
      hints: usage(question, context, currencyOf(draft)),
      body: answeredBody(question, draft, shown.has(question.id), voice),
    }),
  );
}

const usesNote = ({ voice }: PaperContext) => ({
  heading: voice.t('landing.use.title'),
  lines: usesInWords(voice),
});

const words = (
  question: AskedQuestion,
  { questionnaire, voice }: PaperContext,
): Omit<PaperQuestion, 'hints' | 'body'> => ({
  id: question.id,
  number: question.number,
  label: question.label,
  optional: question.required ? '' : voice.t('optional'),
  condition: question.shownWhen ? onlyIf(question.shownWhen, questionnaire, voice) : '',
});

/** What helps to answer; not said again beside an answer that was given. */
function help(question: AskedQuestion, { voice }: PaperContext): string[] {
  const lines = question.hint ? [question.hint] : [];
  if (question.type === 'file') lines.push(fileLimits(question, voice));
  return lines;
}

/**
 * How the answer is used and read.
 * @param currency of the amounts in a matrix; null while it has not been chosen
 */
function usage(
  question: AskedQuestion,
  { voice: { t } }: PaperContext,
  currency: string | null,
): string[] {
  const lines = question.use === 'aggregate' ? [t('totalsOnlyQuestion')] : [];
  if (question.type === 'matrix' && question.cell.type === 'money')
    lines.push(currency ? t('currencyOfMatrix', { currency }) : t('papers.currency'));
  return lines;
}
