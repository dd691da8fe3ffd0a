/** What is under clarification, for the pages that show answers: by question, and by State and question. */
import type { Reader } from '../progress/disclosure.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Services } from '../services.ts';
import { type Clarification, isOpen } from './clarification.ts';
import { readableOf } from './readable.ts';

/** `href` is "" for whoever may see that there is one, and not what is asked. */
export type Marks = {
  /** How many answers to each question. */
  questions: Record<string, { count: number; href: string }>;
  /** By "state question": where the newest one is, and all ids of the question's. */
  answers: Record<string, { href: string }>;
  /** By State: how many are open, and the list of all. */
  states: Record<string, { open: number; href: string }>;
  open: number;
};

export const NO_MARKS: Marks = { questions: {}, answers: {}, states: {}, open: 0 };

const markOf = (state: string, question: string): string => `${state} ${question}`;

/**
 * Only of answers that the reader may see with their State: so a mark tells nothing that the page does not.
 * @param reads whether what was asked may be read too
 */
export async function marksFor(
  services: Pick<Services, 'clarifications' | 'responses'>,
  round: string,
  questionnaire: Questionnaire,
  { reader, reads }: { reader: Reader; reads: boolean },
): Promise<Marks> {
  const all = await readableOf(services, round, questionnaire, reader);
  return marksOf(all, `/results/${round}/clarifications`, reads);
}

function marksOf(all: Clarification[], path: string, reads: boolean): Marks {
  const marks: Marks = { questions: {}, answers: {}, states: {}, open: 0 };
  for (const one of all) {
    const state = marks.states[one.state] ?? {
      open: 0,
      href: reads ? `${path}?of=${one.state}` : '',
    };
    marks.states[one.state] = state;
    if (!isOpen(one)) continue;
    marks.open += 1;
    state.open += 1;
    for (const question of one.questions) {
      const href = reads ? `${path}?status=open&question=${question}` : '';
      const count = (marks.questions[question]?.count ?? 0) + 1;
      marks.questions[question] = { count, href };
      marks.answers[markOf(one.state, question)] ??= { href: reads ? `${path}/${one._id}` : '' };
    }
  }
  return marks;
}
