/** How the answers in a column may be used, place by place, as a code. Most States say it once for all, so it is looked up. Pure. */
import { markOf, type Part, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, isApart, NOT_APPLICABLE, stateAt } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use } from '../responses/response.ts';
import { mayName, questionsBehind, type Reader, useOfCell } from './disclosure.ts';

/** The place among USES of how the cell may be used, by what had been said by then; see `Part.naming` for the other. */
export type UseAt = (place: number) => number;

type Said = Pick<Part, 'use' | 'uses' | 'marked'>;

/** @param said `part`, or its `naming` */
export const useAtOf = (questionnaire: Questionnaire, said: Said, column: () => Column): UseAt =>
  closestUseOf(questionnaire, said, [column]);

/** Of several columns the closest. It is asked a million times for each figure, so what can be looked up is worked out before. */
export function closestUseOf(
  questionnaire: Questionnaire,
  said: Said,
  columns: (() => Column)[],
): UseAt {
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
  const saysMore = (place: number): boolean => {
    if (((said.marked[place] as number) & mark) === 0) return false;
    const uses = said.uses.get(place);
    if (uses === undefined) return false;
    for (const id of behind) if (uses[id] !== undefined) return true;
    return false;
  };
  const markedAt = (place: number): number => {
    const own = { use: USES[said.use[place] as number] as Use, uses: said.uses.get(place) };
    const uses = all.map(({ column, question }) =>
      USES.indexOf(useOfCell(questionnaire, own, question, stateAt(column(), place))),
    );
    return Math.max(0, ...uses);
  };
  return (place) => {
    if (saysMore(place)) return markedAt(place);
    const use = said.use[place] as number;
    let closest = plain[use] as number;
    for (const { column, answered, notApplicable } of branched) {
      const one = (isApart(column(), place) ? notApplicable : answered)[use] as number;
      if (one > closest) closest = one;
    }
    return closest;
  };
}

/** By what a State said of all its answers, how the one to a question may be used. */
function lookUpsOf(questionnaire: Questionnaire, question: string) {
  const codes = (state: 'answered' | 'not_applicable') =>
    Uint8Array.from(USES, (use) =>
      USES.indexOf(useOfCell(questionnaire, { use }, question, state)),
    );
  const [answered, notApplicable] = [codes('answered'), codes('not_applicable')];
  // That a question was put is no secret where nothing decided it: then one look-up is enough.
  return {
    answered,
    notApplicable,
    isPlain: answered.every((one, at) => one === notApplicable[at]),
  };
}

/** Writes for each of the places 1 where the State there may be named, else 0. */
type NamedAt = (places: Int32Array, into: Uint8Array) => void;

/** What `useAtOf` says of many places at once. @param column of closed answers. @param names by the code of a use */
export function namedAtOf(
  questionnaire: Questionnaire,
  said: Said,
  column: Column,
  names: boolean[],
): NamedAt {
  const { answered, notApplicable, isPlain } = lookUpsOf(questionnaire, column.question);
  const useAt = useAtOf(questionnaire, said, () => column);
  const looks: Looks = {
    table: Uint8Array.from([...answered, ...notApplicable], (use) => Number(names[use])),
    apartFrom: column.kind === 'bits' ? 2 ** 31 : NOT_APPLICABLE,
    saysMore: markOf(questionsBehind(questionnaire, column.question)),
    isNamed: (place) => Number(names[useAt(place)]),
  };
  // Where it does not matter what was answered, anything that is below is as good, and bytes are read faster than words.
  const values = isPlain ? said.use : column.values;
  return (places, into) => lookUp(looks, values, said.use, said.marked, places, into);
}

type Looks = {
  /** By the code of a use: where the question was put, and after these where it was not. */
  table: Uint8Array;
  /** Values from here on say that it was not. */
  apartFrom: number;
  /** Marks of places where something may have been said of this answer. */
  saysMore: number;
  isNamed(place: number): number;
};

/** By itself, so that nothing else is in the loop. */
function lookUp(
  { table, apartFrom, saysMore, isNamed }: Looks,
  values: Column['values'],
  use: Uint8Array,
  marked: Uint8Array,
  places: Int32Array,
  into: Uint8Array,
): void {
  const apart = USES.length;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    const isApart = Number((values[place] as number) >= apartFrom);
    into[at] =
      ((marked[place] as number) & saysMore) === 0
        ? (table[isApart * apart + (use[place] as number)] as number)
        : isNamed(place);
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
