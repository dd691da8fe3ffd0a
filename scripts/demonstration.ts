/**
 * The demonstration: the round of 1 May 2023 with invented contacts and answers, the same at each first start.
 * It goes through the same functions as a real round; only the answers come from a seed instead of people.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM } from '../server/audit/event.ts';
import type { Invitation } from '../server/invitations/invitation.ts';
import { invite } from '../server/invitations/invite.ts';
import type { Fields } from '../server/questionnaire/answers.ts';
import type { AskedQuestion, Questionnaire } from '../server/questionnaire/questionnaire.ts';
import { fieldsOf } from '../server/responses/fields.ts';
import type { Draft, Response } from '../server/responses/response.ts';
import { saveSection } from '../server/responses/save.ts';
import { submit } from '../server/responses/submit.ts';
import { createRound, openRound } from '../server/rounds/plan.ts';
import type { Round } from '../server/rounds/round.ts';
import type { Services } from '../server/services.ts';
import { loadContacts, loadStates } from '../server/states/load.ts';
import { isMember, type State } from '../server/states/state.ts';
import { reviewSome } from './demonstration-review.ts';
import { inventAnswers, type Random, seededRandom } from './invented-answers.ts';

export const DEMO_ROUND = 'oap-2023';
const SEED = 20230501;
const OPEN_DAYS = 30;
const DAY_MS = 86_400_000;
const folder = join(import.meta.dirname, '..', 'questionnaires');

/** False when it was loaded before. A load that was cut short is finished: the round opens last. */
export async function loadDemo(services: Services): Promise<boolean> {
  const known = await services.rounds.find(DEMO_ROUND);
  if (known && known.status !== 'planned') return false;
  const round = known ?? (await prepareRound(services));
  const open: Round = { ...round, status: 'open' };
  await invite(services, open, { dryRun: false, actor: SYSTEM });
  await answerForSome(services, open);
  await askBack(services, open);
  await openRound(services, DEMO_ROUND, SYSTEM);
  return true;
}

async function prepareRound(services: Services): Promise<Round> {
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const definition = JSON.parse(await read('oap-cooperation-assistance-2023.json'));
  const loaded = await services.catalogue.load(definition, services.clock());
  if (!loaded.ok) throw new Error('The bundled questionnaire was refused');
  const internal = JSON.parse(await read('article7-gender-2023.json'));
  if (!(await services.catalogue.load(internal, services.clock())).ok)
    throw new Error('The bundled internal questionnaire was refused');
  const states = await loadStates(services, await read('states-2023-05-01.csv'), SYSTEM);
  if (!states.ok) throw new Error('The bundled States were refused');
  await loadInventedContacts(services);
  const { key, version } = definition;
  const created = await createRound(
    services,
    {
      slug: DEMO_ROUND,
      questionnaire: { key, version },
      opens: '2023-05-01T09:00',
      closes: `${new Date(services.clock().getTime() + OPEN_DAYS * DAY_MS).toISOString().slice(0, 10)}T18:00`,
      zone: 'Europe/Zurich',
      demonstration: true,
    },
    SYSTEM,
  );
  if (!created.ok) throw new Error(`The demonstration's round was refused: ${created.reason}`);
  return created.round;
}

const FRENCH = new Set('DZA BDI TCD COD MRT NER SEN BEL FRA LUX CHE AND'.split(' '));
const ARABIC = new Set('IRQ JOR OMN PSE SDN YEM SAU ARE'.split(' '));

async function loadInventedContacts(services: Services): Promise<void> {
  const date = '2023-05-01';
  const rows = (await services.states.all()).flatMap((state) => {
    const language = FRENCH.has(state._id) ? 'fr' : ARABIC.has(state._id) ? 'ar' : 'en';
    const address = (who: string) => `${who}.${state._id.toLowerCase()}@example.org`;
    const row = (audience: string, name: string, post: string, who: string) =>
      [state._id, audience, name, post, address(who), language]
        .map((cell) => `"${cell}"`)
        .join(',');
    return [
      ...(isMember(state, 'affectedStatesParties', date)
        ? [row('affected', inventedName(state, 0), 'Director, Mine Action Programme', 'director')]
        : []),
      ...(isMember(state, 'donorStatesParties', date) || isMember(state, 'donorNonParties', date)
        ? [
            row(
              'donor',
              inventedName(state, 1),
              'Desk officer, Ministry of Foreign Affairs',
              'desk',
            ),
          ]
        : []),
    ];
  });
  const csv = ['state,audience,name,post,email,language', ...rows].join('\n');
  const report = await loadContacts(services, csv, ['affected', 'donor'], {
    dryRun: false,
    actor: SYSTEM,
  });
  if (report.refused.length > 0)
    throw new Error(`Invented contacts were refused: ${report.refused[0]?.reason}`);
}

