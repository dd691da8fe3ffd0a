/** Two hundred cases at the edges of opening, deadline and grace: right, and the same in processes of three time zones. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Case } from '../support/boundary-cases.ts';
import { run } from '../support/process.ts';

/** The zone of the process, and its offset in minutes on 30 June, to see that it took it. */
const ZONES: [zone: string, offset: number][] = [
  ['Pacific/Kiritimati', -840],
  ['America/St_Johns', 150],
  ['UTC', 0],
];
let outcomes: { offset: number; cases: Case[] }[];

beforeAll(async () => {
  outcomes = await Promise.all(
    ZONES.map(async ([TZ]) => {
      const program = run('test/support/boundary-cases.ts', [], { TZ });
      const code = await program.ended;
      if (code !== 0) throw new Error(program.stderr());
      return JSON.parse(program.stdout());
    }),
  );
}, 60_000);

describe('the edges of a round', () => {
  it('are two hundred cases', () => {
    for (const { cases } of outcomes) expect(cases.length).toBeGreaterThanOrEqual(200);
  });

  it.each(ZONES)('are where they should be in a process in %s', (zone, offset) => {
    const outcome = outcomes[ZONES.findIndex(([one]) => one === zone)];
    expect(outcome?.offset).toBe(offset);
    expect(outcome?.cases.filter(({ expected, result }) => expected !== result)).toEqual([]);
  });

  it('are the same in all of them', () => {
    const [first, ...others] = outcomes;
    for (const other of others) expect(other.cases).toEqual(first?.cases);
  });
});
