/** A save of the page of twenty questions, and a submission; both acknowledged by a majority and on the journal. */
import { answersPerSecond } from './load.ts';
import { type Figure, inTurns } from './measure.ts';
import { SECTION } from './questions.ts';
import { bothStacks, PEOPLE, saving } from './respondents.ts';

const SIZES = { small: { amount: 200, rounds: 3 }, full: { amount: 2000, rounds: 7 } };
const CONNECTIONS = 10;

export async function saveRow(size: keyof typeof SIZES): Promise<Figure> {
  const { amount, rounds } = SIZES[size];
  const stacks = await bothStacks();
  const of = { connections: CONNECTIONS, amount, status: 303 };
  let turn = 0;
  // A connection is a few people of its own, since two saves of one page do not overtake each other.
  const own = (lane: number) => {
    turn += 1;
    const place = lane + CONNECTIONS * (turn % Math.floor(PEOPLE / CONNECTIONS));
    const person = stacks.people[place];
    if (!person) throw new Error('there are fewer people than places');
    return { place, person, form: saving(person.fields, turn) };
  };
  try {
    const sides = {
      bare: () =>
        answersPerSecond({
          ...of,
          url: stacks.bare,
          next: (lane) => {
            const { place, form } = own(lane);
            return { path: `/form/${place}`, form };
          },
        }),
      ours: () =>
        answersPerSecond({
          ...of,
          url: stacks.ours,
          next: (lane) => {
            const { person, form } = own(lane);
            return { path: `${person.base}/${SECTION}`, cookie: person.cookie, form };
          },
        }),
    };
    return {
      row: 'save',
      size,
      scale: `${amount} saves over ${CONNECTIONS} connections, ${rounds} times`,
      unit: 'saves/s',
      ...(await inTurns(sides, rounds)),
    };
  } finally {
    await stacks.close();
  }
}
