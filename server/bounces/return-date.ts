/** The day on which an absent person is back, as far as an absence notice tells it in one of the six languages. Pure. */
import { LANGUAGES } from '../questionnaire/definition.ts';

const DAY_MS = 86_400_000;
const LONGEST_ABSENCE_DAYS = 370;

/**
 * Names of months in small letters, to 1-12; Arabic has two sets, one for the east and one for Egypt and the Gulf. Made for the first
 * notice that is read, since it takes as long as a tenth of a server's start.
 */
let months: Map<string, number> | null = null;
const readMonths = () =>
  new Map(
    [...LANGUAGES, 'ar-EG', 'ar-IQ', 'ar-DZ'].flatMap((language) =>
      (['long', 'short'] as const).flatMap((month) =>
        Array.from({ length: 12 }, (_, index): [string, number][] => {
          const format = (options: Intl.DateTimeFormatOptions) =>
            new Intl.DateTimeFormat(`${language}-u-nu-latn`, { ...options, timeZone: 'UTC' })
              .formatToParts(Date.UTC(2023, index, 15))
              .find(({ type }) => type === 'month')?.value ?? '';
          // Russian says "мая" in a date and "май" alone.
          return [format({ month }), format({ month, day: 'numeric' })].map((name) => [
            name.toLowerCase().replace(/\.$/, ''),
            index + 1,
          ]);
        }).flat(),
      ),
    ),
  );

const WORD = /\p{L}{3,}/u.source;
/** Day, month and year by name of their groups; the year may be missing. */
const FORMS = [
  /(?<year>20\d\d)-(?<month>\d{1,2})-(?<day>\d{1,2})/gu,
  /(?:(?<year>20\d\d)\s*年\s*)?(?<month>\d{1,2})\s*月\s*(?<day>\d{1,2})\s*日/gu,
  /(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>20\d\d)/gu,
  // Day first in most of the world, month first in some of it: only where one of them can be no month is it certain.
  /(?<day>1[3-9]|2\d|3[01])\/(?<month>\d{1,2})\/(?<year>20\d\d)/gu,
  /(?<month>\d{1,2})\/(?<day>1[3-9]|2\d|3[01])\/(?<year>20\d\d)/gu,
  /(?<day>\d{1,2})\/(?<month>\k<day>)\/(?<year>20\d\d)/gu,
  new RegExp(
    `(?<day>\\d{1,2})(?:st|nd|rd|th|er|º)?\\.?\\s+(?:de\\s+)?(?<name>${WORD})\\.?(?:\\s+(?:de\\s+|del\\s+)?(?<year>20\\d\\d))?`,
    'gu',
  ),
  new RegExp(
    `(?<name>${WORD})\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(?<year>20\\d\\d))?(?!\\d)`,
    'gu',
  ),
];

/** The latest day that the words name, within about a year of `sent`; null when they name none. Midnight, UTC. */
export function returnDateIn(words: string, sent: Date): Date | null {
  const days = FORMS.flatMap((form) => [...words.matchAll(form)])
    .map(({ groups }) => dayOf(groups ?? {}, sent))
    .filter((day) => day !== null)
    .filter(
      (day) =>
        day.getTime() > sent.getTime() - DAY_MS &&
        day.getTime() < sent.getTime() + LONGEST_ABSENCE_DAYS * DAY_MS,
    );
  return days.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

function dayOf(groups: Record<string, string | undefined>, sent: Date): Date | null {
  const { year, month, name, day } = groups;
  months ??= readMonths();
  const number = name ? months.get(name.toLowerCase()) : Number(month);
  if (!number || number > 12) return null;
  const inYear = (which: number): Date | null => {
    const date = new Date(Date.UTC(which, number - 1, Number(day)));
    return date.getUTCMonth() === number - 1 ? date : null;
  };
  if (year) return inYear(Number(year));
  // "Back on 3 January", written in December.
  const thisYear = inYear(sent.getUTCFullYear());
  return thisYear && thisYear.getTime() < sent.getTime() - DAY_MS
    ? inYear(sent.getUTCFullYear() + 1)
    : thisYear;
}
