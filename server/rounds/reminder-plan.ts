/** When a round reminds by itself: days before the deadline that counts for each State, at a time of day. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { Actor } from '../audit/event.ts';
import type { MailingKind } from '../invitations/mailing-kind.ts';

export const STEP_KINDS = [
  'reminder',
  'reminder-not-started',
  'reminder-draft',
  'deadline-tomorrow',
] as const satisfies MailingKind[];
type StepKind = (typeof STEP_KINDS)[number];

export type PlanStep = { days: number; kind: StepKind };

export type ReminderPlan = {
  /** The round. */
  _id: string;
  on: boolean;
  /** The longest before the deadline first; no two on the same day. */
  steps: PlanStep[];
  /** Hours since a person's last reminder, whoever sent it. */
  gapHours: number;
  /** Reminders to one person in the round, those by hand included. */
  most: number;
  /** "09:00" */
  time: string;
  /** Whose clocks: of the person's capital, or of the round. */
  clock: 'state' | 'round';
  changedBy: Actor;
  changedAt: Date;
};

/** What the form shows before anybody has made a plan. It is off: nobody is written to unasked. */
export const FIRST_PLAN: Pick<
  ReminderPlan,
  'on' | 'steps' | 'gapHours' | 'most' | 'time' | 'clock'
> = {
  on: false,
  steps: [
    { days: 14, kind: 'reminder' },
    { days: 7, kind: 'reminder' },
    { days: 1, kind: 'deadline-tomorrow' },
  ],
  gapHours: 48,
  most: 5,
  time: '09:00',
  clock: 'state',
};

/** How late a step may still be taken: a server that was down for a night catches up, a plan switched on late does not. */
const LATEST_HOURS = 24;

/** The instant of a step: that many days before the deadline's day, by the clocks of the zone. */
export function stepTime(step: PlanStep, deadline: Date, time: string, zone: string): Date {
  const day = Temporal.Instant.fromEpochMilliseconds(deadline.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .subtract({ days: step.days });
  // Where a change of clocks leaves the hour out, the one after it is as good.
  const at = day.toPlainDateTime(Temporal.PlainTime.from(time)).toZonedDateTime(zone);
  return new Date(at.epochMilliseconds);
}

/**
 * The step that is to be taken for a deadline at an instant, and the time for which it was planned; null when there is none.
 * One that a later step has overtaken is left out.
 */
export function dueStep(
  { steps, time }: Pick<ReminderPlan, 'steps' | 'time'>,
  deadline: Date,
  zone: string,
  now: Date,
): { step: PlanStep; at: Date } | null {
  const [latest] = steps
    .map((step) => ({ step, at: stepTime(step, deadline, time, zone) }))
    .filter(({ at }) => at <= now)
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  const late = latest ? now.getTime() - latest.at.getTime() : 0;
  return latest && late < LATEST_HOURS * 3_600_000 ? latest : null;
}

export const MOST_STEPS = 6;
const MOST_DAYS = 90;
const MOST_GAP_HOURS = 720;
const MOST_REMINDERS = 20;

export type PlanProblem = {
  field: 'steps' | `days-${number}` | 'gapHours' | 'most' | 'time';
  code: 'none' | 'days' | 'twice' | 'gapHours' | 'most' | 'time';
};
export type PlanForm = {
  on: boolean;
  /** As typed; a row without days is left out. */
  rows: { days: string; kind: string }[];
  gapHours: string;
  most: string;
  time: string;
  clock: string;
};
type ReadPlan =
  | { ok: true; plan: Pick<ReminderPlan, 'on' | 'steps' | 'gapHours' | 'most' | 'time' | 'clock'> }
  | { ok: false; problems: PlanProblem[] };

export function readPlan(form: PlanForm): ReadPlan {
  const problems: PlanProblem[] = [];
  const steps: PlanStep[] = [];
  for (const [place, row] of form.rows.entries()) {
    if (row.days === '') continue;
    const days = wholeIn(row.days, 1, MOST_DAYS);
    const kind = STEP_KINDS.find((known) => known === row.kind) ?? 'reminder';
    const field = `days-${place}` as const;
    if (days === null) problems.push({ field, code: 'days' });
    else if (steps.some((step) => step.days === days)) problems.push({ field, code: 'twice' });
    else steps.push({ days, kind });
  }
  const gapHours = wholeIn(form.gapHours, 1, MOST_GAP_HOURS);
  const most = wholeIn(form.most, 1, MOST_REMINDERS);
  if (form.on && steps.length === 0 && problems.length === 0)
    problems.push({ field: 'steps', code: 'none' });
  if (gapHours === null) problems.push({ field: 'gapHours', code: 'gapHours' });
  if (most === null) problems.push({ field: 'most', code: 'most' });
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(form.time)) problems.push({ field: 'time', code: 'time' });
  if (problems.length > 0 || gapHours === null || most === null) return { ok: false, problems };
  return {
    ok: true,
    plan: {
      on: form.on,
      steps: steps.sort((a, b) => b.days - a.days),
      gapHours,
      most,
      time: form.time,
      clock: form.clock === 'round' ? 'round' : 'state',
    },
  };
}

function wholeIn(text: string, least: number, most: number): number | null {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}
