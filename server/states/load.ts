/** Loads States and contacts from files, all or nothing. */
import type { Actor } from '../audit/event.ts';
import { isDuplicate as isTaken } from '../db/record.ts';
import type { Services, Session } from '../services.ts';
import { voiceOf } from '../texts.ts';
import {
  type Counts,
  countsOf,
  type Decision,
  decide,
  digestOf,
  isDuplicate,
  writesOf,
} from './contact-decision.ts';
import { type ReadRow, readContacts } from './contact-file.ts';
import { type ContactRows, contactRows, type FileRow } from './contact-rows.ts';
import { ofText, tableOf } from './contact-table.ts';
import { allWords, type Remark } from './remark.ts';
import { readStates } from './state-file.ts';

type Refusal = { line: number; reason: string };

export async function loadStates(
  { states, responses, audit, clock, transaction }: Services,
  csv: string,
  actor: Actor,
): Promise<{ ok: true; states: number } | { ok: false; problems: Refusal[] }> {
  const file = readStates(csv);
  if (!file.ok) return file;
  await transaction(async (session) => {
    await states.load(file.states, session);
    const keys = file.states.map(({ _id }) => _id);
    await responses.unfoldStates(keys, session);
    const details = { states: file.states.length };
    await audit.record(
      { actor, event: 'states.loaded', subject: { kind: 'states', id: 'file' }, details },
      clock(),
      session,
    );
  });
  return { ok: true, states: file.states.length };
}

/** What `contact load --json` prints. */
export type ContactsReport = {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  refused: Refusal[];
  /** Rows that say the same as one before and are left out; and those whose address speaks for somebody else too. */
  duplicates: Refusal[];
  /** Columns that were passed over. */
  unknownColumns: string[];
};

/** @param file bytes as they were uploaded, or the text of a CSV */
export const readContactsFile = async (
  { workbooks }: Services,
  file: Buffer | string,
): Promise<ReturnType<typeof contactRows>> =>
  contactRows(typeof file === 'string' ? ofText(file, 'UTF-8') : await tableOf(file, workbooks));

/** What the rows say, held against the States that there are. Large files take a while, so this is no part of a transaction. */
export async function readRows(
  services: Services,
  rows: FileRow[],
  audiences: string[],
): Promise<ReadRow[]> {
  return readContacts(rows, { states: await services.states.all(), audiences });
}

/** What loading the rows would do now. */
export const decideNow = async (
  { contacts }: Services,
  rows: ReadRow[],
  session: Session | null = null,
): Promise<Decision[]> => decide(rows, await contacts.everyone(session));

/** A dry run, or a file with a refused row, writes nothing. */
export async function loadContacts(
  services: Services,
  file: Buffer | string,
  audiences: string[],
  options: { dryRun: boolean; actor: Actor },
): Promise<ContactsReport> {
  const read = await readContactsFile(services, file);
  if (!read.ok) return reportOf([], [], [{ line: read.line, remarks: [read.problem] }]);
  const rows = await readRows(services, read.rows, audiences);
  if (options.dryRun) return reportOf(await decideNow(services, rows), read.unknown);
  let decisions: Decision[] = [];
  await onceMore(() =>
    services.transaction(async (session) => {
      decisions = await decideNow(services, rows, session);
      if (decisions.some(({ kind }) => kind === 'refused')) return;
      await carryOut(services, decisions, options.actor, 'file', session);
    }),
  );
  return reportOf(decisions, read.unknown);
}

/** Writes what was decided, and tells the audit. */
export async function carryOut(
  services: Services,
  decisions: Decision[],
  actor: Actor,
  subject: string,
  session: Session,
): Promise<Counts> {
  const { fresh, changed } = writesOf(decisions);
  await services.contacts.load(fresh, changed, session);
  const { same: _same, ...counts } = countsOf(decisions);
  await services.audit.record(
    {
      actor,
      event: 'contacts.loaded',
      subject: { kind: 'contacts', id: subject },
      details: { ...counts, digest: digestOf(decisions) },
    },
    services.clock(),
    session,
  );
  return countsOf(decisions);
}

/** Somebody who loads the same contact at the same moment was faster: seen anew, it is there. */
export async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTaken(error)) throw error;
    return work();
  }
}

function reportOf(
  decisions: Decision[],
  unknownColumns: ContactRows['unknown'],
  whole: { line: number; remarks: Remark[] }[] = [],
): ContactsReport {
  // The command line speaks English.
  const voice = voiceOf('en');
  const said = ({ line, remarks }: { line: number; remarks: Remark[] }): Refusal => ({
    line,
    reason: allWords(remarks, voice),
  });
  const saidOf = (wanted: (one: Decision) => boolean) =>
    decisions.filter(wanted).map(({ row, remarks }) => said({ line: row.line, remarks }));
  const { rows, new: fresh, changed, unchanged } = countsOf(decisions);
  return {
    rows,
    new: fresh,
    changed,
    unchanged,
    refused: [...whole.map(said), ...saidOf(({ kind }) => kind === 'refused')],
    duplicates: saidOf(isDuplicate),
    unknownColumns,
  };
}
