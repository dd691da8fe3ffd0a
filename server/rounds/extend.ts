/** A State asks for more time, takes that back, and is answered; or the secretariat extends by itself. */
import type { Actor } from '../audit/event.ts';
import { newId, unlessTaken } from '../db/record.ts';
import type { Invitation, Link } from '../invitations/invitation.ts';
import type { Services, Session } from '../services.ts';
import { deadlineOf } from './deadline.ts';
import { type Extension, mayExtend, type Until, wantedUntil } from './extension.ts';
import { instantIn } from './plan.ts';
import type { Round } from './round.ts';

type Event = 'asked' | 'withdrawn' | 'granted' | 'refused';

export type AskResult =
  | { ok: true; extension: Extension }
  /** `open`: the State waits for an answer already. */
  | { ok: false; reason: 'closed' | 'day' | 'notLater' | 'past' | 'far' | 'open' };

/**
 * Also after the deadline, as long as the round is open.
 * @param wish its reason checked to be there and not too long; where it is not, a dry run still finds a bad day
 */
export async function askForExtension(
  services: Services,
  of: { round: Round; invitation: Invitation; link: Link },
  wish: { day: string; reason: string },
  { dryRun = false } = {},
): Promise<AskResult> {
  const { round, invitation, link } = of;
  const now = services.clock();
  if (round.status !== 'open') return { ok: false, reason: 'closed' };
  const read = wantedUntil(round, deadlineOf(round, invitation), wish.day, now);
  if (!read.ok) return read;
  const extension: Extension = {
    _id: newId(),
    round: round._id,
    invitation: invitation._id,
    link: link._id,
    contact: link.contact,
    wanted: read.wanted,
    reason: wish.reason,
    askedAt: now,
    status: 'open',
    until: null,
    word: '',
    decidedAt: null,
  };
  if (dryRun) return { ok: true, extension };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.extensions.insert(extension, session);
      await note(services, { kind: 'link', id: link._id }, 'asked', extension, session);
    }),
  );
  return made ? { ok: true, extension } : { ok: false, reason: 'open' };
}

/** False when it has been answered, or is not one of the invitation's. */
export async function withdrawExtension(
  services: Services,
  of: { invitation: Invitation; link: Link },
  id: string,
): Promise<boolean> {
  const extension = await services.extensions.find(id);
  if (extension?.invitation !== of.invitation._id) return false;
  return services.transaction(async (session) => {
    if (!(await services.extensions.end(id, { status: 'withdrawn' }, session))) return false;
    await note(services, { kind: 'link', id: of.link._id }, 'withdrawn', extension, session);
    return true;
  });
}

export type Decision =
  | { decision: 'grant'; until: string; word: string }
  | { decision: 'refuse'; word: string };
/** `over`: it was withdrawn or answered meanwhile. */
export type DecideResult =
  | { ok: true }
  | { ok: false; reason: 'time' | 'over' | Exclude<Until, 'ok'> };

/** Answers a request and queues the mail that says so. @param round with its own deadline */
export async function decideExtension(
  services: Services,
  round: Round,
  extension: Extension,
  { word, ...wanted }: Decision,
  actor: Actor,
): Promise<DecideResult> {
  const now = services.clock();
  const until = wanted.decision === 'grant' ? instantIn(wanted.until, round.zone) : null;
  if (wanted.decision === 'grant') {
    const allowed = until ? mayExtend(round, until, now) : 'time';
    if (allowed !== 'ok') return { ok: false, reason: allowed };
  }
  const status = until ? 'granted' : 'refused';
  const done = await services.transaction(async (session) => {
    const change = { status, until, word, decidedAt: now } as const;
    if (!(await services.extensions.end(extension._id, change, session))) return false;
    if (until) await services.invitations.extend(extension.invitation, until, session);
    await note(services, actor, status, { ...extension, until }, session);
    await tell(services, extension, status, extension.contact ? [extension.contact] : [], session);
    return true;
  });
  return done ? { ok: true } : { ok: false, reason: 'over' };
}

export type ExtendResult =
  | { ok: true; until: Date; enqueued: number }
  | { ok: false; reason: 'unknown' | 'time' | Exclude<Until, 'ok'> };

/** The secretariat gives more time by itself. An open request is answered by it; all contacts of the State hear of it. */
export async function extendDeadline(
  services: Services,
  round: Round,
  of: { state: string; audience: string },
  until: string,
  actor: Actor,
): Promise<ExtendResult> {
  const now = services.clock();
  const invitation = await services.invitations.ofState(round._id, of.state, of.audience);
  if (!invitation) return { ok: false, reason: 'unknown' };
  const instant = instantIn(until, round.zone);
  const allowed = instant ? mayExtend(round, instant, now) : 'time';
  if (!instant || allowed !== 'ok') return { ok: false, reason: allowed as 'time' };
  const people = (await services.contacts.of(of.state, of.audience))
    .map((contact) => contact._id)
    .filter((id) => !invitation.released?.includes(id));
  const enqueued = await services.transaction(async (session) => {
    const granted = { status: 'granted', until: instant, decidedAt: now } as const;
    const open = await services.extensions.open(invitation._id, session);
    const extension: Extension = {
      round: round._id,
      invitation: invitation._id,
      link: null,
      contact: null,
      wanted: instant,
      reason: '',
      askedAt: now,
      word: '',
      ...open,
      ...granted,
      _id: open?._id ?? newId(),
    };
    if (open) await services.extensions.end(open._id, granted, session);
    else await services.extensions.insert(extension, session);
    await services.invitations.extend(invitation._id, instant, session);
    await note(services, actor, 'granted', extension, session);
    return tell(services, extension, 'granted', people, session);
  });
  return { ok: true, until: instant, enqueued };
}

const EVENTS = {
  asked: { event: 'extension.asked' },
  withdrawn: { event: 'extension.withdrawn' },
  granted: { event: 'extension.granted' },
  refused: { event: 'extension.refused' },
} as const;

const note = (
  services: Services,
  actor: Actor,
  what: Event,
  extension: Extension,
  session: Session,
) =>
  services.audit.record(
    {
      actor,
      ...EVENTS[what],
      subject: { kind: 'invitation', id: extension.invitation },
      details: {
        extension: extension._id,
        wanted: extension.wanted.toISOString(),
        ...(extension.until ? { until: extension.until.toISOString() } : {}),
      },
    },
    services.clock(),
    session,
  );

/** Queues the answer. Returns how many mails that were. */
async function tell(
  services: Services,
  { _id, round, invitation }: Extension,
  outcome: 'granted' | 'refused',
  people: string[],
  session: Session,
): Promise<number> {
  for (const contact of people)
    await services.messages.enqueue(
      {
        key: `extension:${_id}:${contact}`,
        template: `extension-${outcome}`,
        round,
        invitation,
        contact,
        about: { extension: _id },
        priority: 0,
      },
      services.clock(),
      session,
    );
  return people.length;
}