const FIRST = [
  'Amina',
  'Daniel',
  'Elena',
  'Farid',
  'Grace',
  'Hana',
  'Ivan',
  'Jonas',
  'Karim',
  'Lucía',
  'Mai',
  'Nadia',
];
const LAST = [
  'Abadi',
  'Berg',
  'Costa',
  'Diallo',
  'Ek',
  'Farah',
  'Grant',
  'Haddad',
  'Ito',
  'Jensen',
  'Kovač',
  'Lund',
];

function inventedName(state: State, offset: number): string {
  const sum = [...state._id].reduce(
    (total, letter) => total * 31 + letter.charCodeAt(0),
    offset * 7,
  );
  return `${FIRST[sum % FIRST.length]} ${LAST[Math.floor(sum / 12) % LAST.length]}`;
}

const TEXTS = [
  'Our technical working group met each quarter, and the priorities of women in affected communities changed the order of clearance in two districts.',
  'An exchange visit with a neighbouring programme led us to record data by sex, age and disability in the same form.',
  'More predictable support over several years would help most, since surveys cannot be planned from one year to the next.',
  'A common reporting form would save the national authority about a month of work each year.',
  'Regular talks between donors in the country before budgets are decided.',
];

/** In the name of the demonstration's member of the Committee, where it has one. */
async function askBack(services: Services, round: Round): Promise<void> {
  const [edition, accounts] = await Promise.all([
    services.catalogue.find(round.questionnaire),
    services.accounts.all(),
  ]);
  const member = accounts.find(({ role }) => role === 'committee');
  if (edition) await reviewSome(services, round, edition, member?._id ?? SYSTEM.id);
}

/** About three in four answer; some are still drafts; the rest have not begun. */
async function answerForSome(services: Services, round: Round): Promise<void> {
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) throw new Error('The questionnaire is gone');
  for (const [place, invitation] of (await services.invitations.ofRound(round._id)).entries()) {
    const random = seededRandom(SEED + place);
    const fate = random();
    if (fate > 0.88) continue;
    // Begun by a load that was cut short.
    if ((await responseOf(services, invitation._id)).startedAt) continue;
    await answer(services, round, edition.source, invitation, random, fate < 0.74);
  }
}

async function answer(
  services: Services,
  round: Round,
  questionnaire: Questionnaire,
  invitation: Invitation,
  random: Random,
  whole: boolean,
): Promise<void> {
  const { audience } = invitation;
  const [contact] = await services.contacts.of(invitation.state, audience);
  // The link exists only in the database's hash: nobody was sent it, it stands for who wrote.
  const { link } = await services.links.mint(
    { invitation: invitation._id, contact: contact?._id ?? null, message: null },
    services.clock(),
  );
  const invented = inventAnswers(questionnaire, audience, random, TEXTS);
  const sections = questionnaire.sections(audience);
  const until = whole ? sections.length : 2 + Math.floor(random() * 2);
  for (const section of sections.slice(0, until)) {
    const response = await responseOf(services, invitation._id);
    const questions = questionnaire.questions(section.id);
    const saved = await saveSection(
      services,
      { response, questionnaire, round, link },
      section.id,
      0,
      formOf(questions, invented),
      'en',
    );
    if (!saved.ok)
      throw new Error(`The demonstration could not save ${section.id} of ${invitation.state}`);
  }
  if (!whole) return;
  const response = await responseOf(services, invitation._id);
  const by = {
    name: contact?.name ?? 'Invented',
    post: contact?.post ?? '',
    email: contact?.email ?? '',
  };
  const seen = Object.fromEntries(
    Object.entries(response.sections).map(([id, state]) => [id, state.revision]),
  );
  // No receipt is mailed for what nobody wrote.
  const done = await submit(
    services,
    { response, questionnaire, round, link: { ...link, contact: null } },
    by,
    { submissions: 0, sections: seen },
  );
  if (!done.ok)
    throw new Error(`The demonstration could not submit ${invitation.state}: ${done.reason}`);
}

/** The invented answers of a section as the form that a person would have posted. */
function formOf(questions: AskedQuestion[], invented: Pick<Draft, 'answers' | 'other'>): Fields {
  const draft: Draft = { ...invented, unparsed: {} };
  const fields = questions.map((question) => fieldsOf(question, draft, 'en'));
  return Object.assign({ shown: questions.map((question) => question.id) }, ...fields);
}

async function responseOf(services: Services, id: string): Promise<Response> {
  const response = await services.responses.find(id);
  if (!response) throw new Error(`There is no response ${id}`);
  return response;
}
