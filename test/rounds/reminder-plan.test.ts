/** When the days of a reminder plan are, by whose clocks, and which plan is refused. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dueStep,
  FIRST_PLAN,
  type PlanForm,
  readPlan,
  stepTime,
} from '../../server/rounds/reminder-plan.ts';

const at = (iso: string) => new Date(iso);
/** 18:00 in Zurich. */
const DEADLINE = at('2023-06-30T16:00:00Z');

describe('a day of the plan', () => {
  it.each([
    [7, 'Europe/Zurich', '2023-06-23T07:00:00.000Z'],
    [1, 'Europe/Zurich', '2023-06-29T07:00:00.000Z'],
    // There the deadline is on 1 July, one in the morning.
    [1, 'Asia/Tokyo', '2023-06-30T00:00:00.000Z'],
    [1, 'America/New_York', '2023-06-29T13:00:00.000Z'],
    [1, 'Pacific/Kiritimati', '2023-06-29T19:00:00.000Z'],
    [1, 'Asia/Kathmandu', '2023-06-29T03:15:00.000Z'],
  ])('%i days before, at nine in %s, is %s', (days, zone, expected) => {
    expect(stepTime({ days, kind: 'reminder' }, DEADLINE, '09:00', zone).toISOString()).toBe(
      expected,
    );
  });

  it('in an hour that a change of clocks leaves out is the hour after it', () => {
    const deadline = at('2023-03-27T16:00:00Z');
    const time = stepTime({ days: 1, kind: 'reminder' }, deadline, '02:30', 'Europe/Zurich');
    expect(time.toISOString()).toBe('2023-03-26T01:30:00.000Z');
  });
});

describe('what is due', () => {
  const plan = { steps: FIRST_PLAN.steps, time: '09:00' };
  const due = (now: string) => dueStep(plan, DEADLINE, 'Europe/Zurich', at(now))?.step.days ?? null;

  it.each([
    ['2023-06-16T06:59:59.999Z', null],
    ['2023-06-16T07:00:00.000Z', 14],
    ['2023-06-17T06:59:59.999Z', 14],
    // A day late it is left out.
    ['2023-06-17T07:00:00.000Z', null],
    ['2023-06-23T07:00:00.000Z', 7],
    ['2023-06-29T07:00:00.000Z', 1],
    ['2023-06-30T07:00:00.000Z', null],
  ])('at %s is %s', (now, days) => {
    expect(due(now)).toBe(days);
  });

  it('is the later of two days when the server was down over both', () => {
    const close = {
      steps: [
        { days: 2, kind: 'reminder' as const },
        { days: 1, kind: 'reminder' as const },
      ],
      time: '09:00',
    };
    expect(dueStep(close, DEADLINE, 'UTC', at('2023-06-29T09:00:00Z'))?.step.days).toBe(1);
  });

  it('moves with the deadline, and is at most one step at any time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 * 24 * 40 }),
        fc.constantFrom('Europe/Zurich', 'Pacific/Kiritimati', 'America/St_Johns', 'UTC'),
        (minutes, zone) => {
          const now = new Date(DEADLINE.getTime() - minutes * 60_000);
          const found = dueStep(plan, DEADLINE, zone, now);
          if (!found) return;
          expect(found.at.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(now.getTime() - found.at.getTime()).toBeLessThan(86_400_000);
          const week = 7 * 86_400_000;
          const moved = dueStep(
            plan,
            new Date(DEADLINE.getTime() + week),
            zone,
            new Date(now.getTime() + week),
          );
          expect(moved?.step).toEqual(found.step);
        },
      ),
    );
  });
});

describe('a plan as it is typed', () => {
  const FORM: PlanForm = {
    on: true,
    rows: [
      { days: '7', kind: 'reminder' },
      { days: '', kind: 'reminder' },
      { days: '14', kind: 'reminder-draft' },
    ],
    gapHours: '48',
    most: '5',
    time: '09:00',
    clock: 'round',
  };

  it('is taken without its empty rows, the longest before the deadline first', () => {
    expect(readPlan(FORM)).toEqual({
      ok: true,
      plan: {
        on: true,
        steps: [
          { days: 14, kind: 'reminder-draft' },
          { days: 7, kind: 'reminder' },
        ],
        gapHours: 48,
        most: 5,
        time: '09:00',
        clock: 'round',
      },
    });
  });

  it.each<[string, Partial<PlanForm>, string[]]>([
    ['no day at all', { rows: [] }, ['steps none']],
    ['a day that is no number', { rows: [{ days: 'x', kind: 'reminder' }] }, ['days-0 days']],
    ['no day', { rows: [{ days: '0', kind: 'reminder' }] }, ['days-0 days']],
    ['more than 90 days', { rows: [{ days: '91', kind: 'reminder' }] }, ['days-0 days']],
    ['one day twice', { rows: [FORM.rows[0], FORM.rows[0]] as PlanForm['rows'] }, ['days-1 twice']],
    ['an hour that is none', { time: '24:00' }, ['time time']],
    [
      'a gap of nothing, and no reminder',
      { gapHours: '0', most: '' },
      ['gapHours gapHours', 'most most'],
    ],
  ])('with %s is refused at the field', (_what, change, expected) => {
    const read = readPlan({ ...FORM, ...change });
    if (read.ok) throw new Error('it was taken');
    expect(read.problems.map(({ field, code }) => `${field} ${code}`)).toEqual(expected);
  });

  it('that is off needs no day', () => {
    expect(readPlan({ ...FORM, on: false, rows: [] }).ok).toBe(true);
  });
});
