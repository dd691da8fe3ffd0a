/** Loads States and contacts from files, all or nothing. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import { type Refusal, readContacts } from './contact-file.ts';
import { readStates } from './state-file.ts';

export async function loadStates(
  { states, audit, clock, transaction }: Services,
  csv: string,
  actor: Actor,
): Promise<{ ok: true; states: number } | { ok: false; problems: Refusal[] }> {
  const file = readStates(csv);
  if (!file.ok) return file;
  await transaction(async (session) => {
    await states.load(file.states, session);
    const details = { states: file.states.length };
    await audit.record(
      { actor, event: 'states.loaded', subject: { kind: 'states', id: 'file' }, details },
      clock(),
      session,
    );
  });
  return { ok: true, states: file.states.length };
}

export type ContactsReport = {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  refused: Refusal[];
};

/** A dry run, or a file with a refused row, writes nothing. */
export async function loadContacts(
  { states, contacts, audit, clock, transaction }: Services,
  csv: string,
  audiences: string[],
  options: { dryRun: boolean; actor: Actor },
): Promise<ContactsReport> {
  const known = new Set((await states.all()).map((state) => state._id));
  const file = readContacts(csv, { states: known, audiences: new Set(audiences) });
  const changes = await contacts.compare(file.contacts);
  const report = {
    rows: file.rows,
    new: changes.fresh.length,
    changed: changes.changed.length,
    unchanged: changes.unchanged.length,
    refused: file.refused,
  };
  if (options.dryRun || file.refused.length > 0) return report;
  await transaction(async (session) => {
    await contacts.load([...changes.fresh, ...changes.changed], session);
    const { refused: _none, ...details } = report;
    await audit.record(
      {
        actor: options.actor,
        event: 'contacts.loaded',
        subject: { kind: 'contacts', id: 'file' },
        details,
      },
      clock(),
      session,
    );
  });
  return report;
}
