/** Gathers what is known of each State of a round: its contacts, its mails, its response, what it asks. */
import { type Invitation, isAsked } from '../invitations/invitation.ts';
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
  const [states, contacts, invitations, messages, responses, extensions, referrals] =
    await Promise.all([
      services.states.all(),
      services.contacts.all(),
      services.invitations.ofRound(round._id),
      services.messages.list({ round: round._id }, MOST_MAILS),
      services.responses.ofRound(round._id),
      services.extensions.openOfRound(round._id),
      services.referrals.openOfRound(round._id),
    ]);
  const now = services.clock();
  const mailsOf = grouped(messages, (message) => message.invitation);
  const responseOf = new Map(responses.map((response) => [response._id, response]));
  const requestsOf = grouped([...extensions, ...referrals], (request) => request.invitation);
  const contactsOf = grouped(contacts, placeOf);
  const invitationOf = new Map(invitations.map((invitation) => [placeOf(invitation), invitation]));
  return edition.source.definition.audiences.flatMap((audience) => {
    const { referenceDate } = edition.source.definition;
    return states
      .map((state) => ({ state, place: placeOf({ state: state._id, audience: audience.id }) }))
      .filter(
        ({ state, place }) =>
          invitationOf.has(place) ||
          contactsOf.has(place) ||
          audience.groups.some((group) => isMember(state, group, referenceDate)),
      )
      .map(({ state, place }) => {
        const invitation = invitationOf.get(place) ?? null;
        return playerOf(round, edition, now, {
          state,
          audience: audience.id,
          invitation,
          contacts: contactsOf.get(place) ?? [],
          messages: invitation ? (mailsOf.get(invitation._id) ?? []) : [],
          response: (invitation && responseOf.get(invitation._id)) ?? null,
          requests: (invitation && requestsOf.get(invitation._id)) ?? [],
        });
      });
  });
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

const placeOf = (of: { state: string; audience: string }) => `${of.state} ${of.audience}`;

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
