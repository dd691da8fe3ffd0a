/** A round for admins: what can be sent, and what respondents asked for. */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { MailingKind } from './mailing-kind.ts';
import { type FailedAnswer, requestsOf } from './requests.ts';
import { choose, readRoll } from './roll.ts';
import { EVERYBODY } from './selection.ts';

type Here = { round: Round; edition: Edition; voice: Voice };
type Special = {
  failed?: FailedAnswer;
  /** What became of an answer to a request: "yes" or "over". */
  answered?: string;
};

export async function roundPage(
  services: Services,
  { round, edition, voice }: Here,
  { failed, answered = '' }: Special = {},
) {
  const [invitations, states, roll, wishes, requests] = await Promise.all([
    services.invitations.ofRound(round._id),
    services.states.all(),
    readRoll(services, round, edition),
    services.responses.wishingOther(round._id),
    requestsOf(services, round, voice, failed ?? null),
  ]);
  const at = services.clock();
  const reached = (kind: MailingKind) =>
    choose(roll, kind, { round, edition, criteria: EVERYBODY, at }).chosen.length;
  const names = new Map(states.map((state) => [state._id, nameIn(state, voice.language)]));
  const audiences = edition.in(voice.language).definition.audiences;
  return {
    view: 'rounds/round',
    title: round._id,
    round,
    locals: {
      round,
      opens: voice.dateTime(round.opensAt, round.zone),
      closes: voice.dateTime(round.closesAt, round.zone),
      questionnaire: edition.in(voice.language).definition.title,
      toInvite: reached('invitation'),
      toRemind: reached('reminder'),
      audiences,
      requests,
      answered,
      // Those that are asked in every audience already need nothing more.
      wishes: wishes
        .filter(
          ({ state }) => invitations.filter((one) => one.state === state).length < audiences.length,
        )
        .map(({ state }) => names.get(state) ?? state),
    },
  };
}
