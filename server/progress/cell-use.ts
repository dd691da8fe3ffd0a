/** How the answers in a column may be used, place by place, as a code. Most States say it once for all, so it is looked up. Pure. */
import { type Part, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, stateAt } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use } from '../responses/response.ts';
import { mayName, type Reader, useOfCell } from './disclosure.ts';

/** The place among USES of how the cell may be used, by what had been said by then; see `Part.naming` for the other. */
export type UseAt = (place: number) => number;

/** @param said `part`, or its `naming` */
export function useAtOf(
  questionnaire: Questionnaire,
  said: Pick<Part, 'use' | 'uses' | 'marked'>,
  column: () => Column,
): UseAt {
  const { question } = column();
  const code = (use: Use, state: 'answered' | 'not_applicable') =>
    USES.indexOf(useOfCell(questionnaire, { use }, question, state));
  const answered = USES.map((use) => code(use, 'answered'));
  const notApplicable = USES.map((use) => code(use, 'not_applicable'));
  // That it was asked is no secret where nothing decided it, and then both are the same.
  const isPlain = answered.every((one, at) => one === notApplicable[at]);
  const markedAt = (place: number): number => {
    const own = { use: USES[said.use[place] as number] as Use, uses: said.uses.get(place) };
    return USES.indexOf(useOfCell(questionnaire, own, question, stateAt(column(), place)));
  };
  return (place) => {
    if (said.marked[place] === 1) return markedAt(place);
    const use = said.use[place] as number;
    if (isPlain || stateAt(column(), place) !== 'not_applicable') return answered[use] as number;
    return notApplicable[use] as number;
  };
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
