/** Figures for everybody: no cell shows one or two States, nor one or two of those that may not be named. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cell, isShown, publicCells } from '../../server/progress/small-cells.ts';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

type Member = { id: number; pooled: boolean };
const isPooled = ({ pooled }: Member) => pooled;
let next = 0;
const members = (named: number, pooled = 0): Member[] =>
  Array.from({ length: named + pooled }, (_, at) => {
    next += 1;
    return { id: next, pooled: at >= named };
  });
const cell = (label: string, list: Member[]): Cell<Member> => ({
  labels: [label],
  kind: 'answer',
  members: list,
});
const shown = (cells: Cell<Member>[]) =>
  publicCells(cells, isPooled, 'totals').map(
    ({ labels, members: list }) => `${labels.join('+')} ${list.length}`,
  );

describe('small cells', () => {
  it('that are large enough stay as they are, and so do empty ones', () => {
    expect(shown([cell('yes', members(5)), cell('no', members(3, 3)), cell('else', [])])).toEqual([
      'yes 5',
      'no 6',
      'else 0',
    ]);
  });

  it('are put together with one another', () => {
    const cells = [cell('yes', members(5)), cell('partly', members(2)), cell('no', members(1))];
    expect(shown(cells)).toEqual(['yes 5', 'partly+no 3']);
  });

  it('are put together with the smallest other one where they are not enough', () => {
    const cells = [cell('yes', members(9)), cell('no', members(4)), cell('else', members(1))];
    expect(shown(cells)).toEqual(['yes 9', 'no+else 5']);
  });

  it('of those that may not be named are told apart from the others, and not from one another', () => {
    const cells = [cell('yes', members(9, 1)), cell('no', members(0, 4)), cell('else', members(6))];
    expect(shown(cells)).toEqual(['yes 9', 'no 0', 'else 6', 'totals 5']);
    const few = [cell('yes', members(9, 1)), cell('no', members(4, 1))];
    expect(shown(few)).toEqual(['yes 9', 'no 4']);
  });

  it('that cannot be put together to enough leave nothing', () => {
    expect(shown([cell('yes', members(1)), cell('no', members(1)), cell('else', [])])).toEqual([]);
    expect(shown([])).toEqual([]);
  });

  it('of choices that several made at once count each State once', () => {
    const [one, two] = [members(2), members(2)];
    expect(
      shown([cell('a', one), cell('b', [...one, ...two.slice(0, 1)]), cell('c', two)]),
    ).toEqual(['b 3', 'a+c 4']);
  });

  it('are never left, and no State that may be named is lost as long as anything is shown', () => {
    const cells = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(cells, (sizes) => {
        const before = sizes.map(([named, pooled], at) => cell(`c${at}`, members(named, pooled)));
        const after = publicCells(before, isPooled, 'totals');
        for (const { members: list } of after) expect(isShown(list, isPooled)).toBe(true);
        const answers = after.filter(({ kind }) => kind !== 'totals');
        if (answers.length === 0) return;
        const named = (list: Cell<Member>[]) =>
          list.flatMap((one) => one.members.filter((member) => !member.pooled)).length;
        expect(named(after)).toBe(named(before));
        expect(answers.flatMap(({ labels }) => labels).toSorted()).toEqual(
          before.flatMap(({ labels }) => labels).toSorted(),
        );
      }),
    );
  });
});
