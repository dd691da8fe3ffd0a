/** Reads a file of States (CSV, see docs/data.md) into records, or says which row is wrong. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
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
  party_from: optional,
  affected: flag,
  article5: flag,
  victim_assistance: flag,
  donor: flag,
});

export function isZone(zone: string): boolean {
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
  const records: { record: Record<string, string>; info: { lines: number } }[] = parse(csv, {
    bom: true,
    columns: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const problems: { line: number; reason: string }[] = [];
  const states = new Map<string, State>();
  for (const { record, info } of records) {
    const read = row.safeParse(record);
    if (!read.success) {
      const reason = read.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
      problems.push({ line: info.lines, reason });
    } else if (states.has(read.data.key))
      problems.push({ line: info.lines, reason: `${read.data.key} stands twice` });
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
