/** How the answers in a column may be used, place by place, as a code. Most States say it once for all, so it is looked up. Pure. */
import { type Part, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, isApart, stateAt } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use } from '../responses/response.ts';
import { mayName, type Reader, useOfCell } from './disclosure.ts';

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
  const codes = (id: string, state: 'answered' | 'not_applicable') =>
    Uint8Array.from(USES, (use) => USES.indexOf(useOfCell(questionnaire, { use }, id, state)));
  const all = columns.map((column) => {
    const { question } = column();
    const notApplicable = codes(question, 'not_applicable');
    return { column, question, answered: codes(question, 'answered'), notApplicable };
  });
  const isPlain = ({ answered, notApplicable }: (typeof all)[number]) =>
    answered.every((one, at) => one === notApplicable[at]);
  // That a question was put is no secret where nothing decided it: then one look-up is enough for all such columns.
  const plain = Uint8Array.from(USES, (_, use) =>
    Math.max(0, ...all.filter(isPlain).map(({ answered }) => answered[use] as number)),
  );
  const branched = all.filter((one) => !isPlain(one));
  const markedAt = (place: number): number => {
    const own = { use: USES[said.use[place] as number] as Use, uses: said.uses.get(place) };
    const uses = all.map(({ column, question }) =>
      USES.indexOf(useOfCell(questionnaire, own, question, stateAt(column(), place))),
    );
    return Math.max(0, ...uses);
  };
  return (place) => {
    if (said.marked[place] === 1) return markedAt(place);
    const use = said.use[place] as number;
    let closest = plain[use] as number;
    for (const { column, answered, notApplicable } of branched) {
      const one = (isApart(column(), place) ? notApplicable : answered)[use] as number;
      if (one > closest) closest = one;
    }
    return closest;
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
