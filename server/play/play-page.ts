/** The state of play of a round as a page: who is how far, what comes next, and the response rate over time. Pure. */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { placeIn } from './more-time-page.ts';
import { rateChart } from './rate-chart.ts';
import type { Player } from './read.ts';
import { NEXT_STEPS, PLAY_STATUSES } from './standing.ts';

export type PlayFilter = {
  audience: string | null;
  region: string | null;
  status: string | null;
  next: string | null;
};

const ROWS_A_PAGE = 200;

/** What stands in the address; unknown words are no filter. */
export function playFilter(query: Record<string, unknown>, audiences: string[]): PlayFilter {
  const pick = (name: string, known: readonly string[]) =>
    known.find((value) => value === query[name]) ?? null;
  return {
    audience: pick('audience', audiences),
    region: pick('region', REGIONS),
    status: pick('status', PLAY_STATUSES),
    next: pick('next', NEXT_STEPS),
  };
}

const queryOf = (filter: Partial<PlayFilter>, more: Record<string, string> = {}): string => {
  const pairs = Object.entries({ ...filter, ...more }).filter(([, value]) => value);
  return `?${new URLSearchParams(pairs as [string, string][])}`;
};

export function playPage(
  players: Player[],
  of: { round: Round; edition: Edition; now: Date },
  filter: PlayFilter,
  page: number,
  voice: Voice,
  /** Whether all rows of the page come ticked. */
  ticked = false,
) {
  const { round, edition, now } = of;
  const { audiences } = edition.in(voice.language).definition;
  const here = players.filter(
    (player) =>
      (!filter.audience || player.audience === filter.audience) &&
      (!filter.region || player.state.region === filter.region),
  );
  const shown = here
    .filter(
      (player) =>
        (!filter.status || player.status === filter.status) &&
        (!filter.next || player.next === filter.next),
    )
    .map((player) => ({ player, name: nameIn(player.state, voice.language) }))
    .sort((a, b) => voice.compare(a.name, b.name));
  const from = Math.min(Math.max(0, page - 1) * ROWS_A_PAGE, Math.max(0, shown.length - 1));
  const start = from - (from % ROWS_A_PAGE);
  const option = (value: string, label: string, chosen: string | null) => ({
    value,
    label,
    chosen: value === chosen,
  });
  const counts = <T extends string>(known: readonly T[], pick: (player: Player) => T) =>
    known
      .map((key) => ({ key, count: here.filter((player) => pick(player) === key).length }))
      .filter(({ count }) => count > 0);
  return {
    round,
    total: shown.length,
    isFiltered: Object.values(filter).some(Boolean),
    filters: [
      {
        name: 'audience',
        label: voice.t('states.audience'),
        all: voice.t('states.all'),
        options: audiences.map(({ id, short }) => option(id, short, filter.audience)),
      },
      {
        name: 'region',
        label: voice.t('filter.region'),
        all: voice.t('filter.all.region'),
        options: REGIONS.map((one) => option(one, voice.t(`region.${one}`), filter.region)),
      },
      {
        name: 'status',
        label: voice.t('states.status'),
        all: voice.t('play.allStatuses'),
        options: PLAY_STATUSES.map((one) =>
          option(one, voice.t(`play.status.${one}`), filter.status),
        ),
      },
      {
        name: 'next',
        label: voice.t('play.next'),
        all: voice.t('play.allNext'),
        options: NEXT_STEPS.map((one) => option(one, voice.t(`play.step.${one}`), filter.next)),
      },
    ],
    statuses: counts(PLAY_STATUSES, (player) => player.status).map(({ key, count }) => ({
      label: voice.t(`play.status.${key}`),
      count,
      href: queryOf({ ...filter, next: null, status: key }),
    })),
    steps: counts(NEXT_STEPS, (player) => player.next)
      .filter(({ key }) => key !== 'wait' && key !== 'none')
      .map(({ key, count }) => ({
        label: voice.t(`play.step.${key}`),
        count,
        href: queryOf({ ...filter, status: null, next: key }),
      })),
    rows: shown
      .slice(start, start + ROWS_A_PAGE)
      .map(({ player, name }) => rowOf(player, name, round, audiences, voice)),
    pages: {
      earlier: start > 0 ? queryOf(filter, { page: String(start / ROWS_A_PAGE) }) : '',
      later:
        start + ROWS_A_PAGE < shown.length
          ? queryOf(filter, { page: String(start / ROWS_A_PAGE + 2) })
          : '',
    },
    ticked,
    tick: queryOf(filter, { page: String(start / ROWS_A_PAGE + 1), ticked: ticked ? '' : 'all' }),
    rateFile: { path: `/admin/rounds/${round._id}/states/chart`, query: queryOf(filter) },
    rate: rateChart(
      here.filter((player) => player.invitation),
      { round, now, audiences },
      voice,
    ),
  };
}

function rowOf(
  player: Player,
  name: string,
  round: Round,
  audiences: { id: string; short: string }[],
  voice: Voice,
) {
  const { state, audience, status, next, progress, last, extendedTo, waiting } = player;
  const when = (at: Date) => voice.date(at, round.zone);
  return {
    name,
    place: placeIn(player),
    href: `/admin/rounds/${round._id}/states/${state._id}/${audience}`,
    audience: audiences.find(({ id }) => id === audience)?.short ?? audience,
    status: voice.t(`play.status.${status}`),
    progress:
      progress && (status === 'draft' || status === 'reopened')
        ? voice.t('landing.answered', progress)
        : '',
    extended: extendedTo ? voice.t('requests.extended', { when: when(extendedTo) }) : '',
    waiting: waiting > 0 ? voice.t('play.asks') : '',
    last: last ? voice.t(`play.last.${last.kind}`, { when: when(last.at) }) : '',
    next: voice.t(`play.step.${next}`),
    isOpen: next !== 'wait' && next !== 'none',
  };
}
