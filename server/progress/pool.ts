/**
 * The States that may not be named behind a figure, and which of them may be counted in it. Pure.
 *
 * They are divided into blocks once, by what everybody knows of them (region, groups that figures are counted against)
 * and never by what they said. A figure counts a block when it covers the whole block, and else none of it. So what can
 * be had by taking figures from one another are sums over blocks: never fewer than three States. And a block in which
 * all said the same would tell what each of them said, so it is not told apart from the others, or not at all.
 */
import { type Column, type Columns, stateAt } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { isMember } from '../states/state.ts';
import type { Dataset, Member } from './dataset.ts';
import { mayName, type Reader, type Said, useOfCell } from './disclosure.ts';

/** Fewer States than this are not told apart from others. */
export const SMALLEST_BLOCK = 3;

/** By what figures are counted: at a cut-off, what was said by then. */
export const asSaidThen = (member: Member): Said => member.byThen ?? member;

/**
 * Of those who submitted, the ones whom the reader may not see named with this column.
 * @param said what decides it: all that has been said, or `asSaidThen` for what is counted
 */
export function poolOf(
  data: Dataset,
  audience: string,
  column: Column,
  reader: Reader,
  said: (member: Member) => Said = (member) => member,
): Set<Member> {
  const { questionnaire } = data;
  const members = data.audiences.get(audience)?.members ?? [];
  const hidden = (member: Member) =>
    member.at >= 0 &&
    !mayName(
      useOfCell(questionnaire, said(member), column.question, stateAt(column, member.at)),
      reader,
    );
  return new Set(reader.identifies ? [] : members.filter(hidden));
}

export const columnsOf = (columns: Columns | undefined, question: string): Column[] =>
  [...(columns?.byId.values() ?? [])].filter((column) => column.question === question);

/** What a figure would tell of a member: the categories that it stands in. */
export type Codes = (member: Member) => string[];

/** That a question was put at all tells what the answers were that its branch depends on. */
export const branchOf = (column: Column, question: Pick<AskedQuestion, 'shownWhen'>): Codes =>
  question.shownWhen
    ? ({ at }) => [stateAt(column, at) === 'not_applicable' ? '_not_applicable' : '_asked']
    : () => [];

/**
 * The parts of a pool that may be counted, each as a whole only.
 * @param told everything that figures tell of the members; where one of them is the same for a whole block, all blocks
 * become one, and where it is the same for all of them, none is counted
 */
export function unitsOf(data: Dataset, pool: Set<Member>, told: Codes[]): Member[][] {
  const hides = (members: Member[]) =>
    members.length >= SMALLEST_BLOCK && !told.some((codes) => allSame(members, codes));
  const blocks = blocksOf(data, [...pool]);
  if (blocks.every(hides)) return blocks;
  return hides([...pool]) ? [[...pool]] : [];
}

function allSame(members: Member[], codes: Codes): boolean {
  const [first, ...rest] = members.map((member) => new Set(codes(member)));
  return [...(first ?? [])].some((code) => rest.every((others) => others.has(code)));
}

/** By groups and region where there are enough; what is left over by groups; what is left then goes together. */
function blocksOf(data: Dataset, pool: Member[]): Member[][] {
  const { definition } = data.questionnaire;
  const counted = new Set(definition.indicators.map((one) => one.denominator?.group ?? ''));
  const groups = ({ state }: Member) =>
    [...counted].filter((group) => isMember(state, group, data.referenceDate)).join();
  const near = parted(pool, (member) => `${groups(member)} ${member.state.region}`);
  const far = parted(near.left, groups);
  const blocks = [...near.blocks, ...far.blocks];
  if (far.left.length === 0) return blocks;
  if (far.left.length >= SMALLEST_BLOCK || blocks.length === 0) return [...blocks, far.left];
  const [smallest = [], ...others] = blocks.sort((a, b) => a.length - b.length);
  return [[...smallest, ...far.left], ...others];
}

function parted(members: Member[], keyOf: (member: Member) => string) {
  const parts = new Map<string, Member[]>();
  for (const member of members) {
    const key = keyOf(member);
    parts.set(key, [...(parts.get(key) ?? []), member]);
  }
  const all = [...parts.values()];
  return {
    blocks: all.filter((part) => part.length >= SMALLEST_BLOCK),
    left: all.filter((part) => part.length < SMALLEST_BLOCK).flat(),
  };
}
