/** Makes a mailing of a selection: the invitations that are missing, the words as they are now, one mail for each person. */
import type { Actor } from '../audit/event.ts';
import { isDuplicate, newId } from '../db/record.ts';
import type { Mailing } from '../mail/mailing.ts';
import type { Message } from '../mail/message.ts';
import type { PinnedText, TemplateName } from '../mail/template.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import type { Invitation } from './invitation.ts';
import type { MailingKind } from './mailing-kind.ts';
import { mailOf, pinTexts } from './mailing-mails.ts';
import type { Choice, Chosen } from './roll.ts';
import { type Criteria, placeOf, type Reason } from './selection.ts';

export type Wanted = {
  key: string;
  kind: MailingKind;
  criteria: Criteria;
  /** The text of a message for one occasion. */
  message?: TemplateName | null;
  /** The words that were looked at; without them those that count now. */
  texts?: PinnedText[];
  /** Null for at once. */
  scheduledAt?: Date | null;
  step?: string | null;
  /** What its mails are about; see `Message`. */
  about?: Message['about'];
};

export type QueuedMailing = { mailing: Mailing; enqueued: number };

/**
 * One transaction. A second call under the same key finds the mailing of the first.
 * @returns null when nobody was left to write to, or other words than those looked at count now: then there is no mailing
 */
export async function queueMailing(
  services: Services,
  round: Round,
  wanted: Wanted,
  choice: Choice,
  actor: Actor,
): Promise<QueuedMailing | null> {
  const there = await services.mailings.byKey(wanted.key);
  if (there) return { mailing: there, enqueued: 0 };
  try {
    return await services.transaction((session) =>
      writeMailing(services, round, wanted, choice, actor, session),
    );
  } catch (error) {
    const first = isDuplicate(error) ? await services.mailings.byKey(wanted.key) : null;
    if (!first) throw error;
    return { mailing: first, enqueued: 0 };
  }
}

/** The same within a transaction. @throws a duplicate where another call is making it */
export async function writeMailing(
  services: Services,
  round: Round,
  wanted: Wanted,
  { chosen, skipped }: Choice,
  actor: Actor,
  session: Session,
): Promise<QueuedMailing | null> {
  const now = services.clock();
  const there = await services.mailings.byKey(wanted.key, session);
  if (there) return { mailing: there, enqueued: 0 };
  const texts = await pinTexts(services, wanted, chosen, session);
  if (wanted.texts && !isSameWords(wanted.texts, texts)) return null;
  const invitations =
    wanted.kind === 'invitation' ? await askStates(services, round, chosen, session) : null;
  const mailing: Mailing = {
    _id: newId(),
    key: wanted.key,
    round: round._id,
    kind: wanted.kind,
    criteria: wanted.criteria,
    message: wanted.message ?? null,
    texts,
    step: wanted.step ?? null,
    createdBy: actor,
    createdAt: now,
    scheduledAt: wanted.scheduledAt ?? null,
    skipped: countReasons(skipped.map((one) => one.reason)),
    status: 'active',
  };
  const mails = chosen.map((one) =>
    mailOf(
      round,
      mailing,
      one,
      (invitations?.get(placeOf(one.person.contact)) ?? one.person.invitation) as Invitation,
      now,
      wanted.about,
    ),
  );
  const enqueued = await services.messages.enqueueAll(mails, now, session);
  if (enqueued === 0) return null;
  await services.mailings.insert(mailing, session);
  await services.audit.record(
    {
      actor,
      event: 'mailing.queued',
      subject: { kind: 'mailing', id: mailing._id },
      details: { round: round._id, kind: mailing.kind, mails: enqueued },
    },
    now,
    session,
  );
  return { mailing, enqueued };
}

/** Adds people to a mailing that is there: of a step of the reminder plan, which comes to each State in its own time. */
export const addToMailing = (
  services: Services,
  round: Round,
  mailing: Mailing,
  chosen: Chosen[],
): Promise<number> =>
  services.transaction(async (session) => {
    const now = services.clock();
    const texts = await pinTexts(services, mailing, chosen, session, mailing.texts);
    await services.mailings.addTexts(mailing._id, texts, session);
    const mails = chosen.map((one) =>
      mailOf(round, mailing, one, one.person.invitation as Invitation, now),
    );
    return services.messages.enqueueAll(mails, now, session);
  });

/** Read anew in each try: another call may have invited the same States a moment ago. */
async function askStates(
  services: Services,
  round: Round,
  chosen: Chosen[],
  session: Session,
): Promise<Map<string, Invitation>> {
  const invited = await services.invitations.ofRound(round._id, session);
  const known = new Map(invited.map((invitation) => [placeOf(invitation), invitation]));
  const fresh: Invitation[] = [];
  for (const { person } of chosen) {
    const { state, audience } = person.contact;
    if (known.has(placeOf({ state, audience }))) continue;
    const invitation: Invitation = {
      _id: newId(),
      round: round._id,
      state,
      audience,
      createdAt: services.clock(),
      closesAt: null,
    };
    known.set(placeOf(invitation), invitation);
    fresh.push(invitation);
  }
  await services.invitations.insert(fresh, session);
  await services.responses.open(fresh, session);
  return known;
}

const isSameWords = (a: PinnedText[], b: PinnedText[]): boolean => {
  const words = (texts: PinnedText[]) =>
    texts.map((one) => `${one.template} ${one.language} ${one.version}`).sort();
  return JSON.stringify(words(a)) === JSON.stringify(words(b));
};

function countReasons(reasons: Reason[]): Mailing['skipped'] {
  const counts: Mailing['skipped'] = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
