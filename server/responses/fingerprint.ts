/** A short mark of what a question held when its form was made, by which a late save tells what its writer changed. Pure. */
import { createHash } from 'node:crypto';
import { belongs } from './fields.ts';
import { type Draft, fieldOf } from './response.ts';

/** The field of a form that carries the mark of a question. */
export const markField = (question: string): string => `was.${question}`;

export function fingerprint(question: string, { answers, other, unparsed, uses }: Draft): string {
  const words = Object.entries(unparsed)
    .filter(([key]) => belongs(fieldOf(key), question))
    .map(([key, value]) => [fieldOf(key), value])
    .sort();
  const said = uses?.[question];
  const held = [answers[question] ?? null, other[question] ?? null, words, ...(said ? [said] : [])];
  return createHash('sha256').update(JSON.stringify(held)).digest('base64url').slice(0, 10);
}
