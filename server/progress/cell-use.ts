/** How the answers in a column may be used, place by place, as a code. Most States say it once for all, so it is looked up. Pure. */
import { markOf, type Part, STRIDE, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, isApart, NOT_APPLICABLE, stateAt } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use } from '../responses/response.ts';
import { mayName, questionsBehind, type Reader, useOfCell } from './disclosure.ts';
import type { Peers } from './peers.ts';

/** Writes for each of the places, at most STRIDE, the place among USES of how the cells there may be used. */
export type UseOf = (places: Int32Array, into: Uint8Array) => void;

/** By what had been said by then; see `Part.naming` for the other. */
type Said = Pick<Part, 'use' | 'uses' | 'marked'>;

/** @param said `part`, or its `naming` */
export const useOfColumn = (
  questionnaire: Questionnaire,
  said: Said,
  column: () => Column,
): UseOf => closestUseOf(questionnaire, said, [column]);

/** Of several columns the closest. It is asked a million times for each figure, so what can be looked up is worked out before. */
export function closestUseOf(
  questionnaire: Questionnaire,
  said: Said,
  columns: (() => Column)[],
): UseOf {
  const all = columns.map((column) => {
    const { question } = column();
    return { column, question, ...lookUpsOf(questionnaire, question) };
  });
  const plain = Uint8Array.from(USES, (_, use) =>
    Math.max(
      0,
      ...all.filter(({ isPlain }) => isPlain).map(({ answered }) => answered[use] as number),
    ),
  );
  const branched = all.filter(({ isPlain }) => !isPlain);
  const behind = [
    ...new Set(all.flatMap(({ question }) => questionsBehind(questionnaire, question))),
  ];
  const mark = markOf(behind);
  /** Of a place that said something of one of these questions, or of others that have the same mark. */
  const markedAt = (place: number, otherwise: number): number => {
    const uses = said.uses.get(place);
    if (!uses || !behind.some((id) => uses[id] !== undefined)) return otherwise;
    const own = { use: USES[said.use[place] as number] as Use, uses };
    return Math.max(
      0,
      ...all.map(({ column, question }) =>
        USES.indexOf(useOfCell(questionnaire, own, question, stateAt(column(), place))),
      ),
    );
  };
  return (places, into) => {
    lookUp(plain, said.use, places, into);
    for (const { column, table } of branched) raise(table, column(), said.use, places, into);
    const count = findMarked(said.marked, mark, places, marked);
    for (let n = 0; n < count; n += 1) {
      const at = marked[n] as number;
      into[at] = markedAt(places[at] as number, into[at] as number);
    }
  };
}

/** The same of one place. */
export function useAtOf(
  questionnaire: Questionnaire,
  said: Said,
  column: () => Column,
): (place: number) => number {
  const useOf = useOfColumn(questionnaire, said, column);
  const [one, use] = [new Int32Array(1), new Uint8Array(1)];
  return (place) => {
    one[0] = place;
    useOf(one, use);
    return use[0] as number;
  };
}

/** Who may be named with the answers in a column. @param names by the code of a use, whether whoever reads may see the State named with it */
export function nameOfColumn(
  questionnaire: Questionnaire,
  said: Said,
  column: () => Column,
  names: boolean[],
) {
  const { question } = column();
  const { table } = lookUpsOf(questionnaire, question);
  const useOf = useOfColumn(questionnaire, said, column);
  const byUse = Uint8Array.from(names, Number);
  const useAt = useAtOf(questionnaire, said, column);
  return {
    /** Of States that all said the same; null if it has to be asked of each. */
    ofAll({ use, saysMore }: Pick<Peers, 'use' | 'saysMore'>): boolean | null {
      const isNamed = names[table[use] as number] as boolean;
      // What is said of an answer may be more than is said of the question not having been put.
      return saysMore || names[table[USES.length + use] as number] !== isNamed ? null : isNamed;
    },
    /** Writes for each of the places, at most STRIDE, 1 where the State may be named, else 0. */
    of(places: Int32Array, into: Uint8Array): void {
      useOf(places, into);
      for (let at = 0; at < places.length; at += 1) into[at] = byUse[into[at] as number] as number;
    },
    at: (place: number): boolean => names[useAt(place)] === true,
  };
}

/** By what a State said of all its answers, how the one to a question may be used. */
function lookUpsOf(questionnaire: Questionnaire, question: string) {
  const codes = (state: 'answered' | 'not_applicable') =>
    Uint8Array.from(USES, (use) =>
      USES.indexOf(useOfCell(questionnaire, { use }, question, state)),
    );
  const [answered, notApplicable] = [codes('answered'), codes('not_applicable')];
  return {
    answered,
    /** Where the question was put, and after these where it was not. */
    table: Uint8Array.from([...answered, ...notApplicable]),
    // That a question was put is no secret where nothing decided it: then one look-up is enough.
    isPlain: answered.every((one, at) => one === notApplicable[at]),
  };
}

/** Which of the places were found last: where they are in the list. */
const marked = new Int32Array(STRIDE);

// A million places go through each of these: nothing else is in the loop.

/** @returns how many */
function findMarked(
  marks: Uint32Array,
  mark: number,
  places: Int32Array,
  into: Int32Array,
): number {
  let count = 0;
  for (let at = 0; at < places.length; at += 1) {
    // Stays only where it is one of them: the next one is written over it.
    into[count] = at;
    count += Number(((marks[places[at] as number] as number) & mark) !== 0);
  }
  return count;
}

function lookUp(table: Uint8Array, use: Uint8Array, places: Int32Array, into: Uint8Array): void {
  for (let at = 0; at < places.length; at += 1)
    into[at] = table[use[places[at] as number] as number] as number;
}

function raise(
  table: Uint8Array,
  column: Column,
  use: Uint8Array,
  places: Int32Array,
  into: Uint8Array,
): void {
  const { kind, values } = column;
  const apart = USES.length;
  // What a number says is not told by its size.
  const isNumber = kind === 'number';
  const apartFrom = kind === 'bits' ? 2 ** 31 : NOT_APPLICABLE;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    const isOff = isNumber ? isApart(column, place) : (values[place] as number) >= apartFrom;
    const one = table[Number(isOff) * apart + (use[place] as number)] as number;
    if (one > (into[at] as number)) into[at] = one;
  }
}

/** By the code of a use, whether the reader may see the State named with it. */
export const namesByUse = (reader: Reader): boolean[] => USES.map((use) => mayName(use, reader));

/** The column as it is now: when the round grows it is another one. */
export function columnOf(part: Part, id: string): () => Column {
  let { columns } = part;
  let column = columns.byId.get(id) as Column;
  return () => {
    if (part.columns !== columns) {
      columns = part.columns;
      column = columns.byId.get(id) as Column;
    }
    return column;
  };
}

/** Whether the State at a place may not be named with the column: by all that it has said, also since a cut-off. */
export function isPooledAt(
  questionnaire: Questionnaire,
  part: Part,
  columnId: string,
  reader: Reader,
): (place: number) => boolean {
  const names = namesByUse(reader);
  const useAt = useAtOf(questionnaire, part.naming ?? part, columnOf(part, columnId));
  return (place) => (part.standing[place] as number) >= SUBMITTED && !names[useAt(place)];
}
