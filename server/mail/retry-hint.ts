/** Reads out of a mail server's reply how long it wants to be left alone. Pure. */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LEAST = MINUTE;
const MOST = 24 * HOUR;

const UNITS: [RegExp, number][] = [
  [/^s/i, SECOND],
  [/^m/i, MINUTE],
  [/^h/i, HOUR],
];

/** "Retry-After: 600", in seconds. */
const HEADER = /\bretry[- ]after\s*[:=]\s*(\d{1,6})\b(?!\s*:)/i;
/** "come back in 00:04:59". */
const CLOCK = /\b(?:in|for|after|wait|within|retry)\s+(\d{1,2}):(\d{2}):(\d{2})\b/i;
/** "try again in 300 seconds", "greylisted for 5 minutes", "retry timeout: 300 secs", "wait at least 2 hours". */
const WORDS =
  /\b(?:in|for|after|wait|least|another|about|retry|timeout|delay)\s*[:=]?\s*(\d{1,6})\s*(seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|h)\b/i;

/**
 * Milliseconds, from a minute to a day whatever the server says; null when it names no time.
 * A time of day ("after 14:30") is none.
 */
export function hintedWait(reply: string): number | null {
  const asked = askedFor(reply);
  return asked === null ? null : Math.min(Math.max(asked, LEAST), MOST);
}

function askedFor(reply: string): number | null {
  const clock = CLOCK.exec(reply);
  if (clock) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number);
    return hours * HOUR + minutes * MINUTE + seconds * SECOND;
  }
  const words = WORDS.exec(reply);
  const unit = UNITS.find(([name]) => name.test(words?.[2] ?? ''))?.[1];
  if (words && unit) return Number(words[1]) * unit;
  const header = HEADER.exec(reply);
  return header ? Number(header[1]) * SECOND : null;
}
