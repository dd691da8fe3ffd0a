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
  const codes = USES.map((use) => {
    const code = (state: 'answered' | 'not_applicable') =>
      USES.indexOf(useOfCell(questionnaire, { use }, question, state));
    return [code('answered'), code('not_applicable')] as const;
  });
  // That it was asked is no secret where nothing decided it, and then both codes are the same.
  const isPlain = codes.every(([one, other]) => one === other);
  return (place) => {
    const use = said.use[place] as number;
    if (said.marked[place])
      return USES.indexOf(
        useOfCell(
          questionnaire,
          { use: USES[use] as Use, uses: said.uses.get(place) },
          question,
          stateAt(column(), place),
        ),
      );
    const [answered, notApplicable] = codes[use] as readonly [number, number];
    if (isPlain || stateAt(column(), place) !== 'not_applicable') return answered;
    return notApplicable;
  };
}

/** By the code of a use, whether the reader may see the State named with it. */
export const namesByUse = (reader: Reader): boolean[] => USES.map((use) => mayName(use, reader));

/** The column as it is now: when the round grows it is another one. */
export const columnOf = (part: Part, id: string) => (): Column =>
  part.columns.byId.get(id) as Column;

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
