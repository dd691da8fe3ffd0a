/**
 * A round of any size, made up from a seed and written straight into the database in the shape that the program writes: States
 * in and outside of groups, of one audience or both, who have not begun, have a draft, have submitted once or more often, or are at it
 * again; reviewed or not; some in totals only, as a whole or in single answers.
 */
import { inventAnswers } from '../../scripts/invented-answers.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Invitation } from '../../server/invitations/invitation.ts';
import { encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import { countedAnswers } from '../../server/questionnaire/path.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import {
  REVIEWS,
  type Response,
  type Submission,
  type Use,
  useOf,
} from '../../server/responses/response.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { REGIONS, type State } from '../../server/states/state.ts';
import type { TestApp } from './app.ts';
import { type Random, random } from './random.ts';
import { bundled } from './rounds.ts';

const AT_ONCE = 1000;
const MADE = new Date('2023-05-01T09:00:00Z');
const TEXT = 'to be replaced';

/** What a State wrote, so that one finds where it stands: for whom it is, and whose it is. */
export const wordsOf = (use: Use, invitation: string): string =>
  `Words for ${use} use by ${invitation}.`;

/** @param size responses, in both audiences together */
export async function seededRound(
  { services }: TestApp,
  { slug, size, seed }: { slug: string; size: number; seed: number },
): Promise<Round> {
  const loaded = await services.catalogue.load(bundled(), services.clock());
  if (!loaded.ok) throw new Error('the questionnaire is refused');
  const [key = '', version = ''] = loaded.name.split('@');
  const questionnaire = { key, version: Number(version) };
  const edition = await services.catalogue.find(questionnaire);
  if (!edition) throw new Error('the questionnaire is gone');
  const times = { opens: '2023-05-01T09:00', closes: '2023-06-30T18:00', zone: 'Europe/Zurich' };
  const created = await createRound(services, { slug, questionnaire, ...times }, SYSTEM);
  if (!created.ok) throw new Error(created.reason);

  const chance = random(seed);
  const layouts = new Map(
    ['affected', 'donor'].map((id) => [id, layoutOf(edition.source, id)] as const),
  );
  let left = size;
  for (let unit = 0; left > 0; ) {
    const batch: Batch = { states: [], invitations: [], responses: [], revisions: [] };
    for (; left > 0 && batch.states.length < AT_ONCE; unit += 1) {
      const both = left > 1 && chance.below(10) === 0;
      const one = chance.below(3) === 0 ? 'donor' : 'affected';
      const audiences = both ? ['affected', 'donor'] : [one];
      const state = inventedState(`${slug.toUpperCase()}-${unit}`, audiences, chance);
      batch.states.push(state);
      for (const audience of audiences) {
        const of = { _id: `${slug}-${unit}-${audience}`, round: slug, state: state._id, audience };
        batch.invitations.push({ ...of, createdAt: MADE, closesAt: null });
        const { response, earlier } = inventedResponse(edition.source, layouts, of, chance);
        batch.responses.push(response);
        batch.revisions.push(
          ...[...earlier, ...(response.submitted ? [response.submitted] : [])].map((revision) => ({
            _id: `${of._id}:${revision.revision}`,
            response: of._id,
            ...revision,
          })),
        );
        left -= 1;
      }
    }
    for (const [name, documents] of Object.entries(batch))
      if (documents.length > 0)
        await services.connection.collection<{ _id: string }>(name).insertMany(documents);
  }
  const opened = await openRound(services, slug, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.round;
}

type Batch = {
  states: State[];
  invitations: Invitation[];
  responses: Response[];
  revisions: (Submission & { _id: string; response: string })[];
};

function inventedState(key: string, audiences: string[], chance: Random): State {
  const since = () => chance.of([null, '1999-03-01', '2023-05-01', '2023-05-02']);
  const until = () => chance.of([null, null, null, '2023-05-01', '2024-01-01']);
  const member = (group: string) => ({ group, from: since(), to: until(), verified: false });
  const groups = [
    ...(chance.below(8) > 0 ? ['allStatesParties'] : []),
    ...(audiences.includes('affected') && chance.below(6) > 0 ? ['affectedStatesParties'] : []),
    ...(audiences.includes('donor')
      ? [chance.below(4) > 0 ? 'donorStatesParties' : 'donorNonParties']
      : []),
  ];
  return {
    _id: key,
    iso2: 'xx',
    iso3: null,
    names: { en: `Unit ${key}` },
    region: chance.of([...REGIONS]),
    zone: 'UTC',
    memberships: groups.map(member),
  };
}

function inventedResponse(
  questionnaire: Questionnaire,
  layouts: Map<string, ReturnType<typeof layoutOf>>,
  of: { _id: string; round: string; state: string; audience: string },
  chance: Random,
): { response: Response; earlier: Submission[] } {
  const { audience } = of;
  const layout = layouts.get(audience);
  if (!layout) throw new Error(`there is no audience ${audience}`);
  const invent = () =>
    inventAnswers(questionnaire, audience, () => chance.below(2 ** 30) / 2 ** 30, [TEXT]);
  const submission = (revision: number): Submission => {
    const { answers, other } = invent();
    const counted = countedAnswers(questionnaire, audience, answers);
    const closer = Object.keys(counted).filter(() => chance.below(60) === 0);
    const use = useOf(counted);
    const uses = Object.fromEntries(
      closer.map((id) => [id, chance.of<Exclude<Use, 'attributed'>>(['aggregate', 'committee'])]),
    );
    for (const [id, answer] of Object.entries(counted))
      if (answer === TEXT)
        counted[id] = wordsOf(closestUse(questionnaire, { use, uses }, id), of._id);
    return {
      revision,
      reference: `R-${of._id}-${revision}`,
      submittedAt: new Date(MADE.getTime() + revision * 3_600_000),
      by: { name: 'A person', post: 'Director', email: 'person@example.org' },
      link: `${of._id}-link`,
      answers: counted,
      other,
      use,
      uses,
      sections: {},
      row: encodeRow(layout, questionnaire, audience, answers),
    };
  };
  const status = chance.of(['not_started', 'draft', 'reopened', ...Array(6).fill('submitted')]);
  const submitted = status === 'submitted' || status === 'reopened';
  const all = submitted
    ? Array.from({ length: 1 + chance.below(3) }, (_, place) => submission(place + 1))
    : [];
  const last = all.at(-1) ?? null;
  // A draft that goes on after a submission says other things, and none of it counts.
  const draft = status === 'not_started' ? { answers: {}, other: {} } : invent();
  const response: Response = {
    ...of,
    startedAt: status === 'not_started' ? null : MADE,
    draft: {
      ...(last && status === 'submitted' ? { answers: last.answers, other: last.other } : draft),
      unparsed: {},
    },
    sections: {},
    ahead: status === 'reopened',
    ...(all[0] ? { firstSubmittedAt: all[0].submittedAt } : {}),
    submitted: last,
    review: submitted ? chance.of(REVIEWS) : 'received',
  };
  return { response, earlier: all.slice(0, -1) };
}

/** How an answer may be used: as the State said of all, of this one, and of those that decided whether it was asked. */
export function closestUse(
  questionnaire: Questionnaire,
  said: { use: Use; uses?: Record<string, Use> | undefined },
  id: string,
): Use {
  const question = questionnaire.question(id);
  const asked = JSON.stringify(question?.shownWhen ?? {}).matchAll(/"q":"([^"]+)"/g);
  const all = [
    said.use,
    said.uses?.[id],
    question?.use,
    ...[...asked].map(([, on = '']) => closestUse(questionnaire, said, on)),
  ];
  if (all.includes('aggregate')) return 'aggregate';
  return all.includes('committee') ? 'committee' : 'attributed';
}
