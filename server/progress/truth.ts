/**
 * What a State's answers say to a condition of an indicator. More than yes or no: somebody may not know, may not have
 * answered, or may not have been asked since a branch is closed. Only a yes counts. Pure.
 */
import { type RoundColumns, STANDINGS, STRIDE, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, chose, OPTIONS_PER_WORD, stateAt } from '../questionnaire/columns.ts';
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

/** Judges the States from `from` to `to`: writes the place among TRUTHS of each, of the first at 0. */
export type Judge = (from: number, to: number, into: Uint8Array) => void;

/** What it says of one State. */
export function truthAt(judge: Judge, place: number): Truth {
  const one = new Uint8Array(1);
  judge(place, place + 1, one);
  return TRUTHS[one[0] as number] as Truth;
}

/** By two truths, what both together are. */
const joining = (order: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: TRUTHS.length ** 2 }, (_, at) => {
    const [one, other] = [Math.floor(at / TRUTHS.length), at % TRUTHS.length];
    return (order[one] as number) <= (order[other] as number) ? one : other;
  });
const ALL = joining(IN_ALL);
const ANY = joining(TRUTHS.map((_, at) => at));

/** @param audiences that are looked at, joined: yes in one of them is yes */
export function judgeOf(
  columns: RoundColumns,
  condition: Condition,
  audiences: readonly string[],
): Judge {
  const each = (parts: Condition[]) => parts.map((part) => judgeOf(columns, part, audiences));
  if ('all' in condition) return joined(each(condition.all), ALL, YES);
  if ('any' in condition) return joined(each(condition.any), ANY, NO);
  // "No" of none, such as of audiences that are not asked the question.
  const judges = audiences.flatMap((audience) => ruleJudges(columns, condition, audience));
  return joined(judges, ANY, NO);
}

/** @param none where there are no parts */
function joined(parts: Judge[], table: Uint8Array, none: number): Judge {
  const [first, ...rest] = parts;
  if (!first) return (from, to, into) => void into.fill(none, 0, to - from);
  if (rest.length === 0) return first;
  const other = new Uint8Array(STRIDE);
  return (from, to, into) => {
    first(from, to, into);
    for (const judge of rest) {
      judge(from, to, other);
      join(table, into, other, to - from);
    }
  };
}

/** One for each column of the question: a matrix has a column for each row. */
function ruleJudges(columns: RoundColumns, rule: Rule, audience: string): Judge[] {
  const part = columns.parts.get(audience);
  if (!part) return [];
  return part.layout.columns
    .filter(({ question }) => question === rule.q)
    .map(({ id }) => {
      const current = columnOf(part, id);
      const standings = () => part.standing;
      const column = current();
      // A matrix can only be asked whether it was answered.
      if (column.row !== null && rule.op !== 'answered')
        return fromCodes(
          (from, to, into) => void into.fill(0, 0, to - from),
          standings,
          Uint8Array.of(NO),
        );
      if (column.kind === 'bits') return choicesJudge(current, standings, rule);
      if (column.kind === 'number') return numberJudge(current, standings, rule);
      return bytesJudge(current, standings, rule);
    });
}

type Current = () => Column;
type Standings = () => Uint8Array;

/** By standing, 1 where something was submitted. */
const HAS_SAID = Uint8Array.from({ length: STANDINGS }, (_, standing) =>
  Number(standing >= SUBMITTED),
);

/**
 * @param read writes for each place a code of what stands there
 * @param truths by code, of those who submitted
 */
function fromCodes(read: Judge, standings: Standings, truths: Uint8Array): Judge {
  const table = Uint8Array.from([...truths.map(() => MISSING), ...truths]);
  return (from, to, into) => {
    read(from, to, into);
    settle(table, standings(), from, to, into);
  };
}

