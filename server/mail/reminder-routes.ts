/** The reminder plan of a round, for admins. */
import { type Request, Router } from 'express';
import { readRoll } from '../invitations/roll.ts';
import {
  FIRST_PLAN,
  MOST_STEPS,
  type PlanForm,
  type PlanProblem,
  type ReminderPlan,
  readPlan,
  STEP_KINDS,
  stepTime,
} from '../rounds/reminder-plan.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { type MailingHere, reachOf } from './mailing-pages.ts';

export function reminderRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const base = '/admin/rounds/:round/plan';

  const at = (req: Request): Promise<MailingHere> => desk.roundAt(req, 'mail.manage');

  router.get(base, async (req, res) => {
    const here = await at(req);
    const plan = await services.reminders.find(here.round._id);
    const page = await planPage(services, here, formOf(plan ?? FIRST_PLAN), {
      saved: req.query['saved'] === 'yes',
    });
    await desk.send(req, res, here.account, page);
  });

  router.post(base, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const form = postedPlan(req.body);
    const read = readPlan(form);
    if (!read.ok) {
      const page = await planPage(services, here, form, { problems: read.problems });
      return desk.send(req, res, here.account, page);
    }
    const { actor } = here;
    const now = services.clock();
    const plan: ReminderPlan = {
      _id: here.round._id,
      ...read.plan,
      changedBy: actor,
      changedAt: now,
    };
    await services.transaction(async (session) => {
      await services.reminders.save(plan, session);
      await services.audit.record(
        {
          actor,
          event: 'reminder-plan.changed',
          subject: { kind: 'round', id: plan._id },
          details: {
            on: plan.on,
            days: plan.steps.map(({ days }) => days).join(' '),
            time: plan.time,
          },
        },
        now,
        session,
      );
    });
    return res.redirect(303, `/admin/rounds/${here.round._id}/plan?saved=yes`);
  });

  return router;
}

const formOf = (plan: typeof FIRST_PLAN): PlanForm => ({
  on: plan.on,
  rows: plan.steps.map(({ days, kind }) => ({ days: String(days), kind })),
  gapHours: String(plan.gapHours),
  most: String(plan.most),
  time: plan.time,
  clock: plan.clock,
});

/** As it was typed; digits of Arabic keyboards are digits. */
function postedPlan(body: Record<string, unknown>): PlanForm {
  const text = (name: string) =>
    postedText(body[name])
      .replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
      .trim();
  return {
    on: body['on'] === 'yes',
    rows: Array.from({ length: MOST_STEPS }, (_, place) => ({
      days: text(`days-${place}`),
      kind: text(`kind-${place}`),
    })),
    gapHours: text('gapHours'),
    most: text('most'),
    time: text('time'),
    clock: text('clock'),
  };
}

async function planPage(
  services: Services,
  here: MailingHere,
  form: PlanForm,
  { problems = [], saved = false }: { problems?: PlanProblem[]; saved?: boolean } = {},
) {
  const { round, edition, voice } = here;
  const title = voice.t('mailings.plan.title');
  const roll = await readRoll(services, round, edition);
  const read = readPlan(form);
  return {
    view: 'mailings/plan',
    title: problems.length > 0 ? voice.t('errorTitle', { title }) : title,
    round,
    ...(problems.length > 0 ? { status: 422 } : {}),
    locals: {
      round,
      saved,
      form: {
        ...form,
        rows: Array.from(
          { length: MOST_STEPS },
          (_, place) => form.rows[place] ?? { days: '', kind: 'reminder' },
        ),
      },
      kinds: STEP_KINDS,
      closes: voice.dateTime(round.closesAt, round.zone),
      // What it comes to for a State in the zone of the round, whose deadline is the round's own.
      dates: read.ok
        ? read.plan.steps.map((step) => ({
            ...step,
            when: voice.dateTime(
              stepTime(step, round.closesAt, read.plan.time, round.zone),
              round.zone,
            ),
          }))
        : [],
      reach:
        reachOf(roll, here, services.clock()).find(({ kind }) => kind === 'reminder')?.count ?? 0,
      problems: problems.map(({ field, code }) => ({
        field,
        text: voice.t(`mailings.plan.problem.${code}`),
      })),
    },
  };
}
