/**
 * What a State's answers say to a condition of an indicator. More than yes or no: somebody may not know, may not have
 * answered, or may not have been asked since a branch is closed. Only a yes counts. Pure.
 */
import { type RoundColumns, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, type ColumnShape, chose, stateAt } from '../questionnaire/columns.ts';
import { type Condition, type Rule, WAYS_OUT } from '../questionnaire/definition.ts';

/** From the strongest to the weakest, where one of several is enough. */
export const TRUTHS = ['yes', 'unsure', 'missing', 'no', 'closed'] as const;
type Truth = (typeof TRUTHS)[number];
const MISSING = TRUTHS.indexOf('missing');
const NO = TRUTHS.indexOf('no');

/** One that fails decides; what was not asked decides only where nothing else is open. By the code of a truth; the least decides. */
const IN_ALL = TRUTHS.map((one) => ['no', 'unsure', 'missing', 'closed', 'yes'].indexOf(one));

/**
 * Judges a State by its place, over the audiences that are looked at, joined: yes in one of them is yes.
 * @returns the place among TRUTHS
 */
export type Judge = (audiences: readonly string[], place: number) => number;

export function judgeOf(columns: RoundColumns, condition: Condition): Judge {
  if ('all' in condition) {
    const parts = condition.all.map((part) => judgeOf(columns, part));
    return (audiences, place) => {
      let found = TRUTHS.indexOf('yes');
      for (const part of parts) {
        const one = part(audiences, place);
        if ((IN_ALL[one] as number) < (IN_ALL[found] as number)) found = one;
      }
      return found;
    };
  }
  if ('any' in condition) {
    const parts = condition.any.map((part) => judgeOf(columns, part));
    return (audiences, place) => strongest(parts.map((part) => part(audiences, place)));
  }
  return ruleJudge(columns, condition);
}

/** "No" of none. */
const strongest = (codes: number[]): number => (codes.length > 0 ? Math.min(...codes) : NO);

function ruleJudge(columns: RoundColumns, rule: Rule): Judge {
  const byAudience = new Map(
    [...columns.parts].flatMap(([audience, part]) => {
      const ids = idsOf(part.layout.columns, rule.q);
      if (ids.length === 0) return [];
      const cells = ids.map((id) => cellJudge(part.columns.byId.get(id) as Column, rule));
      return [[audience, { part, ids, cells }] as const];
    }),
  );
  return (audiences, place) => {
    let found = -1;
    for (const audience of audiences) {
      const own = byAudience.get(audience);
      // An audience that is not asked the question says nothing.
      if (!own) continue;
      const { part, ids, cells } = own;
      if ((part.standing[place] as number) < SUBMITTED) found = least(found, MISSING);
      else
        for (const [at, cell] of cells.entries())
          found = least(found, cell(part.columns.byId.get(ids[at] as string) as Column, place));
    }
    return found < 0 ? NO : found;
  };
}

const least = (found: number, one: number): number => (found < 0 || one < found ? one : found);

/** A matrix has a column for each row. */
const idsOf = (shapes: ColumnShape[], question: string): string[] => {
  const own = shapes.find(({ id }) => id === question);
  return own ? [own.id] : shapes.filter((one) => one.question === question).map(({ id }) => id);
};

/** A column of one byte has few values, so that what each of them says is worked out once. */
function cellJudge(column: Column, rule: Rule): (column: Column, place: number) => number {
  // A matrix can only be asked whether it was answered.
  if (column.row !== null && rule.op !== 'answered') return () => NO;
  const judge = (of: Column, place: number) => TRUTHS.indexOf(columnTruth(of, rule, place));
  if (column.kind !== 'code' && column.kind !== 'answered') return judge;
  const every = {
    ...column,
    values: Uint8Array.from({ length: 256 }, (_, value) => value),
    length: 256,
  };
  const known = Uint8Array.from(every.values, (value) => judge(every, value));
  return ({ values }, place) => known[values[place] as number] as number;
}

/** `condition.ts` holds rules against answers, and a test compares the two. */
function columnTruth(column: Column, { op, value }: Rule, at: number): Truth {
  const state = stateAt(column, at);
  if (state === 'not_applicable') return 'closed';
  if (state === 'empty') return 'missing';
  const picked = (code: unknown) => chose(column, at, String(code));
  const number = () =>
    column.kind === 'number'
      ? (column.values[at] as number)
      : Number(column.options[(column.values[at] as number) - 1]);
  const holds = {
    eq: () => (column.kind === 'number' ? number() === value : picked(value)),
    neq: () => (column.kind === 'number' ? number() !== value : !picked(value)),
    in: () => Array.isArray(value) && value.some(picked),
    includes: () => picked(value),
    answered: () => true,
    gt: () => number() > Number(value),
    lt: () => number() < Number(value),
  }[op];
  // "Do not know" is an answer only to a rule that names it: it is no answer other than "no", and no answer at all.
  const named = op === 'eq' || op === 'in' || op === 'includes';
  if (WAYS_OUT.some(picked)) return named && holds() ? 'yes' : 'unsure';
  return holds() ? 'yes' : 'no';
}
