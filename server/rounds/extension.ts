/** More time for one State: what it asks for, what may be asked for and granted. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { Round } from './round.ts';

export type Extension = {
  _id: string;
  round: string;
  invitation: string;
  /** The link by which it was asked for; null where the secretariat extends by itself. */
  link: string | null;
  /** Who asked, and gets the answer; null as above, and for a link of nobody. */
  contact: string | null;
  /** The end of the wanted day: the hour at which the round closes, in its zone. */
  wanted: Date;
  reason: string;
  askedAt: Date;
  status: 'open' | 'granted' | 'refused' | 'withdrawn';
  /** The deadline that was granted; it may be another than the wanted one. */
  until: Date | null;
  /** What the secretariat said to the respondent. */
  word: string;
  decidedAt: Date | null;
};

/** Of the reason and of the answer. */
export const LONGEST_WORDS = 1000;
/** Whoever types 2203 for 2023 hears of it. */
const MOST_DAYS = 366;

type Wish = { ok: true; wanted: Date } | { ok: false; reason: 'day' | 'notLater' | 'past' | 'far' };

/**
 * A wanted day, "2023-07-14", as an instant: that day at the hour at which the round closes, by the clocks of its zone.
 * @param deadline the one that counts for the State now, which the wanted one must be later than
 */
export function wantedUntil(round: Round, deadline: Date, day: string, now: Date): Wish {
  const wanted = endOfDay(round, day);
  if (!wanted) return { ok: false, reason: 'day' };
  if (wanted <= deadline) return { ok: false, reason: 'notLater' };
  if (wanted <= now) return { ok: false, reason: 'past' };
  return isFar(round, wanted, now) ? { ok: false, reason: 'far' } : { ok: true, wanted };
}

export type Until = 'ok' | 'early' | 'past' | 'far';

/** Whether a deadline may be granted. @param round with its own deadline, not an extended one */
export function mayExtend(round: Round, until: Date, now: Date): Until {
  if (until < round.closesAt) return 'early';
  if (until <= now) return 'past';
  return isFar(round, until, now) ? 'far' : 'ok';
}

const isFar = (round: Round, until: Date, now: Date): boolean =>
  until.getTime() > Math.max(round.closesAt.getTime(), now.getTime()) + MOST_DAYS * 86_400_000;

function endOfDay(round: Round, day: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  try {
    const hour = Temporal.Instant.fromEpochMilliseconds(round.closesAt.getTime())
      .toZonedDateTimeISO(round.zone)
      .toPlainTime();
    // Where a change of clocks leaves the hour out, the one after it is as good.
    const end = Temporal.PlainDate.from(day, { overflow: 'reject' })
      .toPlainDateTime(hour)
      .toZonedDateTime(round.zone);
    return new Date(end.epochMilliseconds);
  } catch {
    return null;
  }
}

/** A day as a form has it: without spaces, in Western digits. */
export const dayIn = (text: string): string =>
  text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15)).replace(/\s/g, '');

/** "2023-07-14T18:00", as the clocks of the zone show it: the value of a field that `instantIn` reads back. */
export const fieldTime = (instant: Date, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
