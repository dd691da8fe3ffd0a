/** The mailings of a round, and one mailing with its mails: what has become of each. */
import type { Actor } from '../audit/event.ts';
import { readRoll } from '../invitations/roll.ts';
import type { ReminderPlan } from '../rounds/reminder-plan.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import {
  goneIn,
  type Mailing,
  mailingStatus,
  noOutcomes,
  type Outcomes,
  waitingIn,
} from './mailing.ts';
import { type MailingHere, reachOf } from './mailing-pages.ts';
import { MESSAGE_STATUSES } from './message.ts';
import { MESSAGE_PREFIX } from './template.ts';
import { labelOf } from './template-pages.ts';

/** Of one mailing; more are counted, not listed. */
const MOST_SHOWN = 1000;

export async function mailingListPage(
  services: Services,
  here: MailingHere,
  { allowed = false } = {},
) {
  const { round, edition, voice } = here;
  const now = services.clock();
  const [mailings, roll, plan] = await Promise.all([
    services.mailings.ofRound(round._id),
    readRoll(services, round, edition),
    services.reminders.find(round._id),
  ]);
  const outcomes = await services.mailings.outcomes(mailings.map((one) => one._id));
  const by = await namesOf(services, voice);
  return {
    view: 'mailings/list',
    title: voice.t('mailings.title'),
    round,
    locals: {
      round,
      allowed,
      reach: reachOf(roll, here, now),
      plan: planLine(plan, voice),
      mailings: mailings.map((mailing) =>
        rowOf(mailing, outcomes.get(mailing._id) ?? noOutcomes(), round.zone, now, voice, by),
      ),
      stopped: roll.people.flatMap(({ invitation, contact, state }) =>
        (invitation?.noReminders ?? [])
          .filter((one) => one.contact === contact._id)
          .map(({ at }) => ({
            invitation: invitation?._id,
            contact: contact._id,
            name: contact.name,
            state: nameIn(state, voice.language),
            when: voice.dateTime(at, round.zone),
          })),
      ),
    },
  };
}

const planLine = (plan: ReminderPlan | null, voice: Voice): string =>
  plan?.on
    ? voice.t('mailings.plan.line', {
        days: voice.list(plan.steps.map(({ days }) => voice.number(days))),
        time: plan.time,
      })
    : voice.t('mailings.plan.off');

const rowOf = (
  mailing: Mailing,
  outcomes: Outcomes,
  zone: string,
  now: Date,
  voice: Voice,
  by: (actor: Actor) => string,
) => {
  const sum = Object.values(outcomes).reduce((total, n) => total + n, 0);
  return {
    id: mailing._id,
    kind: mailing.kind,
    message: mailing.message?.slice(MESSAGE_PREFIX.length) ?? '',
    step: mailing.step,
    status: mailingStatus(mailing, outcomes, now),
    sum,
    gone: goneIn(outcomes),
    waiting: waitingIn(outcomes),
    by: by(mailing.createdBy),
    created: voice.dateTime(mailing.createdAt, zone),
    scheduled: mailing.scheduledAt ? voice.dateTime(mailing.scheduledAt, zone) : '',
  };
};

/** Who made a mailing: an account by its address, all else as the program. */
async function namesOf(services: Services, voice: Voice): Promise<(actor: Actor) => string> {
  const accounts = new Map((await services.accounts.all()).map((one) => [one._id, one.email]));
  return (actor) => accounts.get(actor.id) ?? voice.t('mailings.byProgram');
}

export async function mailingPage(
  services: Services,
  { round, voice }: Pick<MailingHere, 'round' | 'voice'>,
  mailing: Mailing,
  { ended = null }: { ended?: { cancelled: number; gone: number } | null } = {},
) {
  const now = services.clock();
  const [found, mails, invitations, states, contacts] = await Promise.all([
    services.mailings.outcomes([mailing._id]),
    services.mailings.mailsOf(mailing._id, MOST_SHOWN),
    services.invitations.ofRound(round._id),
    services.states.all(),
    services.contacts.everyone(),
  ]);
  const outcomes = found.get(mailing._id) ?? noOutcomes();
  const stateOf = new Map(invitations.map((one) => [one._id, one.state]));
  const names = new Map(states.map((state) => [state._id, nameIn(state, voice.language)]));
  const people = new Map(contacts.map((contact) => [contact._id, contact]));
  const row = rowOf(mailing, outcomes, round.zone, now, voice, await namesOf(services, voice));
  return {
    view: 'mailings/mailing',
    title: voice.t(`mailings.kind.${mailing.kind}`),
    round,
    locals: {
      round,
      mailing: row,
      ended,
      outcomes: MESSAGE_STATUSES.filter((status) => outcomes[status] > 0).map((status) => ({
        status,
        count: outcomes[status],
      })),
      skipped: Object.entries(mailing.skipped).map(([reason, count]) => ({ reason, count })),
      texts: mailing.texts.map((text) => ({
        ...text,
        label: labelOf(text.template, voice),
        languageName: LANGUAGE_NAMES[text.language as keyof typeof LANGUAGE_NAMES] ?? text.language,
      })),
      criteria: mailing.criteria,
      mails: mails
        .map((mail) => ({
          id: mail._id,
          template: mail.template,
          status: mail.status,
          reply: mail.reply,
          state: names.get(stateOf.get(mail.invitation ?? '') ?? '') ?? '',
          name: people.get(mail.contact ?? '')?.name ?? '',
          when: voice.dateTime(mail.endedAt ?? mail.nextAttemptAt, round.zone),
        }))
        .sort((a, b) => voice.compare(a.state, b.state)),
      most: MOST_SHOWN,
    },
  };
}
