/** When answers are taken: to the millisecond, in any zone, and whatever zone the machine is in. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { instantIn } from '../../server/rounds/plan.ts';
import { GRACE_MINUTES, isSlug, mayWrite, type Round } from '../../server/rounds/round.ts';

jest.setTimeout(30_000);

const OPENS = '2023-05-01T09:00';
const CLOSES = '2023-06-30T18:00';
/** The first on Earth, one with a quarter of an hour, and one behind. */
const ZONES = [
  { zone: 'Pacific/Kiritimati', opens: '2023-04-30T19:00:00Z', closes: '2023-06-30T04:00:00Z' },
  { zone: 'Asia/Kathmandu', opens: '2023-05-01T03:15:00Z', closes: '2023-06-30T12:15:00Z' },
  { zone: 'America/Caracas', opens: '2023-05-01T13:00:00Z', closes: '2023-06-30T22:00:00Z' },
];

function roundIn(zone: string, status: Round['status'] = 'open'): Round {
  const [opensAt, closesAt] = [instantIn(OPENS, zone), instantIn(CLOSES, zone)];
  if (!opensAt || !closesAt) throw new Error(zone);
  return {
    _id: 'round',
    questionnaire: { key: 'k', version: 1 },
    opensAt,
    closesAt,
    zone,
    status,
    openedAt: null,
    closedAt: null,
    demonstration: false,
  };
}
const GRACE = GRACE_MINUTES * 60_000;

describe.each(ZONES)('a round in $zone', ({ zone, opens, closes }) => {
  const round = roundIn(zone);
  const at = (instant: string, ms: number) => new Date(new Date(instant).getTime() + ms);

  it('has its opening and deadline at the hour that the clocks there show', () => {
    expect(round.opensAt).toEqual(new Date(opens));
    expect(round.closesAt).toEqual(new Date(closes));
  });

  it.each([
    ['a millisecond before the opening', opens, -1, { ok: false, reason: 'notYet' }],
    ['at the opening', opens, 0, { ok: true }],
    ['a millisecond after the opening', opens, 1, { ok: true }],
    ['a millisecond before the deadline', closes, -1, { ok: true }],
    ['at the deadline', closes, 0, { ok: true }],
    ['a millisecond after the deadline', closes, 1, { ok: true }],
    ['a millisecond before the end of the grace', closes, GRACE - 1, { ok: true }],
    ['at the end of the grace', closes, GRACE, { ok: true }],
    ['a millisecond after the grace', closes, GRACE + 1, { ok: false, reason: 'deadline' }],
  ] as const)('%s: %#', (_when, instant, ms, expected) => {
    expect(mayWrite(round, at(instant, ms))).toEqual(expected);
  });

  it('takes nothing while it is planned or once it is closed, whatever the time', () => {
    for (const ms of [-1, 0, 1, GRACE])
      for (const status of ['planned', 'closed'] as const)
        expect(mayWrite(roundIn(zone, status), at(closes, ms))).toEqual({
          ok: false,
          reason: status,
        });
  });
});

describe('a time in a zone', () => {
  it.each([
    ['2023-03-26T01:59', 'Europe/Zurich', '2023-03-26T00:59:00.000Z'],
    ['2023-03-26T02:00', 'Europe/Zurich', null],
    ['2023-03-26T02:59', 'Europe/Zurich', null],
    ['2023-03-26T03:00', 'Europe/Zurich', '2023-03-26T01:00:00.000Z'],
    ['2023-10-29T01:59', 'Europe/Zurich', '2023-10-28T23:59:00.000Z'],
    ['2023-10-29T02:00', 'Europe/Zurich', null],
    ['2023-10-29T02:59', 'Europe/Zurich', null],
    ['2023-10-29T03:00', 'Europe/Zurich', '2023-10-29T02:00:00.000Z'],
    // Who means one of the two says which.
    ['2023-10-29T02:30+02:00', 'Europe/Zurich', '2023-10-29T00:30:00.000Z'],
    ['2023-10-29T02:30+01:00', 'Europe/Zurich', '2023-10-29T01:30:00.000Z'],
    ['2023-10-29T02:30Z', 'Europe/Zurich', '2023-10-29T02:30:00.000Z'],
    // Half an hour, and at midnight.
    ['2023-10-01T02:15', 'Australia/Lord_Howe', null],
    ['2023-04-02T01:45', 'Australia/Lord_Howe', null],
    ['2023-09-03T00:30', 'America/Santiago', null],
    ['2023-05-01', 'Asia/Kathmandu', '2023-04-30T18:15:00.000Z'],
    ['2023-05-01T09:00:30', 'UTC', '2023-05-01T09:00:30.000Z'],
    ['2023-5-1T9:00', 'UTC', null],
    ['01.05.2023 09:00', 'UTC', null],
    ['2023-05-01T09:00', 'Nowhere/Land', null],
    ['', 'UTC', null],
    ['now', 'UTC', null],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(instantIn(text, zone)?.toISOString() ?? null).toBe(expected);
  });
});

describe('the zone of the machine', () => {
  it('changes no instant, no boundary and no word', () => {
    const program = `
      import { instantIn } from './server/rounds/plan.ts';
      import { mayWrite } from './server/rounds/round.ts';
      import { deadlineText } from './server/rounds/deadline.ts';
      import { voiceOf } from './server/texts.ts';
      const said = ${JSON.stringify(ZONES)}.map(({ zone }) => {
        const closesAt = instantIn('${CLOSES}', zone);
        const round = { status: 'open', opensAt: instantIn('${OPENS}', zone), closesAt, zone };
        const words = ['en', 'fr', 'ar'].map((language) =>
          deadlineText(round, { zone: 'Asia/Phnom_Penh' }, null, voiceOf(language)));
        const after = new Date(closesAt.getTime() + ${GRACE} + 1);
        return [closesAt.toISOString(), mayWrite(round, after).ok, mayWrite(round, closesAt).ok, words];
      });
      console.log(JSON.stringify([new Date('2023-05-01T00:00:00Z').getHours(), said]));`;
    const runs = ['UTC', 'Pacific/Kiritimati', 'America/Caracas', 'Asia/Kathmandu'].map((zone) => {
      const output = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', program],
        { cwd: join(import.meta.dirname, '..', '..'), env: { ...process.env, TZ: zone } },
      );
      return JSON.parse(output.toString()) as [number, unknown];
    });
    // The machines did differ.
    expect(runs.map(([hours]) => hours)).toEqual([0, 14, 20, 5]);
    const [first, ...others] = runs.map(([, said]) => said);
    for (const other of others) expect(other).toEqual(first);
    expect(first).toEqual([
      ['2023-06-30T04:00:00.000Z', false, true, expect.anything()],
      ['2023-06-30T12:15:00.000Z', false, true, expect.anything()],
      ['2023-06-30T22:00:00.000Z', false, true, expect.anything()],
    ]);
  });
});

describe('a slug', () => {
  it.each([
    ['oap-2023', true],
    ['a', true],
    ['2023', true],
    ['a'.repeat(61), true],
    ['a'.repeat(62), false],
    ['-a', false],
    ['A', false],
    ['a b', false],
    ['a/b', false],
    ['a.b', false],
    ['é', false],
    ['a\n', false],
    ['', false],
  ])('%j: %s', (text, expected) => expect(isSlug(text)).toBe(expected));
});
