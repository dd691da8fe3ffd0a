/**
 * One State's submissions as plain text, action by action: to be copied into the State's own report, such as the one
 * under Article 7. Pure.
 */
import { mayName, type Reader, useOfAnswer } from '../progress/disclosure.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerLines } from '../responses/answer-text.ts';
import type { Submission } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';

export type Given = { audience: string; submission: Submission };

/** What a text is made from. @param reader null for the State itself, which sees all that it said */
export type StateText = {
  round: Pick<Round, '_id' | 'demonstration'>;
  questionnaire: Questionnaire;
  state: State;
  given: Given[];
  reader: Reader | null;
};

/** Lines end as every editor of texts takes them. */
export const stateText = (of: StateText, voice: Voice): string =>
  [...head(of, voice), ...of.questionnaire.definition.actions.flatMap(actionOf(of, voice)), '']
    .join('\r\n')
    // What a person wrote may have line ends of its own.
    .replace(/\r?\n/g, '\r\n');

function head({ round, questionnaire, state, given }: StateText, voice: Voice): string[] {
  const { definition } = questionnaire;
  const { t } = voice;
  return [
    nameIn(state, voice.language).toLocaleUpperCase(voice.language),
    t('stateText.title'),
    '',
    definition.plan,
    definition.title,
    ...(round.demonstration ? [t('notice.demonstration')] : []),
    '',
    ...given.map(({ audience, submission }) =>
      t('stateText.submitted', {
        audience: audienceLabel(questionnaire, audience),
        when: voice.dateTime(submission.submittedAt, state.zone),
        reference: submission.reference,
      }),
    ),
    ...(given.length === 0 ? [t('state.notSubmitted')] : []),
  ];
}

const audienceLabel = (questionnaire: Questionnaire, id: string): string =>
  questionnaire.definition.audiences.find((one) => one.id === id)?.label ?? id;

/** An action with everything that the State said about it, in whichever audience. */
const actionOf =
  ({ questionnaire, given, reader }: StateText, voice: Voice) =>
  (action: Questionnaire['definition']['actions'][number]): string[] => {
    const parts = given.map(({ audience, submission }) => ({
      audience,
      lines: questionnaire
        .asked(audience)
        .filter((question) => question.action === action.number)
        .flatMap((question) => answered(question, submission, questionnaire, reader, voice)),
    }));
    const spoken = parts.filter(({ lines }) => lines.length > 0);
    if (spoken.length === 0) return [];
    const heading = voice.t('section.heading', { action: action.number, title: action.title });
    return [
      '',
      '',
      heading,
      '='.repeat(heading.length),
      ...spoken.flatMap(({ audience, lines }) => [
        ...(given.length > 1 ? ['', `(${audienceLabel(questionnaire, audience)})`] : []),
        ...lines,
      ]),
    ];
  };

/** A question with what was said, or that it is not shown; nothing where nothing was said. */
function answered(
  question: AskedQuestion,
  submission: Submission,
  questionnaire: Questionnaire,
  reader: Reader | null,
  voice: Voice,
): string[] {
  const { answers, other } = submission;
  const use = useOfAnswer(questionnaire, submission, question.id);
  const heading = ['', `${question.number} ${question.label}`];
  // That there is an answer would tell, so this is said whether there is one or not.
  if (reader && !mayName(use, reader))
    return [
      ...heading,
      `    ${voice.t(use === 'committee' ? 'answerUse.committeeOnly' : 'answerUse.totalsOnly')}`,
    ];
  const currency = String(answers['r_currency'] ?? '');
  const lines = answerLines(question, answers[question.id], other[question.id], currency, voice);
  if (lines.length === 0) return [];
  const mark = lines.length > 1 ? '- ' : '';
  return [
    ...heading,
    ...lines.map(({ label, text }) => {
      const said = `${mark}${label ? `${label}: ` : ''}${text}`;
      return said.replace(/^/gm, '    ');
    }),
  ];
}
