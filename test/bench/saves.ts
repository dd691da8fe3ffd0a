/** A save of the page of twenty questions, and a submission; both acknowledged by a majority and on the journal. */
import { parse } from 'node-html-parser';
import { type Fields, fieldsOfForm } from '../support/visitor.ts';
import { type Ask, answersPerSecond } from './load.ts';
import { type Figure, inTurns } from './measure.ts';
import { SECTION } from './questions.ts';
import { bothStacks, PEOPLE, type Respondent, type Stacks, saving } from './respondents.ts';

const SIZES = { small: { amount: 150, rounds: 2 }, full: { amount: 2000, rounds: 7 } };
const CONNECTIONS = 10;

type Size = keyof typeof SIZES;
/** What a person sends to either stack; `turn` grows with each. */
type Sends = Record<'ours' | 'bare', (person: Respondent, turn: number) => Ask>;

/** @param sends made anew for each run of the row, which may be on what other rows have left */
const row =
  (name: string, unit: string, sends: (stacks: Stacks) => Sends | Promise<Sends>) =>
  async (size: Size): Promise<Figure> => {
    const { amount, rounds } = SIZES[size];
    const stacks = await bothStacks();
    const of = { connections: CONNECTIONS, amount, status: 303 };
    const send = await sends(stacks);
    let turn = 0;
    // A connection is a few people of its own, since two writes of one person do not overtake each other.
    const side = (name: 'ours' | 'bare') => () =>
      answersPerSecond({
        ...of,
        url: stacks[name],
        next: (lane) => {
          turn += 1;
          const place = lane + CONNECTIONS * (turn % Math.floor(PEOPLE / CONNECTIONS));
          const person = stacks.people[place];
          if (!person) throw new Error('there are fewer people than places');
          return send[name](person, turn);
        },
      });
    const sides = { bare: side('bare'), ours: side('ours') };
    return {
      row: name,
      size,
      scale: `${amount} ${unit.split('/')[0]} over ${CONNECTIONS} connections, ${rounds} times`,
      unit,
      ...(await inTurns(sides, rounds)),
    };
  };

export const saveRow = row('save', 'saves/s', () => ({
  ours: ({ ours: { base, cookie, fields } }, turn) => ({
    path: `${base}/${SECTION}`,
    cookie,
    form: saving(fields, turn),
  }),
  bare: ({ ours, bare: { base, cookie } }, turn) => ({
    path: base,
    cookie,
    form: saving(ours.fields, turn),
  }),
}));

export const submitRow = row('submit', 'submissions/s', async ({ ours: url, people }) => {
  /** What each person sees before submitting; how often that was grows with each. */
  const seen = new Map<Respondent, Fields>();
  for (const person of people) {
    const { base, cookie } = person.ours;
    const page = parse(await (await fetch(`${url}${base}/check`, { headers: { cookie } })).text());
    const form = page.querySelector('input[name=submissions]')?.closest('form');
    if (!form) throw new Error(`no form on ${base}/check`);
    seen.set(person, fieldsOfForm(form));
  }
  const form = ({ ours: { fields } }: Respondent, { sections, submissions }: Fields) =>
    new URLSearchParams({
      link: String(fields['link']),
      token: String(fields['token']),
      sections: String(sections),
      submissions: String(submissions),
      name: 'A Person',
      post: 'Director',
      email: 'person@example.org',
      confirm: 'yes',
    });
  return {
    ours: (person) => {
      const now = seen.get(person) ?? {};
      seen.set(person, { ...now, submissions: String(Number(now['submissions']) + 1) });
      const { base, cookie } = person.ours;
      return { path: `${base}/submission`, cookie, form: form(person, now) };
    },
    bare: (person) => {
      const { base, cookie } = person.bare;
      const path = base.replace('form', 'submission');
      return { path, cookie, form: form(person, seen.get(person) ?? {}) };
    },
  };
});
