/**
 * Reminds by the plans of the open rounds, in whichever process holds the lease. A pass may be repeated or cut short at any
 * point: each mail has the key of its step, deadline and person, and is decided on again when it is sent.
 */
import type { Actor } from '../audit/event.ts';
import { leasedLoop } from '../db/leased-loop.ts';
import { addToMailing, queueMailing } from '../invitations/queue-mailing.ts';
import { type Chosen, readRoll } from '../invitations/roll.ts';
import { EVERYBODY, type Person, refusal, templateFor } from '../invitations/selection.ts';
import { deadlineOf } from '../rounds/deadline.ts';
import { dueStep, type PlanStep, type ReminderPlan } from '../rounds/reminder-plan.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';

const LOOP = {
  name: 'reminder-planner',
  pauseMs: 60_000,
  leaseMs: 120_000,
  failed: 'the reminder plans could not be followed',
};
const DAY_MS = 86_400_000;

const BY_PLAN: Actor = { kind: 'system', id: 'reminder-plan' };

export type Planner = {
  start(): void;
  stop(): Promise<void>;
  /** Queues what is due now, unless another process is at it. Returns how many mails. */
  catchUp(): Promise<number>;
};

export function reminderPlanner(services: Services): Planner {
  const { start, stop, holdsLease } = leasedLoop(services, LOOP, catchUp);

  async function catchUp(): Promise<number> {
    if (!(await holdsLease())) return 0;
    let queued = 0;
    for (const plan of await services.reminders.running())
      queued += await followPlan(services, plan);
    return queued;
  }

  return { start, stop, catchUp };
}

async function followPlan(services: Services, plan: ReminderPlan): Promise<number> {
  const round = await services.rounds.find(plan._id);
  const now = services.clock();
  if (round?.status !== 'open' || isFarFromAll(plan, round, now)) return 0;
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) return 0;
  const { people } = await readRoll(services, round, edition);
  let queued = 0;
  for (const step of plan.steps) queued += await takeStep(services, plan, step, round, people);
  return queued;
}

/** Extended deadlines are later than the round's own, so nothing can be due before its first step. */
const isFarFromAll = ({ steps }: ReminderPlan, round: Round, now: Date): boolean =>
  now.getTime() <
  round.closesAt.getTime() - (Math.max(0, ...steps.map(({ days }) => days)) + 2) * DAY_MS;

/** One mailing holds all mails of a step, as each State's time comes. One that was cancelled ends the step. */
async function takeStep(
  services: Services,
  plan: ReminderPlan,
  step: PlanStep,
  round: Round,
  people: Person[],
): Promise<number> {
  const key = `plan:${round._id}:${step.days}`;
  const mailing = await services.mailings.byKey(key);
  if (mailing?.status === 'cancelled') return 0;
  const known = mailing ? await services.mailings.keysIn(mailing._id) : new Set<string>();
  const chosen = people.flatMap((person): Chosen[] => {
    const { invitation, contact, state } = person;
    if (!invitation) return [];
    const deadline = deadlineOf(round, invitation);
    const zone = plan.clock === 'round' ? round.zone : (contact.zone ?? state.zone);
    const due = dueStep(plan, deadline, zone, services.clock());
    if (due?.step.days !== step.days) return [];
    const own = `${key}:${deadline.toISOString()}:${invitation._id}:${contact._id}`;
    const template = templateFor(step.kind, person);
    // The gap is counted from the time of the step: whoever was reminded shortly before is left out, and not made up for.
    const left = known.has(own) || refusal(template, person, round, due.at, plan);
    return left ? [] : [{ person, template, key: own }];
  });
  if (chosen.length === 0) return 0;
  if (mailing) return addToMailing(services, round, mailing, chosen);
  const wanted = { key, kind: step.kind, criteria: EVERYBODY, step: String(step.days) };
  const made = await queueMailing(services, round, wanted, { chosen, skipped: [] }, BY_PLAN);
  return made?.enqueued ?? 0;
}
