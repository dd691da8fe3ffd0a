/** What a file would do, row by row, as a page; and what came of it. */
import type { Voice } from '../texts.ts';
import type { AudienceLabel } from './audiences.ts';
import { ALL_COLUMNS } from './contact-columns.ts';
import { CHANGEABLE, countsOf, type Decision, isDuplicate } from './contact-decision.ts';
import type { Seen } from './import.ts';
import { addressInLetters } from './mail-address.ts';
import { pageOf } from './register-page.ts';
import { wordsOf } from './remark.ts';
import { nameIn, type State } from './state.ts';

const ROWS_A_PAGE = 200;
const KINDS = ['new', 'changed', 'unchanged', 'duplicates', 'refused'] as const;
type Shown = (typeof KINDS)[number] | '';

export const shownIn = (value: unknown): Shown => KINDS.find((known) => known === value) ?? '';

/** Why a press of the button did nothing. */
export type NotLoaded = 'other' | 'refused' | null;

export function importPage(
  { file, decisions, digest }: Seen,
  of: { states: State[]; audiences: AudienceLabel[] },
  voice: Voice,
  at: { shown: Shown; page: number; problem: NotLoaded },
) {
  const counts = countsOf(decisions);
  const isShown = (one: Decision): boolean =>
    at.shown === '' || (at.shown === 'duplicates' ? isDuplicate(one) : one.kind === at.shown);
  // Once it is loaded, what is left to be mended is what counts.
  const wanted = file.done
    ? decisions.filter(({ kind }) => kind === 'refused')
    : decisions.filter(isShown);
  const { shown, ...place } = pageOf(wanted, at.page, ROWS_A_PAGE);
  const names = new Map(of.states.map((state) => [state._id, nameIn(state, voice.language)]));
  const labels = new Map(of.audiences.map(({ id, label }) => [id, label]));
  return {
    file: {
      id: file._id,
      name: file.fileName,
      readAs: file.readAs,
      unknown: file.unknown,
      until: voice.time(file.expiresAt, 'UTC'),
      done: file.done && {
        ...file.done,
        count: file.done.fresh + file.done.changed,
        when: voice.dateTime(file.done.at, 'UTC'),
      },
    },
    counts,
    toLoad: counts.new + counts.changed,
    tabs: KINDS.map((kind) => ({ kind, count: counts[kind], chosen: kind === at.shown })),
    shown: at.shown,
    digest,
    problem: at.problem,
    place,
    rows: shown.map((one) => rowOf(one, { names, labels }, voice)),
  };
}

type Value = { now: string; before: string | null };

function rowOf(
  decision: Decision,
  { names, labels }: { names: Map<string, string>; labels: Map<string, string> },
  voice: Voice,
) {
  const { row, kind, remarks } = decision;
  const cell = (name: (typeof ALL_COLUMNS)[number]) =>
    (row.cells[ALL_COLUMNS.indexOf(name)] ?? '').trim().slice(0, 300);
  const contact = 'contact' in decision ? decision.contact : null;
  const old = decision.kind === 'changed' ? decision.old : null;
  const value = (name: (typeof CHANGEABLE)[number]): Value => ({
    now: contact ? (contact[name] ?? '') : cell(name),
    before: old && old[name] !== contact?.[name] ? (old[name] ?? '') : null,
  });
  return {
    line: row.line,
    kind,
    state: names.get(contact?.state ?? cell('state').toUpperCase()) ?? cell('state'),
    audience: labels.get(contact?.audience ?? cell('audience').toLowerCase()) ?? cell('audience'),
    values: Object.fromEntries(CHANGEABLE.map((name) => [name, value(name)])) as Record<
      (typeof CHANGEABLE)[number],
      Value
    >,
    letters: contact ? addressInLetters(contact.email) : null,
    id: 'old' in decision ? decision.old._id : null,
    remarks: [...new Set(remarks.map((one) => wordsOf(one, voice)))],
  };
}
