/** Open needs by area of work, over regions or State by State, from the matrix that the questionnaire names for it. Pure. */
import type { Option } from '../questionnaire/definition.ts';
import type { AskedOf } from '../questionnaire/questionnaire.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import { type Filter, type Member, selected } from './dataset.ts';
import { disclose } from './disclosure.ts';
import { type Category, type Distribution, distributionOf } from './distribution.ts';
import { queryOf } from './filter-query.ts';
import { rateOf } from './standing-tally.ts';
import { baseOf, rowOf, sorted, type View } from './view.ts';

type Matrix = AskedOf<'matrix'>;
type Needs = { question: Matrix; audience: string; open: string[] };

/** How deep a cell is shaded: the share of open needs among the answers, in five steps. */
const STEPS = 4;

export type NeedsWish = { by: 'region' | 'state'; area: string | null; of: string | null };

/** Null where the questionnaire names no such matrix. */
export function needsPage(view: View, wish: NeedsWish) {
  const needs = needsOf(view);
  if (!needs) return null;
  const { question, audience } = needs;
  const address = (more: Record<string, string>) =>
    `${baseOf(view)}/needs${queryOf(view.filter, { ...(wish.by === 'state' ? { by: 'state' } : {}), ...more })}`;
  return {
    question,
    questionHref: `${baseOf(view)}/questions/${question.id}${queryOf(view.filter)}`,
    areas: question.rows,
    open: question.columns
      .filter(({ value }) => needs.open.includes(value))
      .map(({ label }) => label),
    by: wish.by,
    tabs: (['region', 'state'] as const).map((by) => ({
      by,
      href: `${baseOf(view)}/needs${queryOf(view.filter, by === 'state' ? { by } : {})}`,
      current: by === wish.by,
    })),
    isEmpty: rateOf(view.data, audience, view.filter).submitted === 0,
    regions: wish.by === 'region' ? regionRows(view, needs, address) : [],
    states: wish.by === 'state' ? stateRows(view, needs) : [],
    behind: wish.area ? behindOf(view, needs, wish.area, wish.of) : null,
  };
}

function needsOf({ data }: View): Needs | null {
  const named = data.questionnaire.definition.views?.needs;
  const question = named ? data.questionnaire.question(named.question) : null;
  const audience = question?.audiences[0];
  if (!named || question?.type !== 'matrix' || !audience) return null;
  return { question, audience, open: named.open };
}

const spreadOf = (view: View, { question, audience }: Needs, area: string, filter: Filter) =>
  distributionOf(view.data, audience, `${question.id}/${area}`, filter, view.reader);

const openIn = ({ categories }: Distribution, { open }: Needs) =>
  categories.filter(({ key }) => open.includes(key));

/** The whole selection first, then each region that was asked. */
function regionRows(view: View, needs: Needs, address: (more: Record<string, string>) => string) {
  const { filter, voice, data } = view;
  const askedIn = (region: string) =>
    rateOf(data, needs.audience, filter, (kind) => kind.region === region).invited > 0;
  const rows = REGIONS.filter(askedIn).map((region) => ({
    of: region as string,
    label: voice.t(`region.${region}`),
    filter: { ...filter, region },
  }));
  const all = { of: '', label: voice.t('needs.all'), filter };
  return (rows.length > 1 ? [all, ...rows] : rows).map((row) => ({
    label: row.label,
    cells: needs.question.rows.map(({ value: area }) => {
      const spread = spreadOf(view, needs, area, row.filter);
      const open = spread ? openIn(spread, needs) : [];
      const count = open.reduce((sum, one) => sum + one.count, 0);
      const answered = spread?.answered ?? 0;
      return {
        count,
        answered,
        parts: open.map((one) => ({ label: one.label, count: one.count })),
        step: stepOf(count, answered),
        href: `${address({ area, of: row.of })}#states`,
      };
    }),
  }));
}

const stepOf = (count: number, answered: number): number =>
  answered === 0 ? 0 : Math.ceil((STEPS * count) / answered);

/** Each State that was asked, and what it said of each area; those in totals only are in no row. */
function stateRows(view: View, needs: Needs) {
  const { data, filter, voice } = view;
  const { question, audience, open } = needs;
  const spreads = question.rows.map(({ value }) => {
    const spread = spreadOf(view, needs, value, filter);
    const said = new Map(
      spread?.categories.flatMap((one) => one.members().map((member) => [member, one] as const)),
    );
    return { spread, said };
  });
  const rows = selected(data, audience, filter).map((member) => ({
    name: nameIn(member.state, voice.language),
    href: `${rowOf(view, member).href}#q-${question.id}`,
    cells: spreads.map((spread) => cellOf(view, spread, member, open, question.columns)),
  }));
  return sorted(rows, voice);
}

function cellOf(
  { voice }: View,
  { spread, said }: { spread: Distribution | null; said: Map<Member, Category> },
  member: Member,
  open: string[],
  columns: Option[],
) {
  if (spread?.isPooled(member)) return { text: voice.t('matrix.word.totals'), step: 0 };
  const found = said.get(member);
  const text = found ? (found.label ?? voice.t(`category.${found.key.slice(1)}`)) : '';
  // The later column of those that are open is the deeper need.
  const places = columns.filter(({ value }) => open.includes(value)).map(({ value }) => value);
  const place = places.indexOf(found?.key ?? '') + 1;
  return { text, step: Math.ceil((STEPS * place) / places.length) };
}

/** The States behind one cell, with what each said. @param of a region; null for the whole selection */
function behindOf(view: View, needs: Needs, area: string, of: string | null) {
  const region = REGIONS.find((one) => one === of) ?? view.filter.region;
  const row = needs.question.rows.find(({ value }) => value === area);
  const spread = row ? spreadOf(view, needs, area, { ...view.filter, region }) : null;
  if (!row || !spread) return null;
  const open = openIn(spread, needs);
  const parts = open.map(({ label, members }) => {
    const shown = disclose(members(), spread.isPooled);
    const named = shown.named.map((member) => ({
      ...rowOf(view, member),
      anchor: `#q-${needs.question.id}`,
    }));
    return { label, named: sorted(named, view.voice), pooled: shown.pooled };
  });
  const where = region ? view.voice.t(`region.${region}`) : view.voice.t('needs.all');
  return {
    title: `${row.label} · ${where}`,
    count: open.reduce((sum, one) => sum + one.count, 0),
    parts,
  };
}
