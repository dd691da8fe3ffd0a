/** Who was asked and how far each is: a row per invitation, with what is between secretariat and contacts for those who manage the round. */
import type { Invitation } from '../invitations/invitation.ts';
import type { Response, ResponseStatus } from '../responses/response.ts';
import { deadlineOf } from '../rounds/deadline.ts';
import type { Services } from '../services.ts';
import { nameIn, type State, whyUnreachable } from '../states/state.ts';
import type { Taker, Taking } from './rows.ts';
import type { Cell } from './table.ts';

export type Standing = {
  /** Of invitation and response. */
  id: string;
  state: State;
  audience: string;
  status: ResponseStatus;
  startedAt: Date | null;
  firstSubmittedAt: Date | null;
  submittedAt: Date | null;
  revision: number;
  review: Response['review'] | null;
};

const FOR_ALL = [
  ...['state', 'state_name', 'region', 'audience', 'invited_at', 'deadline', 'status'],
  ...['first_submitted_at', 'submitted_at', 'submissions', 'review'],
];
const FOR_MANAGERS = ['started_at', 'declined_at', 'declined_because', 'contacts', 'unreachable'];

export const invitationsHeader = ({ manages }: Taker): string[] =>
  manages ? [...FOR_ALL, ...FOR_MANAGERS] : FOR_ALL;

export async function invitationRows(
  services: Services,
  { round, questionnaire, taker }: Taking,
  standings: Standing[],
): Promise<Cell[][]> {
  const invitations = await services.invitations.ofRound(round._id);
  const byId = new Map(invitations.map((invitation) => [invitation._id, invitation]));
  const contactsOf = taker.manages ? await contactsByPlace(services) : null;
  return standings.map((standing) => {
    const { id, state, audience } = standing;
    const invitation = byId.get(id);
    return [
      ...[state._id, nameIn(state, questionnaire.definition.language), state.region, audience],
      ...[invitation?.createdAt ?? null, deadlineOf(round, invitation ?? { closesAt: null })],
      standing.status,
      ...[standing.firstSubmittedAt, standing.submittedAt, standing.revision, standing.review],
      ...(contactsOf
        ? managedCells(standing, invitation, contactsOf.get(`${state._id} ${audience}`) ?? [])
        : []),
    ];
  });
}

type Contacts = Awaited<ReturnType<Services['contacts']['all']>>;

const managedCells = (
  { startedAt }: Standing,
  invitation: Invitation | undefined,
  contacts: Contacts,
): Cell[] => [
  startedAt,
  invitation?.declined?.at ?? null,
  invitation?.declined?.reason || null,
  contacts.map(({ name, post, email }) => `${name}, ${post} <${email}>`).join('; ') || null,
  contacts.filter((contact) => whyUnreachable(contact) !== null).length,
];

async function contactsByPlace(services: Services): Promise<Map<string, Contacts>> {
  const places = new Map<string, Contacts>();
  for (const contact of await services.contacts.all()) {
    const place = `${contact.state} ${contact.audience}`;
    places.set(place, [...(places.get(place) ?? []), contact]);
  }
  return places;
}
