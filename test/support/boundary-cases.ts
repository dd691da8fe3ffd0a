/**
 * Cases at the edges of a round: opening, deadline, grace, changes of clocks, half-hour zones, both ends of the day line, leap
 * day, new year. As a program it prints what came of each as JSON, so that it can be run in processes of several time zones.
 */
import { pathToFileURL } from 'node:url';
import { deadlineOf, deadlineText, roundFor } from '../../server/rounds/deadline.ts';
import { instantIn } from '../../server/rounds/plan.ts';
import { mayWrite, type Round } from '../../server/rounds/round.ts';
import { voiceOf } from '../../server/texts.ts';

export type Case = { name: string; expected: string; result: string };

const SECOND = 1000;
const GRACE = 15 * 60 * SECOND;

const round = (opensAt: Date, closesAt: Date, zone: string): Round => ({
  _id: 'edges',
  questionnaire: { key: 'any', version: 1 },
  opensAt,
  closesAt,
  zone,
  status: 'open',
  openedAt: opensAt,
  closedAt: null,
  demonstration: false,
});
const writing = (of: Round, at: number): string => {
  const result = mayWrite(of, new Date(at));
  return result.ok ? 'open' : result.reason;
};
const local = (text: string, zone: string): string =>
  instantIn(text, zone)?.toISOString() ?? 'none';

/** Zone, opening and deadline as the clocks there show them, and the same two instants in UTC. */
const ROUNDS: [zone: string, opens: string, opensUtc: string, closes: string, closesUtc: string][] =
  [
    // Summer, and winter.
    [
      'Europe/Zurich',
      '2023-05-01T09:00',
      '2023-05-01T07:00',
      '2023-06-30T18:00',
      '2023-06-30T16:00',
    ],
    [
      'Europe/Zurich',
      '2023-11-01T09:00',
      '2023-11-01T08:00',
      '2023-12-15T18:00',
      '2023-12-15T17:00',
    ],
    // The very instants at which clocks change.
    [
      'Europe/Zurich',
      '2024-03-01T00:00',
      '2024-02-29T23:00',
      '2024-03-31T03:00',
      '2024-03-31T01:00',
    ],
    [
      'Europe/Zurich',
      '2023-10-01T00:00',
      '2023-09-30T22:00',
      '2023-10-29T03:00',
      '2023-10-29T02:00',
    ],
    // Half hours and quarters.
    ['Asia/Kabul', '2023-05-01T09:00', '2023-05-01T04:30', '2023-06-30T23:59', '2023-06-30T19:29'],
    [
      'Asia/Kathmandu',
      '2024-02-01T00:00',
      '2024-01-31T18:15',
      '2024-02-29T23:59',
      '2024-02-29T18:14',
    ],
    [
      'America/St_Johns',
      '2023-05-01T00:00',
      '2023-05-01T02:30',
      '2023-07-01T00:00',
      '2023-07-01T02:30',
    ],
    // New year at both ends of the day line.
    [
      'Pacific/Kiritimati',
      '2023-12-01T00:00',
      '2023-11-30T10:00',
      '2024-01-01T00:00',
      '2023-12-31T10:00',
    ],
    [
      'Pacific/Pago_Pago',
      '2023-12-01T00:00',
      '2023-12-01T11:00',
      '2023-12-31T23:59',
      '2024-01-01T10:59',
    ],
  ];

const OPENING: [shift: number, expected: string][] = [
  [-SECOND, 'notYet'],
  [-1, 'notYet'],
  [0, 'open'],
  [1, 'open'],
  [SECOND, 'open'],
];
const CLOSING: [shift: number, expected: string][] = [
  [-SECOND, 'open'],
  [0, 'open'],
  [1, 'open'],
  [SECOND, 'open'],
  [GRACE - SECOND, 'open'],
  [GRACE - 1, 'open'],
  [GRACE, 'open'],
  [GRACE + 1, 'deadline'],
  [GRACE + SECOND, 'deadline'],
];

