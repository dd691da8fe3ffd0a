/** What the page of the outbox shows: whether it sends and how fast, the doubtful mails, and the mails that were asked for. */
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import { MAIL_TEMPLATES, MESSAGE_STATUSES, type Message } from './message.ts';
import { recipientsOf } from './recipients.ts';
import type { MessageFilter } from './store.ts';

const MOST_SHOWN = 500;
const FILTERS = ['status', 'template', 'round', 'mailing'] as const;

export type OutboxProblem = 'rate' | 'concurrency' | 'sure' | 'chosen';

/** What was asked for in the address, or in the hidden fields of a form. What nobody knows is left out. */
export function filterIn(asked: Record<string, unknown>): MessageFilter {
  const text = (name: string) => (typeof asked[name] === 'string' ? asked[name] : '');
  const status = MESSAGE_STATUSES.find((known) => known === text('status'));
  const template = MAIL_TEMPLATES.find((known) => known === text('template'));
  const [round, mailing] = [text('round'), text('mailing')];
  return {
    ...(status ? { status } : {}),
    ...(template ? { template } : {}),
    ...(round ? { round } : {}),
    ...(mailing ? { mailing } : {}),
  };
}

/** The same as part of an address, with what is changed in it. */
export function queryOf(filter: MessageFilter, changes: Record<string, string> = {}): string {
  const fields = { ...filter, ...changes } as Record<string, string>;
  const query = new URLSearchParams(
    [...FILTERS, 'before', 'doubtful'].flatMap((name) =>
      fields[name] ? [[name, fields[name]]] : [],
    ) as [string, string][],
  ).toString();
  return query ? `?${query}` : '';
}

export async function outboxPage(
  services: Services,
  voice: Voice,
  filter: MessageFilter,
  more: {
    /** Ids of the last mails on the page before. */
    before?: string;
    doubtful?: string;
    problem?: OutboxProblem;
    posted?: { rate: string; concurrency: string };
  } = {},
) {
  const { messages, outbox, rounds, accounts } = services;
  const [control, counts, list, doubtful, waiting, all] = await Promise.all([
    outbox.read(),
    messages.counts(),
    messages.list(filter, MOST_SHOWN, more.before),
    messages.list({ status: 'unknown' }, MOST_SHOWN, more.doubtful),
    messages.waiting(filter),
    rounds.all(),
  ]);
  const to = await recipientsOf(services, [...list, ...doubtful], voice.language);
  const when = (date: Date | null) => (date ? voice.dateTime(date, 'UTC') : '');
  const row = (message: Message) => ({ ...message, to: to(message) });
  const who = control.by ? (await accounts.active(control.by))?.email : null;
  const { why, reply } = control;
  const words = { when: when(control.since), share: reply ?? '' };
  const option = (value: string, label: string, chosen: boolean) => ({ value, label, chosen });
  const lastOf = (shown: Message[]) => (shown.length === MOST_SHOWN ? shown.at(-1)?._id : null);
  const { status: chosen, ...others } = filter;
  const older = lastOf(list);
  const olderDoubtful = lastOf(doubtful);
  return {
    view: 'mail-pages/outbox',
    title: voice.t('outbox.title'),
    ...(more.problem ? { status: 422 } : {}),
    locals: {
      control: {
        paused: control.state === 'paused',
        says: why
          ? voice.t(`sending.paused.${why}`, { ...words, who: who ?? voice.t('sending.somebody') })
          : voice.t('sending.running'),
        reply: why === 'refused' ? reply : null,
      },
      pace: more.posted ?? {
        rate: control.rate?.toString() ?? '',
        concurrency: control.concurrency?.toString() ?? '',
      },
      problem: more.problem ?? '',
      doubtful: doubtful.map((message) => ({ ...row(message), handed: when(message.handedAt) })),
      olderDoubtful: olderDoubtful ? queryOf(filter, { doubtful: olderDoubtful }) : null,
      tabs: [null, ...MESSAGE_STATUSES].map((status) => ({
        label: status
          ? `${voice.t(`outbox.status.${status}`)} (${voice.number(counts[status])})`
          : voice.t('outbox.all'),
        href: `/admin/outbox${queryOf(others, status ? { status } : {})}`,
        current: (chosen ?? null) === status,
      })),
      unknown: counts.unknown,
      filter,
      templates: MAIL_TEMPLATES.map((one) =>
        option(one, voice.t(`outbox.template.${one}`), filter.template === one),
      ),
      rounds: all.map(({ _id }) => option(_id, _id, filter.round === _id)),
      messages: list.map((message) => ({
        ...row(message),
        at: when(message.endedAt ?? message.createdAt),
      })),
      waiting,
      older: older ? queryOf(filter, { before: older }) : null,
      most: MOST_SHOWN,
    },
  };
}
