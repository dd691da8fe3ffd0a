/** The register as a page: found by State, name or address, a hundred at a time. */
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import { audienceLabels } from './audiences.ts';
import { folded } from './clean-text.ts';
import { addressInLetters } from './mail-address.ts';
import { type Contact, nameIn, type State, whyUnreachable } from './state.ts';

const CONTACTS_A_PAGE = 100;

export type RegisterQuery = {
  find: string;
  audience: string;
  /** Key of a State; "" for all. */
  state: string;
  /** The removed contacts instead of those in the register. */
  removed: boolean;
  page: number;
};

/** From an address; what is not text means nothing. */
export function registerQuery(query: Record<string, unknown>): RegisterQuery {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name].trim() : '');
  return {
    find: text('find').slice(0, 200),
    audience: text('audience'),
    state: text('state'),
    removed: text('shown') === 'removed',
    page: pageIn(query['page']),
  };
}

export const pageIn = (value: unknown): number => {
  const page = Number(/^\d{1,5}$/.exec(String(value ?? ''))?.[0] ?? 1);
  return Math.max(1, page);
};

/** One page of a list, and where it lies in it. */
export function pageOf<T>(list: T[], page: number, size: number) {
  const pages = Math.max(1, Math.ceil(list.length / size));
  const at = Math.min(page, pages);
  return { shown: list.slice((at - 1) * size, at * size), page: at, pages };
}

export async function registerPage(services: Services, query: RegisterQuery, voice: Voice) {
  const [everyone, all, audiences] = await Promise.all([
    services.contacts.everyone(),
    services.states.all(),
    audienceLabels(services, voice.language),
  ]);
  const states = new Map(all.map((state) => [state._id, state]));
  const names = new Map(all.map((state) => [state._id, nameIn(state, voice.language)]));
  const nameOf = (contact: Contact) => names.get(contact.state) ?? contact.state;
  const found = everyone
    .filter((contact) => Boolean(contact.archived) === query.removed)
    .filter((contact) => query.audience === '' || contact.audience === query.audience)
    .filter((contact) => query.state === '' || contact.state === query.state)
    .filter(finder(query.find, states))
    .sort((a, b) => (a.state === b.state ? 0 : voice.compare(nameOf(a), nameOf(b))));
  const { shown, ...place } = pageOf(found, query.page, CONTACTS_A_PAGE);
  const labels = new Map(audiences.map(({ id, label }) => [id, label]));
  return {
    query,
    audiences: audiences.map((one) => ({ ...one, chosen: one.id === query.audience })),
    ofState: query.state ? (names.get(query.state) ?? query.state) : null,
    isFiltered: Boolean(query.find || query.audience || query.state || query.removed),
    count: found.length,
    place,
    contacts: shown.map((contact) => ({
      id: contact._id,
      state: contact.state,
      stateName: nameOf(contact),
      audience: labels.get(contact.audience) ?? contact.audience,
      name: contact.name,
      post: contact.post,
      email: contact.email,
      letters: addressInLetters(contact.email),
      language: contact.language,
      bounced: whyUnreachable(contact) !== null,
      removed: contact.archived
        ? { when: voice.date(contact.archived.at, 'UTC'), reason: contact.archived.reason }
        : null,
    })),
  };
}

/** Whether all words stand in a contact: in its name, post and address, or in a name of its State, whatever the accents. */
function finder(find: string, states: Map<string, State>): (contact: Contact) => boolean {
  const words = folded(find).split(' ').filter(Boolean);
  if (words.length === 0) return () => true;
  const kept = new Map<string, string>();
  const ofState = (key: string) => {
    const state = states.get(key);
    const text = kept.get(key) ?? folded([key, ...Object.values(state?.names ?? {})].join(' '));
    kept.set(key, text);
    return text;
  };
  return ({ state, name, post, email }) => {
    const letters = addressInLetters(email) ?? '';
    const text = `${ofState(state)} ${folded(`${name} ${post} ${email} ${letters}`)}`;
    return words.every((word) => text.includes(word));
  };
}
