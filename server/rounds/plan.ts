/** Creating, opening and closing a round. */
import { Temporal } from 'temporal-polyfill';
import type { Actor } from '../audit/event.ts';
import { unlessTaken } from '../db/record.ts';
import type { Services } from '../services.ts';
import { isZone } from '../states/state-file.ts';
import { isSlug, type Round } from './round.ts';

export type NewRound = {
  slug: string;
  questionnaire: { key: string; version: number };
  opens: string;
  closes: string;
  zone: string;
  demonstration?: boolean;
};

export type RoundResult =
  | { ok: true; round: Round }
  | {
      ok: false;
      reason:
        | 'slug'
        | 'taken'
        | 'zone'
        | 'time'
        | 'order'
        | 'questionnaire'
        | 'internal'
        | 'unknown'
        | 'status';
    };

export async function createRound(
  services: Services,
  wanted: NewRound,
  actor: Actor,
): Promise<RoundResult> {
  if (!isSlug(wanted.slug)) return { ok: false, reason: 'slug' };
  if (!isZone(wanted.zone)) return { ok: false, reason: 'zone' };
  const opensAt = instantIn(wanted.opens, wanted.zone);
  const closesAt = instantIn(wanted.closes, wanted.zone);
  if (!opensAt || !closesAt) return { ok: false, reason: 'time' };
  if (opensAt >= closesAt) return { ok: false, reason: 'order' };
  const edition = await services.catalogue.find(wanted.questionnaire);
  if (!edition) return { ok: false, reason: 'questionnaire' };
  if (edition.source.definition.internal) return { ok: false, reason: 'internal' };
  const round: Round = {
    _id: wanted.slug,
    questionnaire: wanted.questionnaire,
    opensAt,
    closesAt,
    zone: wanted.zone,
    status: 'planned',
    openedAt: null,
    closedAt: null,
    demonstration: wanted.demonstration ?? false,
  };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.rounds.insert(round, session);
      await services.audit.record(
        {
          actor,
          event: 'round.created',
          subject: { kind: 'round', id: round._id },
          details: { ...wanted },
        },
        services.clock(),
        session,
      );
    }),
  );
  return made ? { ok: true, round } : { ok: false, reason: 'taken' };
}

/** From here on the questionnaire version never changes. */
export const openRound = (services: Services, slug: string, actor: Actor) =>
  moveRound(services, slug, actor, 'open');

/** Answers can be read on, not written. */
export const closeRound = (services: Services, slug: string, actor: Actor) =>
  moveRound(services, slug, actor, 'closed');

async function moveRound(
  services: Services,
  slug: string,
  actor: Actor,
  to: 'open' | 'closed',
): Promise<RoundResult> {
  const round = await services.rounds.find(slug);
  if (!round) return { ok: false, reason: 'unknown' };
  const now = services.clock();
  const moved = await services.transaction(async (session) => {
    const set = to === 'open' ? { status: to, openedAt: now } : { status: to, closedAt: now };
    const from: Round['status'][] = to === 'open' ? ['planned'] : ['open'];
    if (!(await services.rounds.move(slug, from, set, session))) return false;
    await services.audit.record(
      {
        actor,
        event: to === 'open' ? 'round.opened' : 'round.closed',
        subject: { kind: 'round', id: slug },
      },
      now,
      session,
    );
    return true;
  });
  return moved ? { ok: true, round: { ...round, status: to } } : { ok: false, reason: 'status' };
}

/**
 * "2023-05-01T09:00" as the clock shows it in the zone, or an instant with an offset of its own. Null for text
 * that is no time, and for a time that a change of clocks leaves out or has twice.
 */
export function instantIn(text: string, zone: string): Date | null {
  try {
    if (/[zZ]$|[+-]\d{2}:?\d{2}$/.test(text))
      return new Date(Temporal.Instant.from(text).epochMilliseconds);
    const local = Temporal.PlainDateTime.from(text);
    return new Date(local.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds);
  } catch {
    return null;
  }
}