/** A column of one byte has few values, so that what each of them says is worked out once. */
function bytesJudge(current: Current, standings: Standings, rule: Rule): Judge {
  const values = Uint8Array.from({ length: 256 }, (_, value) => value);
  const every = { ...current(), values, length: values.length };
  const truths = values.map((value) => TRUTHS.indexOf(columnTruth(every, rule, value)));
  return fromCodes(
    (from, to, into) => into.set((current().values as Uint8Array).subarray(from, to)),
    standings,
    truths,
  );
}

function numberJudge(current: Current, standings: Standings, rule: Rule): Judge {
  return fromCodes(
    (from, to, into) => {
      const column = current();
      for (let place = from; place < to; place += 1)
        into[place - from] = TRUTHS.indexOf(columnTruth(column, rule, place));
    },
    standings,
    Uint8Array.from(TRUTHS, (_, at) => at),
  );
}

/** What is to be known of several choices; the code of a place is the sum. */
const ANSWERED = 1;
const MEETS = 2;
const IS_OUT = 4;
const APART = 8;

/** Several choices: which of them the rule names is worked out once, word by word. */
function choicesJudge(current: Current, standings: Standings, { op, value }: Rule): Judge {
  const { options, bytes } = current();
  const maskOf = (codes: string[], word: number): number =>
    codes.reduce((mask, code) => {
      const at = options.indexOf(code);
      return at >= 0 && Math.floor(at / OPTIONS_PER_WORD) === word
        ? mask | (1 << (at % OPTIONS_PER_WORD))
        : mask;
    }, 0);
  const masks = (codes: string[]) =>
    Array.from({ length: bytes / 4 }, (_, word) => maskOf(codes, word));
  const named = masks(op === 'in' && !Array.isArray(value) ? [] : [value].flat().map(String));
  const waysOut = masks([...WAYS_OUT]);
  const picks = op === 'eq' || op === 'in' || op === 'includes';
  const excludes = op === 'neq';
  const truthOf = (code: number): number => {
    if ((code & APART) !== 0) return CLOSED;
    if ((code & ANSWERED) === 0) return MISSING;
    const holds =
      op === 'answered' || (picks || excludes ? ((code & MEETS) !== 0) !== excludes : false);
    if ((code & IS_OUT) !== 0) return picks && holds ? YES : UNSURE;
    return holds ? YES : NO;
  };
  return fromCodes(
    (from, to, into) => {
      into.fill(0, 0, to - from);
      const { values, length } = current();
      for (let word = 0; word < named.length; word += 1) {
        const of = values.subarray(word * length + from, word * length + to) as Uint32Array;
        readChoices(of, named[word] as number, waysOut[word] as number, into);
      }
    },
    standings,
    Uint8Array.from({ length: 2 * APART }, (_, code) => truthOf(code)),
  );
}

// A million places go through each of these: nothing else is in the loop, and no `if` that a processor would guess wrong.

function join(table: Uint8Array, into: Uint8Array, other: Uint8Array, count: number): void {
  const width = TRUTHS.length;
  for (let at = 0; at < count; at += 1)
    into[at] = table[(into[at] as number) * width + (other[at] as number)] as number;
}

/** @param table by code, where nothing was submitted, and after these where something was */
function settle(
  table: Uint8Array,
  standings: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
): void {
  const said = HAS_SAID;
  const width = table.length / 2;
  for (let place = from; place < to; place += 1)
    into[place - from] = table[
      (said[standings[place] as number] as number) * width + (into[place - from] as number)
    ] as number;
}

function readChoices(words: Uint32Array, named: number, waysOut: number, into: Uint8Array): void {
  const [answered, meets, isOut, apart] = [ANSWERED, MEETS, IS_OUT, APART];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as number;
    into[at] =
      (into[at] as number) |
      (Number(word !== 0) * answered) |
      (Number((word & named) !== 0) * meets) |
      (Number((word & waysOut) !== 0) * isOut) |
      (Number(word >= 2 ** 31) * apart);
  }
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
