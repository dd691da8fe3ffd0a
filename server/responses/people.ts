/** Who stands behind the links of an invitation, and who wrote which section when. */
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import type { Response } from './response.ts';

/** Name by link id. A link without a person was printed by the secretariat. */
export type People = Map<string, { name: string; delegate: string | null; contact: string | null }>;

/** @param of the invitation, or its response */
export async function peopleOf(
  services: Services,
  of: { _id: string; state: string; audience: string },
): Promise<People> {
  const [links, delegates, contacts] = await Promise.all([
    services.links.ofInvitation(of._id),
    services.delegates.of(of._id),
    services.contacts.everyoneOf(of.state, of.audience),
  ]);
  const names = new Map([...delegates, ...contacts].map(({ _id, name }) => [_id, name]));
  return new Map(
    links.map(({ _id, delegate, contact }) => [
      _id,
      {
        name: names.get(delegate ?? contact ?? '') ?? '',
        delegate: delegate ?? null,
        contact: contact ?? null,
      },
    ]),
  );
}

/** How somebody is called: a link that nobody has was printed by the secretariat. */
export const nameOf = (link: string, people: People, voice: Voice): string =>
  people.get(link)?.name || voice.t('colleagues.secretariat');

export type Writer = { name: string; at: Date; delegate: string | null };

/** Who saved a section, each person once with their last time, the newest first. */
export function writersOf(
  response: Response,
  section: string,
  people: People,
  voice: Voice,
): Writer[] {
  const latest = new Map<string, Writer>();
  for (const { at, by } of response.sections[section]?.saves ?? []) {
    const name = nameOf(by, people, voice);
    latest.delete(name);
    latest.set(name, { name, at, delegate: people.get(by)?.delegate ?? null });
  }
  return [...latest.values()].reverse();
}

/** Whether two links are of one person: each mail carries a link of its own. */
export function samePerson(a: string, b: string, people: People): boolean {
  if (a === b) return true;
  const [one, other] = [people.get(a), people.get(b)];
  if (!one || !other) return false;
  const same = (x: string | null, y: string | null) => x !== null && x === y;
  return same(one.contact, other.contact) || same(one.delegate, other.delegate);
}
