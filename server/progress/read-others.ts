/** The States of the register that were not asked in a round: figures are counted against all of a group. */
import {
  detailAt,
  isLarge,
  kindFrom,
  kindOf,
  type RoundColumns,
} from '../columns/round-columns.ts';
import type { Services } from '../services.ts';
import { isMember, type State } from '../states/state.ts';
import type { Alike } from '../states/store.ts';
import type { CutOff } from './cut-off.ts';
import { type Others, placesOf } from './dataset.ts';
import { counterOf, countsOf, newTable } from './lens.ts';

/** A register of more States than this is not held in memory. */
const MOST_STATES = 20_000;

type Register = { states: State[]; alike: null } | { states: null; alike: Alike[] };
type Stores = Pick<Services, 'states'>;

const registers = new WeakMap<Stores['states'], { name: string; register: Register }>();
const known = new WeakMap<
  RoundColumns,
  { membership: number; register: Register; others: Others }
>();

/** @param cutOff to read it as it was then; null for now */
export async function registerOf(services: Stores, cutOff: CutOff | null): Promise<Register> {
  return cutOff ? { states: cutOff.states, alike: null } : registerNow(services);
}

/** @param isFixed at a cut-off, where the register of these columns is always the same, read once more or not */
export function othersOf(columns: RoundColumns, register: Register, isFixed: boolean): Others {
  const found = known.get(columns);
  if (found?.membership === columns.membership && (isFixed || found.register === register))
    return found.others;
  // It takes both to tell who was not asked: all of the register, and whose the places are.
  const others =
    register.states && !isLarge(columns)
      ? otherStates(columns, register.states)
      : { kinds: otherKinds(columns, register.alike ?? eachOf(register.states)), states: null };
  known.set(columns, { membership: columns.membership, register, others });
  return others;
}

async function registerNow({ states }: Stores): Promise<Register> {
  const { name, size } = await states.revision();
  const found = registers.get(states);
  if (found?.name === name) return found.register;
  const register: Register =
    size <= MOST_STATES
      ? { states: await states.all(), alike: null }
      : { states: null, alike: await states.alike(size) };
  registers.set(states, { name, register });
  return register;
}

function otherStates(columns: RoundColumns, all: State[]): Others {
  const asked = new Set(placesOf(columns).map((place) => detailAt(columns, place).state._id));
  const states = all.filter(({ _id }) => !asked.has(_id));
  const counts = new Map<number, number>();
  for (const state of states) {
    const kind = kindOf(columns, state);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return { kinds: kindsFrom(columns, counts), states };
}

const eachOf = (states: State[]): Alike[] => states.map((state) => ({ ...state, count: 1 }));

/** All of the register less those who were asked. */
function otherKinds(columns: RoundColumns, alike: Alike[]): Others['kinds'] {
  const { groups, referenceDate } = columns.shape;
  const counts = new Map<number, number>();
  for (const { count, ...one } of alike) {
    const own = groups.filter((group) => isMember(one, group, referenceDate));
    const kind = kindFrom(columns, one.region, own);
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const asked = counterOf({ columns, within: null, counters: columns.counters }, 'kinds', () => {
    const table = newTable(1);
    return {
      count: (from: number, to: number, by: number) =>
        countKinds(countsOf(table, columns.kinds.length), columns, from, to, by),
      counts: () => countsOf(table, columns.kinds.length),
    };
  }).counts();
  for (const [kind, count] of counts) counts.set(kind, count - (asked[kind] as number));
  return kindsFrom(columns, counts);
}

function countKinds(
  counts: Int32Array,
  { kind, taken }: RoundColumns,
  from: number,
  to: number,
  by: number,
): void {
  for (let place = from; place < to; place += 1) {
    const at = kind[place] as number;
    counts[at] = (counts[at] as number) + by * (taken[place] as number);
  }
}

const kindsFrom = ({ kinds }: RoundColumns, counts: Map<number, number>): Others['kinds'] =>
  [...counts].flatMap(([at, count]) => {
    const kind = kinds[at];
    return kind && count > 0 ? [{ kind, count }] : [];
  });
