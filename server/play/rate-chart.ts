/** The response rate over time as a chart and its table: the same numbers. Pure. */
import { LINES } from '../charts/fills.ts';
import type { Picture } from '../charts/picture.ts';
import type { Round } from '../rounds/round.ts';
import type { Voice } from '../texts.ts';
import { type DayCount, responseRate } from './rate.ts';
import type { Player } from './read.ts';

const DAY_MS = 86_400_000;
/** The latest ones; what came before is in the first of them, since each counts all before. */
const MOST_DAYS = 400;

export type RateChart = {
  series: { audience: string; label: string; invited: number; days: DayCount[] }[];
  rows: { label: string; cells: { count: number; share: string }[] }[];
  /** For the script: labels, values and looks, as JSON in an attribute. */
  data: string;
  /** For its files. */
  picture: Picture;
};

/** Null before the opening, and when nobody was invited. One line per audience. */
export function rateChart(
  players: Pick<Player, 'audience' | 'invitation' | 'startedAt' | 'firstSubmittedAt'>[],
  of: { round: Round; now: Date; audiences: { id: string; short: string }[] },
  voice: Voice,
): RateChart | null {
  const { round, now, audiences } = of;
  const dayOf = dayIn(round.zone);
  // From the opening, or from the first invitation where that came later; until the round was closed.
  const invited = players.flatMap(({ invitation }) => invitation?.createdAt ?? []);
  const first = Math.max(
    round.opensAt.getTime(),
    Math.min(...invited.map((instant) => instant.getTime())),
  );
  if (!Number.isFinite(first)) return null;
  const days = daysBetween(dayOf(new Date(first)), dayOf(round.closedAt ?? now));
  const series = audiences
    .map(({ id, short }) => {
      const own = players.filter((player) => player.audience === id);
      return {
        audience: id,
        label: short,
        invited: own.length,
        days: responseRate(days, own, dayOf),
      };
    })
    .filter(({ invited }) => invited > 0);
  if (days.length === 0 || series.length === 0) return null;
  const words = (day: string) => voice.date(new Date(`${day}T12:00:00Z`), 'UTC');
  return {
    series,
    // A day on which nothing changed is in the chart, not in the table.
    rows: days
      .map((day, at) => ({
        label: words(day),
        changed: series.some(
          ({ days: counts }) => counts[at]?.submitted !== (counts[at - 1]?.submitted ?? 0),
        ),
        cells: series.map(({ days: counts, invited }) => {
          const count = counts[at]?.submitted ?? 0;
          return { count, share: voice.percent(count / invited) };
        }),
      }))
      .filter(({ changed }, at) => changed || at === days.length - 1),
    data: JSON.stringify({
      labels: days.map(words),
      rtl: voice.direction === 'rtl',
      looks: LINES,
      series: series.map(({ label, invited, days: counts }) => ({
        label,
        values: counts.map(({ submitted }) => Math.round((1000 * submitted) / invited) / 10),
      })),
    }),
    picture: ratePicture(days.map(words), series, { round, now }, voice),
  };
}

function ratePicture(
  labels: string[],
  series: RateChart['series'],
  { round, now }: { round: Round; now: Date },
  voice: Voice,
): Picture {
  return {
    form: 'lines',
    title: voice.t('play.rateOf'),
    subtitle: '',
    series: series.map(({ label }) => ({ label, fill: 'answer' })),
    rows: labels.map((label, at) => ({
      label,
      cells: series.map(({ days, invited }) => {
        const value = (days[at]?.submitted ?? 0) / invited;
        return { value, text: voice.percent(value), fill: null, href: '' };
      }),
    })),
    max: 1,
    notes: [
      series
        .map(({ label, days, invited }) => {
          const submitted = voice.number(days.at(-1)?.submitted ?? 0);
          const of = { submitted, invited: voice.number(invited) };
          return `${label}: ${voice.t('results.rate', of)}`;
        })
        .join(' · '),
      voice.t('play.rateSource', { round: round._id, when: voice.dateTime(now, round.zone) }),
    ],
    mark: round.demonstration ? voice.t('notice.demonstration') : '',
    language: voice.language,
    rtl: voice.direction === 'rtl',
  };
}

/** "2023-05-01" as the calendar of the zone has it. */
function dayIn(zone: string): (instant: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (instant) => format.format(instant);
}

function daysBetween(first: string, last: string): string[] {
  const [from, to] = [first, last].map((day) => Date.parse(`${day}T00:00:00Z`)) as [number, number];
  const days: string[] = [];
  for (let at = from; at <= to; at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days.slice(-MOST_DAYS);
}
