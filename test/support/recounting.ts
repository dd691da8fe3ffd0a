/** Counts a seeded round twice, by the program and by `recount.ts`, in many views, and tells where they differ. */
import { crossOf, type Side, sideOf } from '../../server/progress/cross.ts';
import type { Dataset } from '../../server/progress/dataset.ts';
import { readDataset } from '../../server/progress/read.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import type { Review } from '../../server/responses/response.ts';
import { REVIEWS } from '../../server/responses/response.ts';
import { REGIONS } from '../../server/states/state.ts';
import type { TestApp } from './app.ts';
import {
  type Definition,
  type Export,
  recount,
  recross,
  type Unit,
  type Wanted,
} from './recount.ts';
import { bundled, signedIn } from './rounds.ts';
import { seededRound } from './seeded-round.ts';

/** Every view that one of the filters, or any two or three of them, give. */
export function allViews(): Wanted[] {
  const groups = [
    'allStatesParties',
    'affectedStatesParties',
    'donorStatesParties',
    'donorNonParties',
  ];
  return [null, ...REGIONS].flatMap((region) =>
    [null, ...groups].flatMap((group) =>
      [null, ...REVIEWS].map((review) => ({ region, group, review })),
    ),
  );
}

/** @returns what the program says and the recount says, view by view, with the figures that differ only */
export async function countTwice(
  on: TestApp,
  of: { size: number; seed: number },
  views: Wanted[],
): Promise<{ figures: number; differences: object[] }> {
  const { services } = on;
  const round = await seededRound(on, { slug: `r${of.size}`, ...of });
  const data = await readDataset(services, round, 'en');
  if (!data) throw new Error('the round cannot be read');
  const admin = await signedIn(on, 'admin');
  const page = await admin.get(`/results/${round._id}`);
  const file: Export = JSON.parse((await admin.submit(page, 'form[action$="/exports/json"]')).html);
  const units = await services.connection.collection<Unit>('states').find().toArray();
  const definition = bundled() as Definition;

  let figures = 0;
  const differences: object[] = views.flatMap((view) => {
    const filter = { ...view, review: view.review as Review | null };
    const ours = figuresOf(summaryOf(data, filter, { identifies: true, committee: true }));
    const theirs = figuresOf(recount(definition, units, file, view));
    const names = [...new Set([...ours.keys(), ...theirs.keys()])];
    figures += names.length;
    return names
      .filter((name) => ours.get(name) !== theirs.get(name))
      .map((name) => ({ view, name, program: ours.get(name), recount: theirs.get(name) }));
  });
  for (const [place, view] of views.entries()) {
    const filter = { ...view, review: view.review as Review | null };
    // Other pairs in each view, so that all come up.
    for (const pair of pairsOf(data, place)) {
      const [first, second] = pair.map((id) => sideOf(data, id)) as [Side, Side];
      const cross = crossOf(data, first, second, filter, { identifies: true, committee: true });
      const theirs = recross(definition, units, file, view, pair);
      const cells = cross.rows.flatMap((row) =>
        cross.columns.map((column) => [row.key, column.key]),
      );
      figures += cells.length;
      const wrong = cells.filter(
        ([row = '', column = '']) =>
          cross.cell(row, column).count !== (theirs[`${row} ${column}`] ?? 0),
      );
      const names = new Set(cells.map((cell) => cell.join(' ')));
      const lost = Object.keys(theirs).filter((name) => !names.has(name));
      if (wrong.length + lost.length > 0) differences.push({ view, pair, wrong, lost });
    }
  }
  return { figures, differences };
}

/** Some of the pairs of closed questions, also of different audiences. */
function pairsOf(data: Dataset, turn: number): [string, string][] {
  const closed = [...data.audiences.values()]
    .flatMap(({ layout }) => layout.columns.map(({ id }) => id))
    .filter((id) => sideOf(data, id));
  return Array.from({ length: PAIRS }, (_, n) => {
    const at = (turn * PAIRS + n) * 7919;
    const [one = '', two = ''] = [
      closed[at % closed.length],
      closed[(at * 31 + 1) % closed.length],
    ];
    return [one, two] as [string, string];
  }).filter(([one, two]) => one !== two);
}
const PAIRS = 4;

type Figures = {
  invited: number;
  responded: Record<string, { invited: number; submitted: number }>;
  questions: { id: string; audience: string; counts: Record<string, number> }[];
  indicators: { key: string }[];
};

/** "question a42_01 counts.yes" and its number. What the program withholds from others it does not withhold here. */
function figuresOf({ invited, responded, questions, indicators }: Figures): Map<string, unknown> {
  const flat = (name: string, of: object, leave: string[]): [string, unknown][] =>
    Object.entries(of)
      .filter(([key]) => !leave.includes(key))
      .flatMap(([key, value]): [string, unknown][] =>
        typeof value === 'object' && value !== null
          ? flat(`${name} ${key}`, value, [])
          : [[`${name} ${key}`, value]],
      );
  return new Map([
    ['invited', invited],
    ...flat('responded', responded, []),
    ...questions.flatMap((one) => flat(`question ${one.audience} ${one.id}`, one, ['withheld'])),
    ...indicators.flatMap((one) => flat(`indicator ${one.key}`, one, ['action', 'kind'])),
  ]);
}
