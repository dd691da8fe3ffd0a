/** A round for admins: what can be sent, and what respondents asked for. */
import type { Actor } from '../audit/event.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { invite, remind } from './invite.ts';
import { type FailedAnswer, requestsOf } from './requests.ts';

type Here = { round: Round; edition: Edition; voice: Voice; actor: Actor };
type Special = {
  failed?: FailedAnswer;
  /** What became of an answer to a request: "yes" or "over". */
  answered?: string;
};

export async function roundPage(
  services: Services,
  { round, edition, voice, actor }: Here,
  { failed, answered = '' }: Special = {},
) {
  const dry = { dryRun: true, actor };
  const [invitations, states, messages, toInvite, toRemind, wishes, requests] = await Promise.all([
    services.invitations.ofRound(round._id),
    services.states.all(),
    services.messages.list({ round: round._id }, 10_000),
    invite(services, round, dry),
    remind(services, round, dry),
    services.responses.wishingOther(round._id),
    requestsOf(services, round, voice, failed ?? null),
  ]);
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
      toInvite,
      audiences,
      requests,
      answered,
      invitedAlready: new Set(
        messages
          .filter((message) => message.template === 'invitation')
          .map((message) => `${message.invitation} ${message.contact}`),
      ).size,
      toRemind,
      // Those that are asked in every audience already need nothing more.
      wishes: wishes
        .filter(
          ({ state }) => invitations.filter((one) => one.state === state).length < audiences.length,
        )
        .map(({ state }) => names.get(state) ?? state),
    },
  };
}
