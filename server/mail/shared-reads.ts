/**
 * The services as mails that are prepared at the same time share them: what many look up by id is fetched in one go, live
 * at that moment, and what hardly ever changes is at most a second old.
 */
import { gathered } from '../db/gathered.ts';
import type { Services } from '../services.ts';
import type { TemplateName } from './template.ts';

const KEPT_MS = 1000;

export function sharedReads(services: Services): Services {
  const { contacts, invitations, responses, rounds, states, catalogue, mailings, templates } =
    services;
  const current = kept(
    ([name, language]: [TemplateName, string]) => templates.current(name, language),
    (of) => of.join(' '),
  );
  const mailingsAmong = async (ids: string[]) =>
    (await Promise.all(ids.map(mailings.find))).filter((one) => one !== null);
  return {
    ...services,
    contacts: { ...contacts, find: together(contacts.among) },
    invitations: { ...invitations, find: together(invitations.among) },
    responses: { ...responses, find: together(responses.among) },
    rounds: { ...rounds, find: kept(rounds.find, (slug) => slug) },
    states: { ...states, find: kept(together(states.among), (key) => key) },
    // A mailing may be cancelled at any moment.
    mailings: { ...mailings, find: together(mailingsAmong) },
    templates: {
      ...templates,
      current: (name, language) => current([name, language]),
      find: kept(templates.find, ({ template, language, version }) =>
        [template, language, version].join(' '),
      ),
    },
    catalogue: {
      ...catalogue,
      find: kept(catalogue.find, ({ key, version }) => `${key}@${version}`),
    },
  };
}

const together = <T extends { _id: string }>(among: (ids: string[]) => Promise<T[]>) =>
  gathered(async (ids: string[]): Promise<(T | null)[]> => {
    const found = new Map((await among([...new Set(ids)])).map((one) => [one._id, one]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** A failed look-up is not kept. */
function kept<In, Out>(find: (of: In) => Promise<Out>, nameOf: (of: In) => string) {
  const known = new Map<string, { found: Promise<Out>; at: number }>();
  return (of: In): Promise<Out> => {
    const name = nameOf(of);
    const now = performance.now();
    const one = known.get(name);
    if (one && now - one.at < KEPT_MS) return one.found;
    const found = find(of);
    known.set(name, { found, at: now });
    found.catch(() => known.delete(name));
    return found;
  };
}
