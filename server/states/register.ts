/** One contact by hand: added, changed, removed and brought back, each with its row in the audit. */
import type { Actor } from '../audit/event.ts';
import { unlessTaken } from '../db/record.ts';
import type { Services, Session } from '../services.ts';
import { knownAudiences } from './audiences.ts';
import { CHANGEABLE } from './contact-decision.ts';
import { type ContactFields, problemsOf } from './contact-file.ts';
import { readMailAddress } from './mail-address.ts';
import { type Remark, remark } from './remark.ts';
import type { Contact } from './state.ts';
import type { NewContact } from './store.ts';
import { directoryOf } from './suggest.ts';

/** `taken`: the contact that is there already, removed or not. */
export type Kept =
  | { ok: true; id: string }
  | { ok: false; problems: Remark[]; taken: Contact | null };

const LONGEST_REASON = 500;

export async function addContact(
  services: Services,
  written: ContactFields,
  actor: Actor,
): Promise<Kept> {
  const read = await checked(services, written);
  if (!read.ok) return read;
  const { contact } = read;
  let id = '';
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      id = await services.contacts.insert(contact, session);
      const { state, audience } = contact;
      await note(services, actor, 'added', id, { state, audience }, session);
    }),
  );
  return made ? { ok: true, id } : taken(services, contact);
}

/** State and audience stay: they are what the contact is, and its links and mails are about them. */
export async function changeContact(
  services: Services,
  old: Contact,
  written: ContactFields,
  actor: Actor,
): Promise<Kept> {
  const { state, audience } = old;
  const read = await checked(services, { ...written, state, audience });
  if (!read.ok) return read;
  const { contact } = read;
  const fields = CHANGEABLE.filter((field) => old[field] !== contact[field]);
  if (fields.length === 0) return { ok: true, id: old._id };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      const { name, post, email, language, zone } = contact;
      await services.contacts.change(old._id, { name, post, email, language, zone }, session);
      await note(services, actor, 'changed', old._id, { fields }, session);
    }),
  );
  return made ? { ok: true, id: old._id } : taken(services, contact);
}

/**
 * From here on the contact gets no mail and is in no selection. Personal links go on opening the questionnaire unless
 * they are ended too.
 * @returns what is wrong with the reason; `ok` also when the contact was removed already
 */
export async function removeContact(
  services: Services,
  contact: Contact,
  said: { reason: string; endLinks: boolean },
  actor: Actor,
): Promise<{ ok: true } | { ok: false; reason: 'missing' | 'long' }> {
  const reason = said.reason.trim();
  if (reason === '') return { ok: false, reason: 'missing' };
  if (reason.length > LONGEST_REASON) return { ok: false, reason: 'long' };
  const now = services.clock();
  await services.transaction(async (session) => {
    const archived = { at: now, reason };
    if (!(await services.contacts.archive(contact._id, archived, session))) return;
    const links = said.endLinks
      ? await services.links.revokeOfContact(contact._id, now, session)
      : 0;
    await note(services, actor, 'removed', contact._id, { links }, session);
  });
  return { ok: true };
}

export const restoreContact = (services: Services, contact: Contact, actor: Actor): Promise<void> =>
  services.transaction(async (session) => {
    if (!(await services.contacts.restore(contact._id, session))) return;
    await note(services, actor, 'restored', contact._id, {}, session);
  });

async function checked(
  services: Services,
  written: ContactFields,
): Promise<{ ok: true; contact: NewContact } | Extract<Kept, { ok: false }>> {
  const known = {
    directory: directoryOf(await services.states.all()),
    audiences: new Set(await knownAudiences(services)),
  };
  const problems = problemsOf(written, known);
  const address = readMailAddress(written.email);
  if (problems.length > 0 || !address.ok) return { ok: false, problems, taken: null };
  return {
    ok: true,
    contact: { ...written, email: address.address, zone: written.zone ?? null },
  };
}

async function taken(services: Services, contact: NewContact): Promise<Kept> {
  const other = await services.contacts.same(contact);
  return { ok: false, problems: [remark('taken', {}, 'email')], taken: other };
}

const EVENTS = {
  added: { event: 'contact.added' },
  changed: { event: 'contact.changed' },
  removed: { event: 'contact.removed' },
  restored: { event: 'contact.restored' },
} as const;

const note = (
  services: Services,
  actor: Actor,
  what: keyof typeof EVENTS,
  contact: string,
  details: Record<string, unknown>,
  session: Session,
) =>
  services.audit.record(
    { actor, ...EVENTS[what], subject: { kind: 'contact', id: contact }, details },
    services.clock(),
    session,
  );
