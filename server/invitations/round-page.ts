/** A round's state of play for admins, with what respondents asked for. */
import type { Actor } from '../audit/event.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { deadlineOf } from '../rounds/deadline.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn, whyUnreachable } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { invite, remind } from './invite.ts';
import { type FailedAnswer, requestsOf } from './requests.ts';

type Here = { round: Round; edition: Edition; voice: Voice; actor: Actor };
type Special = {
  /** A link that was made just now, shown this once. */
  made?: { link: string; state: string };
  failed?: FailedAnswer;
  /** What became of an answer to a request: "yes" or "over". */
  answered?: string;
};

export async function roundPage(
  services: Services,
  { round, edition, voice, actor }: Here,
  { made, failed, answered = '' }: Special = {},
) {
  const dry = { dryRun: true, actor };
  const [invitations, responses, states, contacts, messages, toInvite, toRemind, wishes, requests] =
    await Promise.all([
      services.invitations.ofRound(round._id),
      services.responses.statuses(round._id),
      services.states.all(),
      services.contacts.all(),
      services.messages.list({ round: round._id }, 10_000),
      invite(services, round, dry),
      remind(services, round, dry),
      services.responses.wishingOther(round._id),
      requestsOf(services, round, voice, failed ?? null),
    ]);
  const byId = new Map(responses.map((response) => [response._id, response]));
  const names = new Map(states.map((state) => [state._id, nameIn(state, voice.language)]));
  const audiences = edition.in(voice.language).definition.audiences;
  // Those whose mail came back are not among those to invite any more.
  const stopped = new Set(contacts.filter(whyUnreachable).map(({ _id }) => _id));
  const last = new Map(messages.toReversed().map((message) => [message.invitation, message]));
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
          .filter((message) => !stopped.has(message.contact ?? ''))
          .map((message) => `${message.invitation} ${message.contact}`),
      ).size,
      toRemind,
      // Those that are asked in every audience already need nothing more.
      wishes: wishes
        .filter(
          ({ state }) => invitations.filter((one) => one.state === state).length < audiences.length,
        )
        .map(({ state }) => names.get(state) ?? state),
      made: made ?? null,
      rows: invitations
        .map((invitation) => {
          const response = byId.get(invitation._id);
          const message = last.get(invitation._id);
          return {
            id: invitation._id,
            state: names.get(invitation.state) ?? invitation.state,
            stateKey: invitation.state,
            audience: invitation.audience,
            audienceLabel: audiences.find((one) => one.id === invitation.audience)?.short ?? '',
            status: response?.status ?? 'not_started',
            extended:
              deadlineOf(round, invitation) > round.closesAt
                ? voice.dateTime(deadlineOf(round, invitation), round.zone)
                : '',
            submittedAt: response?.submittedAt ? voice.date(response.submittedAt, round.zone) : '',
            mail: message
              ? { id: message._id, template: message.template, status: message.status }
              : null,
          };
        })
        .sort((a, b) => voice.compare(a.state, b.state)),
    },
  };
}
