/** A round of so many invented States, each with a contact and a draft that is complete, ready to be worked on. */
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { loadStates } from '../../server/states/load.ts';
import type { TestApp } from '../support/app.ts';
import { bundledQuestionnaire, linkFor, openedRound, statesCsv } from '../support/rounds.ts';

const STATES =
  'key,iso2,iso3,name_en,name_fr,name_ar,name_es,name_ru,name_zh,region,zone,party,party_from,affected,article5,victim_assistance,donor';
const AUDIENCE = 'affected';
/** So that all can work on the same page. */
const DRAFTS = 50;

export type Invited = { invitation: string /** Path of the personal link. */; link: string };

/** The invitations are queued as mails, one for each contact. */
export async function invitedStates(
  on: TestApp,
  amount: number,
): Promise<{ round: string; people: Invited[] }> {
  const { services } = on;
  const real = new Set(
    statesCsv()
      .split('\n')
      .map((line) => line.slice(0, 3)),
  );
  const keys = Array.from({ length: amount + real.size }, (_, n) => codeOf(n))
    .filter((key) => !real.has(key))
    .slice(0, amount);
  const names = (key: string) => Array(6).fill(`State ${key}`).join(',');
  await loadStates(
    services,
    [STATES, ...keys.map((key) => `${key},XX,,${names(key)},african,UTC,1,,1,0,0,0`)].join('\n'),
    SYSTEM,
  );
  const contacts = keys.map((key) => `${key},${AUDIENCE},Name,Director,${key}@example.org,en`);
  const round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...contacts].join('\n'),
    closes: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await fillIn(on);
  const people: Invited[] = [];
  for (const key of keys) {
    const invitation = await services.invitations.ofState(round._id, key, AUDIENCE);
    const { pathname } = new URL(await linkFor(on, round, key, AUDIENCE));
    people.push({ invitation: invitation?._id ?? '', link: pathname });
  }
  return { round: round._id, people };
}

/** XAA, XAB, … */
const codeOf = (n: number) =>
  [Math.floor(n / 676) + 23, Math.floor(n / 26), n]
    .map((at) => String.fromCharCode(65 + (at % 26)))
    .join('');

/** As if each had saved every section once. */
async function fillIn({ services }: TestApp): Promise<void> {
  const questionnaire = bundledQuestionnaire();
  const drafts = Array.from({ length: DRAFTS }, (_, seed) =>
    inventAnswers(questionnaire, AUDIENCE, seededRandom(seed), ['Plain words.']),
  );
  const saved = {
    ...{ revision: 1, savedAt: services.clock(), savedBy: 'none', key: null, turn: 0, saves: [] },
  };
  const sections = Object.fromEntries(
    questionnaire.sections(AUDIENCE).map(({ id }) => [id, saved]),
  );
  const responses = services.connection.collection<{ _id: string }>('responses');
  const all = await responses.find({}, { projection: { _id: 1 } }).toArray();
  await responses.bulkWrite(
    all.map(({ _id }, n) => ({
      updateOne: {
        filter: { _id },
        update: {
          $set: {
            draft: { ...drafts[n % DRAFTS], unparsed: {} },
            sections,
            startedAt: services.clock(),
            ahead: true,
          },
        },
      },
    })),
  );
}
