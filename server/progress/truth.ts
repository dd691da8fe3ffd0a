/**
 * What a State's answers say to a condition of an indicator. More than yes or no: somebody may not know, may not have
 * answered, or may not have been asked since a branch is closed. Only a yes counts. Pure.
 */
import { type RoundColumns, SUBMITTED } from '../columns/round-columns.ts';
import {
  type Column,
  type ColumnShape,
  chose,
  OPTIONS_PER_WORD,
  stateAt,
} from '../questionnaire/columns.ts';
import { type Condition, type Rule, WAYS_OUT } from '../questionnaire/definition.ts';
import { columnOf } from './cell-use.ts';

/** From the strongest to the weakest, where one of several is enough. */
export const TRUTHS = ['yes', 'unsure', 'missing', 'no', 'closed'] as const;
type Truth = (typeof TRUTHS)[number];
const YES = TRUTHS.indexOf('yes');
const UNSURE = TRUTHS.indexOf('unsure');
const MISSING = TRUTHS.indexOf('missing');
const NO = TRUTHS.indexOf('no');
const CLOSED = TRUTHS.indexOf('closed');

/** One that fails decides; what was not asked decides only where nothing else is open. By the code of a truth; the least decides. */
const IN_ALL = TRUTHS.map((one) => ['no', 'unsure', 'missing', 'closed', 'yes'].indexOf(one));

/** Judges the State at a place. @returns the place among TRUTHS */
export type Judge = (place: number) => number;

/** @param audiences that are looked at, joined: yes in one of them is yes */
export function judgeOf(
  columns: RoundColumns,
  condition: Condition,
  audiences: readonly string[],
): Judge {
  if ('all' in condition) {
    const parts = condition.all.map((part) => judgeOf(columns, part, audiences));
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return (place) => {
      let found = YES;
      // Nothing comes before a "no".
      for (let at = 0; at < parts.length && found !== NO; at += 1) {
        const one = (parts[at] as Judge)(place);
        if ((IN_ALL[one] as number) < (IN_ALL[found] as number)) found = one;
      }
      return found;
    };
  }
  const parts =
    'any' in condition
      ? condition.any.map((part) => judgeOf(columns, part, audiences))
      : audiences.flatMap((audience) => ruleJudges(columns, condition, audience));
  // "No" of none, such as of audiences that are not asked the question.
  const [only] = parts;
  if (!only) return () => NO;
  if (parts.length === 1) return only;
  return (place) => {
    let found: number = TRUTHS.length;
    for (let at = 0; at < parts.length && found !== YES; at += 1) {
      const one = (parts[at] as Judge)(place);
      if (one < found) found = one;
    }
    return found;
  };
}

/** One for each column of the question: a matrix has a column for each row. */
function ruleJudges(columns: RoundColumns, rule: Rule, audience: string): Judge[] {
  const part = columns.parts.get(audience);
  if (!part) return [];
  return columnIds(part.layout.columns, rule.q).map((id): Judge => {
    const current = columnOf(part, id);
    const cell = cellJudge(current(), rule);
    return (place) =>
      (part.standing[place] as number) < SUBMITTED ? MISSING : cell(current(), place);
  });
}

const columnIds = (shapes: ColumnShape[], question: string): string[] =>
  shapes.filter((one) => one.question === question).map(({ id }) => id);

type CellJudge = (column: Column, place: number) => number;

/** A column of one byte has few values, so that what each of them says is worked out once. */
function cellJudge(column: Column, rule: Rule): CellJudge {
  // A matrix can only be asked whether it was answered.
  if (column.row !== null && rule.op !== 'answered') return () => NO;
  const judge: CellJudge = (of, place) => TRUTHS.indexOf(columnTruth(of, rule, place));
  if (column.kind === 'bits') return choicesJudge(column, rule);
  if (column.kind === 'number') return judge;
  const values = Uint8Array.from({ length: 256 }, (_, value) => value);
  const every = { ...column, values, length: values.length };
  const known = Uint8Array.from(values, (value) => judge(every, value));
  return ({ values: own }, place) => known[own[place] as number] as number;
}

/** Several choices: which of them the rule names is worked out once, word by word. */
function choicesJudge({ options, bytes }: Column, { op, value }: Rule): CellJudge {
  const words = bytes / 4;
  const maskOf = (codes: string[], word: number): number =>
    codes.reduce((mask, code) => {
      const at = options.indexOf(code);
      return at >= 0 && Math.floor(at / OPTIONS_PER_WORD) === word
        ? mask | (1 << (at % OPTIONS_PER_WORD))
        : mask;
    }, 0);
  const masks = (codes: string[]) =>
    Array.from({ length: words }, (_, word) => maskOf(codes, word));
  const named = masks(op === 'in' && !Array.isArray(value) ? [] : [value].flat().map(String));
  const waysOut = masks([...WAYS_OUT]);
  const meets = (column: Column, place: number, mask: number[]): boolean => {
    for (let word = 0; word < words; word += 1)
      if (((column.values[word * column.length + place] as number) & (mask[word] as number)) !== 0)
        return true;
    return false;
  };
  const picks = op === 'eq' || op === 'in' || op === 'includes';
  const excludes = op === 'neq';
  const isAny = op === 'answered';
  return (column, place) => {
    const state = stateAt(column, place);
    if (state === 'not_applicable') return CLOSED;
    if (state === 'empty') return MISSING;
    const holds = isAny || (picks || excludes ? meets(column, place, named) !== excludes : false);
    if (meets(column, place, waysOut)) return picks && holds ? YES : UNSURE;
    return holds ? YES : NO;
  };
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
