/** What the columns of a questionnaire look like. Pure. */
import { createHash } from 'node:crypto';
import { layoutOf } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Shape } from './round-columns.ts';

export function shapeOf(questionnaire: Questionnaire): Shape {
  const { groups: defined, referenceDate, audiences } = questionnaire.definition;
  const groups = defined.map(({ id }) => id);
  const layouts = new Map(audiences.map(({ id }) => [id, layoutOf(questionnaire, id)]));
  const told = [groups, referenceDate, [...layouts].map(([id, { columns }]) => [id, columns])];
  const name = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
  return { name, groups, referenceDate, layouts };
}
