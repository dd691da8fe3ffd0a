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

/** Writes of the places from `from` to `to` what `useAtOf` says of each: a million of them in a few milliseconds. */
type Uses = (from: number, to: number, into: Uint8Array) => void;

/** @param column of closed answers */
export function usesOf(questionnaire: Questionnaire, said: Said, column: Column): Uses {
  const { answered, notApplicable, isPlain } = lookUpsOf(questionnaire, column.question);
  const useAt = useAtOf(questionnaire, said, () => column);
  const mark = markOf(questionsBehind(questionnaire, column.question));
  const apartFrom = column.kind === 'bits' ? 2 ** 31 : NOT_APPLICABLE;
  return (from, to, into) => {
    lookUp(said.use, answered, from, to, into);
    if (!isPlain) lookUpApart(column.values, apartFrom, said.use, notApplicable, from, to, into);
    const { marked } = said;
    for (let place = from; place < to; place += 1)
      if (((marked[place] as number) & mark) !== 0) into[place - from] = useAt(place);
  };
}

// By themselves, so that nothing else is in the loop: a million places go through it.

function lookUp(
  use: Uint8Array,
  table: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
): void {
  for (let place = from; place < to; place += 1)
    into[place - from] = table[use[place] as number] as number;
}

/** Only where the question was not put, which these values and all above them say. */
function lookUpApart(
  values: Column['values'],
  apartFrom: number,
  use: Uint8Array,
  table: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
): void {
  for (let place = from; place < to; place += 1)
    if ((values[place] as number) >= apartFrom)
      into[place - from] = table[use[place] as number] as number;
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
