/** Counts a seeded round twice, by the program and by `recount.ts`, in many views, and tells where they differ. */
import { readDataset } from '../../server/progress/read.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import type { Review } from '../../server/responses/response.ts';
import { REVIEWS } from '../../server/responses/response.ts';
import { REGIONS } from '../../server/states/state.ts';
import type { TestApp } from './app.ts';
import { type Definition, type Export, recount, type Unit, type Wanted } from './recount.ts';
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
  const differences = views.flatMap((view) => {
    const filter = { ...view, review: view.review as Review | null };
    const ours = figuresOf(summaryOf(data, filter, { identifies: true, committee: true }));
    const theirs = figuresOf(recount(definition, units, file, view));
    const names = [...new Set([...ours.keys(), ...theirs.keys()])];
    figures += names.length;
    return names
      .filter((name) => ours.get(name) !== theirs.get(name))
      .map((name) => ({ view, name, program: ours.get(name), recount: theirs.get(name) }));
  });
  return { figures, differences };
}

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
