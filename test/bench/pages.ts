/** The page of twenty questions with the answers of fifty people: who it is and what they answered is read at each request, on both sides. */
import { type Ask, answersPerSecond } from './load.ts';
import { type Figure, inTurns } from './measure.ts';
import { SECTION } from './questions.ts';
import { bothStacks, type Respondent } from './respondents.ts';

const SIZES = { small: { amount: 200, rounds: 2 }, full: { amount: 3000, rounds: 7 } };

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
      return people[turn % people.length] as Respondent;
    };
    const ours = () => {
      const { base, cookie } = person().ours;
      return { path: `${base}/${SECTION}`, cookie };
    };
    const bare = () => {
      const { base, cookie } = person().bare;
      return { path: base, cookie };
    };
    await mustBeAlike([stacks.ours, ours()], [stacks.bare, bare()]);
    const sides = {
      bare: () => answersPerSecond({ ...of, url: stacks.bare, next: bare }),
      ours: () => answersPerSecond({ ...of, url: stacks.ours, next: ours }),
    };
    return {
      row: `form-${connections}`,
      size,
      scale: `${amount} pages over ${connections} connections, ${rounds} times`,
      unit: 'pages/s',
      ...(await inTurns(sides, rounds)),
    };
  };

/** Both draw the same number of fields and ticked answers, in about as many bytes. @throws when not */
async function mustBeAlike(...sides: [url: string, ask: Ask][]): Promise<void> {
  const seen = await Promise.all(
    sides.map(async ([url, { path, cookie = '' }]) => {
      const page = await (await fetch(url + path, { headers: { cookie } })).text();
      const count = (what: RegExp) => [...page.matchAll(what)].length;
      return { bytes: page.length, radios: count(/type="radio"/g), ticked: count(/ checked>/g) };
    }),
  );
  const [ours, bare] = seen as [(typeof seen)[0], (typeof seen)[0]];
  const alike =
    Math.abs(ours.bytes / bare.bytes - 1) < 0.03 &&
    ours.radios === bare.radios &&
    ours.ticked === bare.ticked &&
    ours.ticked > 0;
  if (!alike) throw new Error(`the two pages are not alike: ${JSON.stringify(seen)}`);
}
