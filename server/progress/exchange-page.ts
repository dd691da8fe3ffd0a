/** Offers and requests of experience, subject by subject, for South-South cooperation and the Fund. Pure. */
import type { Member } from './dataset.ts';
import { SIDES, type Subject, subjectsOf } from './exchange.ts';
import { queryOf } from './filter-query.ts';
import { audienceShort, baseOf, rowOf, sorted, type View } from './view.ts';

/** @param chosen whose States are listed; the first that somebody offers and somebody seeks where none is named */
export function exchangePage(view: View, chosen: string | null) {
  const subjects = subjectsOf(view).map((subject) => ({
    ...subject,
    counts: SIDES.map((side) => subject[side].named.length + subject[side].pooled),
    isMatched: SIDES.every((side) => subject[side].named.length + subject[side].pooled > 0),
    href: `${baseOf(view)}/experience${queryOf(view.filter, { subject: subject.value })}#subject`,
  }));
  const shown =
    subjects.find(({ value }) => value === chosen) ??
    subjects.find(({ isMatched }) => isMatched) ??
    subjects.find(({ counts }) => counts.some((count) => count > 0));
  return {
    subjects: subjects.toSorted((a, b) => Number(b.isMatched) - Number(a.isMatched)),
    isEmpty: !shown,
    shown: shown && { label: shown.label, isMatched: shown.isMatched, sides: sidesOf(view, shown) },
    keep: { subject: chosen ?? '' },
  };
}

const sidesOf = (view: View, subject: Subject) =>
  SIDES.map((side) => ({
    side,
    named: rowsOf(view, subject[side].named),
    pooled: subject[side].pooled,
    count: subject[side].named.length + subject[side].pooled,
  }));

const rowsOf = (view: View, members: Member[]) =>
  sorted(
    members.map((member) => ({
      ...rowOf(view, member),
      audience: audienceShort(view.data, member.audience),
    })),
    view.voice,
  );
