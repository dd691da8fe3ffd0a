/** The page of twenty questions: ours with link, draft, branching and language, and the bare stack that draws it from memory. */
import { answersPerSecond } from './load.ts';
import { type Figure, inTurns } from './measure.ts';
import { SECTION } from './questions.ts';
import { bothStacks } from './respondents.ts';

const SIZES = { small: { amount: 300, rounds: 3 }, full: { amount: 3000, rounds: 7 } };

export const formRow =
  (connections: number) =>
  async (size: keyof typeof SIZES): Promise<Figure> => {
    const { amount, rounds } = SIZES[size];
    const stacks = await bothStacks();
    const { people } = stacks;
    const of = { connections, amount, status: 200 };
    let turn = 0;
    const person = () => {
      turn += 1;
      return people[turn % people.length] as (typeof people)[number];
    };
    try {
      const sides = {
        bare: () =>
          answersPerSecond({ ...of, url: stacks.bare, next: () => ({ path: `/form/${turn}` }) }),
        ours: () =>
          answersPerSecond({
            ...of,
            url: stacks.ours,
            next: () => {
              const { base, cookie } = person();
              return { path: `${base}/${SECTION}`, cookie };
            },
          }),
      };
      const row = `form-${connections}`;
      return {
        row,
        size,
        scale: `${amount} pages over ${connections} connections, ${rounds} times`,
        unit: 'pages/s',
        ...(await inTurns(sides, rounds)),
      };
    } finally {
      await stacks.close();
    }
  };
