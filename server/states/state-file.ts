/** Reads a file of States (CSV, see docs/data.md) into records, or says which row is wrong. */
import { z } from 'zod';
import { remembered } from '../remembered.ts';
import { CsvProblem, type CsvRow, csvRows } from './csv-rows.ts';
import { type Membership, REGIONS, type State } from './state.ts';

const flag = z.enum(['0', '1']).transform((value) => value === '1');
const optional = z.string().transform((value) => value || null);

const row = z.object({
  key: z.string().regex(/^[A-Z]{3}$/, 'three capital letters'),
  iso2: z.string().regex(/^[A-Z]{2}$/, 'two capital letters'),
  iso3: optional,
  name_en: z.string().min(1),
  name_fr: z.string(),
  name_ar: z.string(),
  name_es: z.string(),
  name_ru: z.string(),
  name_zh: z.string(),
  region: z.enum(REGIONS),
  zone: z.string().refine(isZone, 'no such time zone'),
  party: flag,
  party_from: z
    .string()
    .regex(/^(\d{4}-\d{2}-\d{2})?$/, 'a day such as 2003-09-13, or nothing')
    .transform((day) => day || null),
  affected: flag,
  article5: flag,
  victim_assistance: flag,
  donor: flag,
});

/** Asking for one takes long, and a file asks for the same few thousands of times. */
const zones = remembered<string, boolean>();

export function isZone(zone: string): boolean {
  return zones(zone, () => isThere(zone));
}

function isThere(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

export type StatesFile =
  | { ok: true; states: State[] }
  | { ok: false; problems: { line: number; reason: string }[] };

export function readStates(csv: string): StatesFile {
  const whole = (reason: string, line = 1): StatesFile => ({
    ok: false,
    problems: [{ line, reason }],
  });
  let records: CsvRow[];
  try {
    records = csvRows(csv);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return whole(`The file is no CSV: ${error.message}`, error.line);
  }
  const header = records.shift()?.cells ?? [];
  const missing = Object.keys(row.shape).filter((name) => !header.includes(name));
  if (missing.length > 0) return whole(`The first line lacks ${missing.join(', ')}.`);
  if (records.length === 0) return whole('There is no State in the file.');
  const problems: { line: number; reason: string }[] = [];
  const states = new Map<string, State>();
  for (const { line, cells } of records) {
    const read = row.safeParse(
      Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])),
    );
    if (!read.success) {
      const reason = read.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
      problems.push({ line, reason });
    } else if (cells.length > header.length)
      problems.push({ line, reason: 'there are more cells than columns' });
    else if (states.has(read.data.key))
      problems.push({ line, reason: `${read.data.key} stands twice` });
    else states.set(read.data.key, toState(read.data));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, states: [...states.values()] };
}

function toState(of: z.infer<typeof row>): State {
  const member = (group: string, from: string | null = null): Membership => ({
    group,
    from,
    to: null,
    verified: false,
  });
  const names: State['names'] = { en: of.name_en };
  for (const language of ['fr', 'ar', 'es', 'ru', 'zh'] as const)
    if (of[`name_${language}`]) names[language] = of[`name_${language}`];
  return {
    _id: of.key,
    iso2: of.iso2,
    iso3: of.iso3,
    names,
    region: of.region,
    zone: of.zone,
    memberships: [
      ...(of.party ? [member('allStatesParties', of.party_from)] : []),
      ...(of.party && of.affected ? [member('affectedStatesParties')] : []),
      ...(of.article5 ? [member('article5')] : []),
      ...(of.victim_assistance ? [member('victimAssistance')] : []),
      ...(of.donor ? [member(of.party ? 'donorStatesParties' : 'donorNonParties')] : []),
    ],
  };
}
