/** The clarifications of a round as plain records in words: for exports and papers. */
import type { Reader } from '../progress/disclosure.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerWords } from '../responses/answer-text.ts';
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import type { Clarification, ClarificationState, Said } from './clarification.ts';
import { readableOf } from './readable.ts';

export type ClarificationRecord = {
  id: string;
  /** Key of the State. */
  state: string;
  audience: string;
  /** Ids of the questions asked about. */
  questions: string[];
  /** "45.6, 45.8" */
  numbers: string;
  /** The action of a follow-up on gender and diversity; null for a question on one answer. */
  followUp: number | null;
  status: ClarificationState;
  words: string;
  language: string;
  askedAt: Date;
  /** Address of the account; "" for one that is gone. */
  askedBy: string;
  /** YYYY-MM-DD or null. */
  due: string | null;
  before: string;
  /** Null while there is no answer. */
  answeredAt: Date | null;
  answeredBy: string;
  changed: boolean | null;
  remark: string;
  after: string;
  endedAt: Date | null;
  endedBy: string;
  note: string;
};

/** Newest first, only what the reader may read with the name of its State. */
export async function clarificationRecords(
  services: Pick<Services, 'clarifications' | 'responses' | 'accounts'>,
  round: string,
  questionnaire: Questionnaire,
  reader: Reader,
  voice: Voice,
): Promise<ClarificationRecord[]> {
  const [all, accounts] = await Promise.all([
    readableOf(services, round, questionnaire, reader),
    services.accounts.all(),
  ]);
  const emails = new Map(accounts.map(({ _id, email }) => [_id, email]));
  return all.map((one): ClarificationRecord => {
    const { answer, ended } = one;
    return {
      id: one._id,
      state: one.state,
      audience: one.audience,
      questions: one.questions,
      numbers: one.questions.map((id) => questionnaire.question(id)?.number ?? id).join(', '),
      followUp: one.followUp,
      status: one.status,
      words: one.words,
      language: one.language,
      askedAt: one.askedAt,
      askedBy: emails.get(one.askedBy) ?? '',
      due: one.due,
      before: saidInWords(questionnaire, one, one.before, voice),
      answeredAt: answer?.at ?? null,
      answeredBy: answer ? [answer.by.name, answer.by.post].filter(Boolean).join(', ') : '',
      changed: answer?.changed ?? null,
      remark: answer?.remark ?? '',
      after: answer ? saidInWords(questionnaire, one, answer.said, voice) : '',
      endedAt: ended?.at ?? null,
      endedBy: ended ? (emails.get(ended.by) ?? '') : '',
      note: ended?.note ?? '',
    };
  });
}

/** One line for each part of an answer; with several questions each begins with its number. */
function saidInWords(
  questionnaire: Questionnaire,
  { questions }: Pick<Clarification, 'questions'>,
  said: Said,
  voice: Voice,
): string {
  return questions
    .flatMap((id) => {
      const question = questionnaire.question(id);
      if (!question) return [];
      const lines = answerWords(question, said.answers[id], said.other[id], said.currency, voice);
      const before = questions.length > 1 ? `${question.number}: ` : '';
      return lines.length > 0
        ? lines.map((line) => before + line)
        : [before + voice.t('answers.none')];
    })
    .join('\n');
}
