/** Gathers what is known of each State of a round: its contacts, its mails, its response, what it asks. */
import { type Invitation, isAsked } from '../invitations/invitation.ts';
import { placeOf } from '../invitations/selection.ts';
import type { Message } from '../mail/message.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { overviewOf } from '../responses/overview.ts';
import type { Response } from '../responses/response.ts';
import { deadlineOf, roundFor } from '../rounds/deadline.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, isMember, type State, whyUnreachable } from '../states/state.ts';
import { type MailFact, type PlayFacts, type Standing, standingOf } from './standing.ts';

export type Player = Standing & {
  state: State;
  audience: string;
  invitation: Invitation | null;
  contacts: Contact[];
  mails: MailFact[];
  /** Answered of shown questions in the draft; null before an invitation. */
  progress: { answered: number; shown: number } | null;
  submittedAt: Date | null;
  startedAt: Date | null;
  firstSubmittedAt: Date | null;
  /** The deadline where it is an extended one; null otherwise. */
  extendedTo: Date | null;
  /** Requests of the State that wait for an answer. */
  waiting: number;
};

/** Everybody whom the round is meant for or who was invited, as each audience. In no order. */
export async function readPlay(
  services: Services,
  round: Round,
  edition: Edition,
): Promise<Player[]> {
  const [states, contacts, invitations, messages, responses, requests] = await Promise.all([
    services.states.all(),
    services.contacts.all(),
    services.invitations.ofRound(round._id),
    services.messages.list({ round: round._id }, MOST_MAILS),
    services.responses.ofRound(round._id),
    openRequests(services, round),
  ]);
  const now = services.clock();
  const mailsOf = grouped(messages, (message) => message.invitation);
  const responseOf = new Map(responses.map((response) => [response._id, response]));
  const requestsOf = grouped(requests, (request) => request.invitation);
  const contactsOf = grouped(contacts, placeOf);
  const invitationOf = new Map(invitations.map((invitation) => [placeOf(invitation), invitation]));
  return edition.source.definition.audiences.flatMap(({ id: audience }) =>
    states.flatMap((state) => {
      const place = placeOf({ state: state._id, audience });
      const invitation = invitationOf.get(place) ?? null;
      const known = { state, audience, invitation, contacts: contactsOf.get(place) ?? [] };
      if (!isInPlay(edition, known)) return [];
      return playerOf(round, edition, now, {
        ...known,
        messages: invitation ? (mailsOf.get(invitation._id) ?? []) : [],
        response: (invitation && responseOf.get(invitation._id)) ?? null,
        requests: (invitation && requestsOf.get(invitation._id)) ?? [],
      });
    }),
  );
}

/** One of them with its mails, the newest first; null when the round has nothing to do with it. */
export async function readPlayer(
  services: Services,
  round: Round,
  edition: Edition,
  of: { state: string; audience: string },
): Promise<{ player: Player; messages: Message[] } | null> {
  const { state: key, audience } = of;
  const [state, invitation, contacts] = await Promise.all([
    services.states.find(key),
    services.invitations.ofState(round._id, key, audience),
    services.contacts.of(key, audience),
  ]);
  if (!state || !isInPlay(edition, { state, audience, invitation, contacts })) return null;
  const [messages, response, requests] = invitation
    ? await Promise.all([
        services.messages.ofInvitation(invitation._id),
        services.responses.find(invitation._id),
        openRequests(services, round),
      ])
    : [[], null, []];
  const known = { state, audience, invitation, contacts, messages, response };
  const own = requests.filter((request) => request.invitation === invitation?._id);
  const player = playerOf(round, edition, services.clock(), { ...known, requests: own });
  return { player, messages };
}

/** What waits for an answer of the secretariat. */
const openRequests = async ({ extensions, referrals }: Services, round: Round) =>
  (await Promise.all([extensions.openOfRound(round._id), referrals.openOfRound(round._id)])).flat();

/** Whether a State is asked, has somebody who could be, or is one that the audience is meant for. */
function isInPlay(
  { source: { definition } }: Edition,
  of: Pick<Player, 'state' | 'audience' | 'invitation' | 'contacts'>,
): boolean {
  const audience = definition.audiences.find(({ id }) => id === of.audience);
  if (!audience) return false;
  return (
    of.invitation !== null ||
    of.contacts.length > 0 ||
    audience.groups.some((group) => isMember(of.state, group, definition.referenceDate))
  );
}

/** The newest ones; a round of hundreds of States has a few thousand. */
const MOST_MAILS = 20_000;

/** Node 20 has no `Map.groupBy`. */
function grouped<T, K>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function playerOf(
  round: Round,
  edition: Edition,
  now: Date,
  of: {
    state: State;
    audience: string;
    invitation: Invitation | null;
    contacts: Contact[];
    messages: Message[];
    response: Response | null;
    requests: { askedAt: Date }[];
  },
): Player {
  const { state, audience, invitation, response } = of;
  const contacts = of.contacts.filter(({ _id }) => !invitation || isAsked(invitation, _id));
  const mails = of.messages.map(factOf);
  const overview =
    response &&
    overviewOf(edition.source, audience, response.draft, edition.source.definition.language);
  const facts: PlayFacts = {
    invitation,
    contacts: contacts.map((contact) => ({
      _id: contact._id,
      reachable: whyUnreachable(contact) === null,
    })),
    mails,
    response: response && {
      startedAt: response.startedAt,
      savedAt: savedAt(response),
      submittedAt: response.submitted?.submittedAt ?? null,
      ahead: response.ahead,
      review: response.review,
      complete: overview?.complete ?? false,
    },
    requests: of.requests.map((request) => request.askedAt),
  };
  const deadline = invitation && deadlineOf(round, invitation);
  return {
    ...standingOf(facts, invitation ? roundFor(round, invitation) : round, now),
    state,
    audience,
    invitation,
    contacts,
    mails,
    progress: overview && { answered: overview.answered, shown: overview.shown },
    startedAt: response?.startedAt ?? null,
    submittedAt: response?.submitted?.submittedAt ?? null,
    firstSubmittedAt: response?.firstSubmittedAt ?? response?.submitted?.submittedAt ?? null,
    extendedTo: deadline && deadline > round.closesAt ? deadline : null,
    waiting: of.requests.length,
  };
}

const factOf = ({ _id, contact, template, status, endedAt, createdAt }: Message): MailFact => ({
  _id,
  contact,
  template,
  status,
  at: endedAt ?? createdAt,
});

const savedAt = ({ sections }: Response): Date | null =>
  Object.values(sections)
    .map((section) => section.savedAt)
    .sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