const edges = (): Case[] =>
  ROUNDS.flatMap(([zone, opens, opensUtc, closes, closesUtc]) => {
    const [from, until] = [Date.parse(`${opensUtc}Z`), Date.parse(`${closesUtc}Z`)];
    const of = round(new Date(local(opens, zone)), new Date(local(closes, zone)), zone);
    const at = (name: string, instant: number, expected: string): Case => ({
      name: `${zone}, ${name}`,
      expected,
      result: writing(of, instant),
    });
    return [
      ...OPENING.map(([shift, expected]) => at(`${opens} ${shift} ms`, from + shift, expected)),
      ...CLOSING.map(([shift, expected]) => at(`${closes} ${shift} ms`, until + shift, expected)),
    ];
  });

/** A deadline of one State's own: later counts, earlier does not. */
function extensions(): Case[] {
  const closes = Date.parse('2023-06-30T16:00Z');
  const of = round(new Date('2023-05-01T07:00Z'), new Date(closes), 'Europe/Zurich');
  const later = local('2023-07-15T23:59', 'Asia/Kathmandu');
  const granted: [name: string, closesAt: string | null, counts: string][] = [
    ['no extension', null, '2023-06-30T16:00:00.000Z'],
    ['the same instant', '2023-06-30T16:00:00.000Z', '2023-06-30T16:00:00.000Z'],
    ['a millisecond more', '2023-06-30T16:00:00.001Z', '2023-06-30T16:00:00.001Z'],
    ['a millisecond less', '2023-06-30T15:59:59.999Z', '2023-06-30T16:00:00.000Z'],
    ['midnight in Kathmandu', later, '2023-07-15T18:14:00.000Z'],
  ];
  return granted.flatMap(([name, closesAt, counts]) => {
    const invitation = { closesAt: closesAt === null ? null : new Date(closesAt) };
    const own = roundFor(of, invitation);
    const last = Date.parse(counts) + GRACE;
    return [
      {
        name: `${name}: deadline`,
        expected: counts,
        result: deadlineOf(of, invitation).toISOString(),
      },
      { name: `${name}: grace ends`, expected: 'open', result: writing(own, last) },
      { name: `${name}: grace ended`, expected: 'deadline', result: writing(own, last + 1) },
    ];
  });
}

/** Times as an admin types them; "none" where a change of clocks leaves them out or has them twice. */
const TYPED: [zone: string, text: string, expected: string][] = [
  ['Europe/Zurich', '2024-03-31T01:59', '2024-03-31T00:59:00.000Z'],
  ['Europe/Zurich', '2024-03-31T02:00', 'none'],
  ['Europe/Zurich', '2024-03-31T02:59', 'none'],
  ['Europe/Zurich', '2024-03-31T03:00', '2024-03-31T01:00:00.000Z'],
  ['Europe/Zurich', '2023-10-29T01:59', '2023-10-28T23:59:00.000Z'],
  ['Europe/Zurich', '2023-10-29T02:00', 'none'],
  ['Europe/Zurich', '2023-10-29T02:59', 'none'],
  ['Europe/Zurich', '2023-10-29T03:00', '2023-10-29T02:00:00.000Z'],
  ['Europe/Zurich', '2023-10-29T02:30+01:00', '2023-10-29T01:30:00.000Z'],
  // Half an hour is left out, and had twice.
  ['Australia/Lord_Howe', '2023-10-01T02:15', 'none'],
  ['Australia/Lord_Howe', '2023-10-01T02:30', '2023-09-30T15:30:00.000Z'],
  ['Australia/Lord_Howe', '2023-04-02T01:45', 'none'],
  // Clocks change at midnight: the day begins at one.
  ['America/Santiago', '2023-09-03T00:00', 'none'],
  ['America/Santiago', '2023-09-03T01:00', '2023-09-03T04:00:00.000Z'],
  ['Asia/Kabul', '2023-06-30T00:00', '2023-06-29T19:30:00.000Z'],
  ['Asia/Kathmandu', '2023-06-30T00:00', '2023-06-29T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2023-06-30T00:00', '2023-06-29T10:00:00.000Z'],
  ['Pacific/Pago_Pago', '2023-06-30T00:00', '2023-06-30T11:00:00.000Z'],
  ['Asia/Kathmandu', '2024-02-29T12:00', '2024-02-29T06:15:00.000Z'],
  ['Europe/Zurich', '2023-02-29T12:00', 'none'],
  ['Europe/Zurich', '2100-02-29T12:00', 'none'],
  ['Europe/Zurich', '2024-02-30T12:00', 'none'],
  ['Pacific/Kiritimati', '2024-01-01T13:59', '2023-12-31T23:59:00.000Z'],
];

