/** What loading the rows of a file would do to the register: decided here for preview and loading alike. Pure. */
import { createHash } from 'node:crypto';
import { inSlices, mapInSlices } from '../slices.ts';
import { type ContactFields, identityOf, type ReadRow } from './contact-file.ts';
import type { FileRow } from './contact-rows.ts';
import { type Remark, remark } from './remark.ts';
import type { Contact } from './state.ts';
import type { ContactChange, NewContact } from './store.ts';

export const CHANGEABLE = ['name', 'post', 'email', 'language', 'zone'] as const;

export type Decision = { row: FileRow; remarks: Remark[] } & (
  | { kind: 'new'; contact: NewContact }
  | { kind: 'changed'; contact: NewContact; old: Contact }
  | { kind: 'unchanged'; contact: NewContact; old: Contact }
  /** As a row before it: left out. */
  | { kind: 'same' }
  | { kind: 'refused' }
);
type DecisionKind = Decision['kind'];

/** @param register with those that were removed: a file does not bring them back, a person does */
export async function decide(rows: ReadRow[], register: Contact[]): Promise<Decision[]> {
  const known = new Map<string, Contact>();
  await inSlices(register, (contact) => known.set(identityOf(contact), contact));
  const speaksFor = await placesByAddress([
    ...register.filter((contact) => !contact.archived),
    ...rows.flatMap((row) => (row.ok ? [row.contact] : [])),
  ]);
  return mapInSlices(rows, (read): Decision => {
    const { line, cells, more } = read;
    const row = { line, cells, more };
    if (read.ok === null) return { kind: 'same', row, remarks: read.notes };
    if (!read.ok) return { kind: 'refused', row, remarks: read.problems };
    const old = known.get(identityOf(read.contact));
    if (old?.archived) {
      const { at, reason } = old.archived;
      const values = { date: at.toISOString().slice(0, 10), reason };
      return { kind: 'refused', row, remarks: [remark('archived', values)] };
    }
    const contact = { ...read.contact, zone: zoneOf(read.contact, old) };
    const isSame = old && CHANGEABLE.every((field) => old[field] === contact[field]);
    if (isSame) return { kind: 'unchanged', row, remarks: read.notes, contact, old };
    const others = (speaksFor.get(contact.email.toLowerCase()) ?? []).filter(
      (place) => place !== placeOf(contact),
    );
    const remarks =
      others.length > 0
        ? [...read.notes, remark('elsewhere', { places: others.slice(0, 5).join(', ') })]
        : read.notes;
    return old
      ? { kind: 'changed', row, remarks, contact, old }
      : { kind: 'new', row, remarks, contact };
  });
}

const zoneOf = (contact: ContactFields, old: Contact | undefined): string | null =>
  contact.zone === undefined ? (old?.zone ?? null) : contact.zone;

const placeOf = (of: { state: string; audience: string }) => `${of.state} (${of.audience})`;

async function placesByAddress(contacts: ContactFields[]): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  await inSlices(contacts, (contact) => {
    const address = contact.email.toLowerCase();
    const before = places.get(address) ?? [];
    if (!before.includes(placeOf(contact))) places.set(address, [...before, placeOf(contact)]);
  });
  return places;
}

/** Whether the row says what another row, or another contact, says too. */
export const isDuplicate = ({ remarks }: Decision): boolean =>
  remarks.some(({ code }) => code === 'same' || code === 'elsewhere');

export type Counts = Record<DecisionKind | 'rows' | 'duplicates', number>;

export function countsOf(decisions: Decision[]): Counts {
  const counts = { rows: 0, new: 0, changed: 0, unchanged: 0, same: 0, refused: 0, duplicates: 0 };
  for (const decision of decisions) {
    counts.rows += 1;
    counts[decision.kind] += 1;
    if (isDuplicate(decision)) counts.duplicates += 1;
  }
  return counts;
}

/** What is written when the decisions are carried out; those about refused rows write nothing. */
export function writesOf(decisions: Decision[]): {
  fresh: NewContact[];
  changed: { id: string; to: ContactChange }[];
} {
  return {
    fresh: decisions.flatMap((one) => (one.kind === 'new' ? [one.contact] : [])),
    changed: decisions.flatMap((one) =>
      one.kind === 'changed' ? [{ id: one.old._id, to: changeOf(one.contact) }] : [],
    ),
  };
}

const changeOf = ({ name, post, email, language, zone }: NewContact): ContactChange => ({
  name,
  post,
  email,
  language,
  zone,
});

/** Stands for everything that was decided: with the same digest the same is written. */
export async function digestOf(decisions: Decision[]): Promise<string> {
  const hash = createHash('sha256');
  const said = (one: Decision) => [
    one.row.line,
    one.kind,
    'contact' in one ? one.contact : one.row.cells,
    'old' in one ? [one.old._id, ...CHANGEABLE.map((field) => one.old[field])] : null,
  ];
  await inSlices(decisions, (one) => hash.update(`${JSON.stringify(said(one))}\n`));
  return hash.digest('hex');
}
