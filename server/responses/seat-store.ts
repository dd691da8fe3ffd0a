import type { Connection } from 'mongoose';
import { gathered } from '../db/gathered.ts';
import type { Invitation, Link } from '../invitations/invitation.ts';
import type { Round } from '../rounds/round.ts';
import type { Contact } from '../states/state.ts';
import type { Response } from './response.ts';

/** What decides who may read and write, so that it is read at each request. */
export type SeatRecords = {
  /** The live link, the newest where a browser has several. */
  link: Link;
  /** Whose link it is; null for one without a contact. */
  contact: Contact | null;
  invitation: Invitation;
  response: Response;
  round: Round;
  /** All of them, the latest opening first. */
  rounds: Round[];
};

type Wanted = { links: string[]; invitation: string };
type LinkFound = Link & { contacts: Contact[] };
/** One row of the answer has one of these. */
type Row = Partial<{ link: LinkFound; invitation: Invitation; response: Response; round: Round }>;

export function seatStore(connection: Connection) {
  const among = (ids: string[]) => ({ $match: { _id: { $in: ids } } });
  const as = (name: keyof Row) => ({ $replaceWith: { [name]: '$$ROOT' } });

  /** One trip for all requests that come at about the same time: at fifty connections that is most of what reading costs. */
  const read = gathered(async (wanted: Wanted[]): Promise<(SeatRecords | null)[]> => {
    const invitations = wanted.map(({ invitation }) => invitation);
    const links = wanted.flatMap((one) => one.links);
    const rows = await connection
      .collection('links')
      .aggregate<Row>([
        among(links),
        { $match: { revokedAt: null } },
        {
          $lookup: {
            from: 'contacts',
            localField: 'contact',
            foreignField: '_id',
            as: 'contacts',
          },
        },
        as('link'),
        { $unionWith: { coll: 'invitations', pipeline: [among(invitations), as('invitation')] } },
        { $unionWith: { coll: 'responses', pipeline: [among(invitations), as('response')] } },
        { $unionWith: { coll: 'rounds', pipeline: [{ $sort: ROUND_ORDER }, as('round')] } },
      ])
      .toArray();
    const all = <T>(pick: (row: Row) => T | undefined): T[] =>
      rows.map(pick).filter((one) => one !== undefined);
    const byId = <T extends { _id: string }>(records: T[]) =>
      new Map(records.map((one) => [one._id, one]));
    const found = {
      links: byId(all(({ link }) => link)),
      invitations: byId(all(({ invitation }) => invitation)),
      responses: byId(all(({ response }) => response)),
      rounds: all(({ round }) => round),
    };
    return wanted.map((one) => {
      const newest = newestOf(one, found.links);
      const invitation = found.invitations.get(one.invitation);
      const response = found.responses.get(one.invitation);
      const round = found.rounds.find(({ _id }) => _id === invitation?.round);
      if (!newest || !invitation || !response || !round) return null;
      const { contacts, ...link } = newest;
      const [contact = null] = contacts;
      return { link, contact, invitation, response, round, rounds: found.rounds };
    });
  });

  return {
    /** Null when none of the links opens the invitation now. @param links ids of those that a browser was granted */
    find: (links: string[], invitation: string): Promise<SeatRecords | null> =>
      read({ links, invitation }),
  };
}

const ROUND_ORDER = { opensAt: -1, _id: 1 };

function newestOf(
  { links, invitation }: Wanted,
  found: Map<string, LinkFound>,
): LinkFound | undefined {
  return links
    .map((id) => found.get(id))
    .filter((link) => link?.invitation === invitation)
    .reduce((a, b) => (a && b && a._id > b._id ? a : b), undefined);
}
