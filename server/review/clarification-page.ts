/** One clarification for the Committee: what was asked and of whom, what was answered, and what differs. Pure. */
import type { Account } from '../accounts/account.ts';
import type { Message } from '../mail/message.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { answerWords } from '../responses/answer-text.ts';
import type { Response } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { saidQuestions } from './ask-page.ts';
import { type Clarification, LONGEST_REMARK } from './clarification.ts';
import { differenceOf } from './difference.ts';

type Here = {
  clarification: Clarification;
  round: Round;
  edition: Edition;
  state: State;
  response: Response | null;
  voice: Voice;
};

export function clarificationPage(
  { clarification, round, edition, state, response, voice }: Here,
  { accounts, mails }: { accounts: Pick<Account, '_id' | 'email'>[]; mails: Message[] },
) {
  const { answer, ended, before, questions, audience } = clarification;
  const base = `/results/${round._id}`;
  const name = nameIn(state, voice.language);
  const when = (at: Date) => voice.dateTime(at, round.zone);
  const who = (id: string) => accounts.find((one) => one._id === id)?.email ?? '';
  return {
    title: voice.t('clarify.one.title', { state: name }),
    base,
    state: name,
    audience: edition.in(voice.language).definition.audiences.find(({ id }) => id === audience)
      ?.short,
    stateHref: `${base}/states/${state._id}/${audience}`,
    action: `${base}/clarifications/${clarification._id}`,
    followUp: clarification.followUp,
    status: clarification.status,
    statusText: voice.t(`clarify.status.${clarification.status}`),
    letter: clarification.title,
    words: clarification.words,
    wordsLanguage: clarification.language,
    sender: who(clarification.askedBy),
    askedAt: when(clarification.askedAt),
    due: clarification.due ? voice.date(new Date(clarification.due), 'UTC') : '',
    mails: mails.map(({ _id, status, endedAt }) => ({
      id: _id,
      status: voice.t(`outbox.status.${status}`),
      at: endedAt ? when(endedAt) : '',
    })),
    before: saidQuestions(edition, questions, before, voice),
    answer: answer && {
      at: when(answer.at),
      by: answer.by,
      remark: answer.remark,
      changed: answer.changed,
      reference: answer.reference,
    },
    differences: answer?.changed
      ? questions.flatMap((id) => {
          const question = edition.in(voice.language).question(id);
          if (!question) return [];
          const [old, now] = [before, answer.said].map(({ answers, other, currency }) =>
            answerWords(question, answers[id], other[id], currency, voice),
          ) as [string[], string[]];
          const { number, label } = question;
          return [
            {
              id,
              number,
              label,
              several: old.length > 1 || now.length > 1,
              pieces: differenceOf(old, now),
            },
          ];
        })
      : [],
    /** The State has submitted again since, by itself. */
    newer: response?.submitted && response.submitted.revision > (answer?.said ?? before).revision,
    ended: ended && { at: when(ended.at), by: who(ended.by), note: ended.note },
    longest: LONGEST_REMARK,
  };
}