const typed = (): Case[] =>
  TYPED.map(([zone, text, expected]) => ({
    name: `${text} in ${zone}`,
    expected,
    result: local(text, zone),
  }));

const MONTHS: Record<string, [number, string][]> = {
  en: [
    [1, 'January'],
    [2, 'February'],
    [3, 'March'],
    [6, 'June'],
    [7, 'July'],
    [10, 'October'],
    [12, 'December'],
  ],
  fr: [
    [1, 'janvier'],
    [2, 'février'],
    [3, 'mars'],
    [6, 'juin'],
    [7, 'juillet'],
    [10, 'octobre'],
    [12, 'décembre'],
  ],
  ar: [
    [1, 'يناير'],
    [2, 'فبراير'],
    [3, 'مارس'],
    [6, 'يونيو'],
    [7, 'يوليو'],
    [10, 'أكتوبر'],
    [12, 'ديسمبر'],
  ],
};
/** "2023-06-30 23:00" in the words of a language, without Intl. */
function said(text: string, language: string): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+) (.+)$/.exec(text) ?? [];
  const name = MONTHS[language]?.find(([number]) => number === Number(month))?.[1];
  return `${Number(day)} ${name} ${year}${language === 'ar' ? '،' : ','} ${time}`;
}

/** A deadline in UTC, and what the clocks show in the capital and in Geneva. */
const WRITTEN: [zone: string, closes: string, there: string, geneva: string][] = [
  ['Asia/Kabul', '2023-06-30T16:00', '2023-06-30 20:30', '2023-06-30 18:00'],
  ['Asia/Kathmandu', '2023-06-30T16:00', '2023-06-30 21:45', '2023-06-30 18:00'],
  ['Pacific/Kiritimati', '2023-06-30T16:00', '2023-07-01 06:00', '2023-06-30 18:00'],
  ['Pacific/Pago_Pago', '2023-06-30T09:00', '2023-06-29 22:00', '2023-06-30 11:00'],
  ['Europe/Zurich', '2023-10-29T00:30', '2023-10-29 02:30', '2023-10-29 02:30'],
  ['Europe/London', '2023-10-29T00:30', '2023-10-29 01:30', '2023-10-29 02:30'],
  ['Asia/Kathmandu', '2024-02-29T18:14', '2024-02-29 23:59', '2024-02-29 19:14'],
  ['Asia/Phnom_Penh', '2024-02-29T17:00', '2024-03-01 00:00', '2024-02-29 18:00'],
  ['Pacific/Kiritimati', '2023-12-31T10:00', '2024-01-01 00:00', '2023-12-31 11:00'],
  ['America/St_Johns', '2024-03-31T01:00', '2024-03-30 22:30', '2024-03-31 03:00'],
  ['America/Bogota', '2023-12-31T23:30', '2023-12-31 18:30', '2024-01-01 00:30'],
  ['Africa/Ndjamena', '2023-12-15T17:00', '2023-12-15 18:00', '2023-12-15 18:00'],
];

/** Both times must stand in the text, the capital's first; the result is the text as far as it was expected. */
const written = (): Case[] =>
  WRITTEN.flatMap(([zone, closes, there, geneva]) =>
    ['en', 'fr', 'ar'].map((language) => {
      const of = { closesAt: new Date(`${closes}Z`), zone: 'Europe/Zurich' };
      const text = deadlineText(of, { zone }, null, voiceOf(language));
      const sameDay = there.slice(0, 10) === geneva.slice(0, 10);
      const other = sameDay ? geneva.slice(11) : said(geneva, language);
      const begins = text.startsWith(said(there, language));
      const both =
        there === geneva
          ? !/\d/.test(text.slice(said(there, language).length))
          : text.includes(other);
      const expected =
        there === geneva ? said(there, language) : `${said(there, language)} … ${other}`;
      return {
        name: `${closes} UTC in ${zone}, said in ${language}`,
        expected,
        result: begins && both ? expected : text,
      };
    }),
  );

export const boundaryCases = (): Case[] => [...edges(), ...extensions(), ...typed(), ...written()];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(
    JSON.stringify({
      offset: new Date('2023-06-30T12:00Z').getTimezoneOffset(),
      cases: boundaryCases(),
    }),
  );
