/** The bundled round for tests: the real questionnaire, the real States, contacts of the test's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { freshLink, invite } from '../../server/invitations/invite.ts';
import { checkDefinition } from '../../server/questionnaire/check.ts';
import { compile, type Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import type { TestApp } from './app.ts';
import { type Visitor, visitor } from './visitor.ts';

const folder = join(import.meta.dirname, '..', '..', 'questionnaires');
export const bundled = (): unknown =>
  JSON.parse(readFileSync(join(folder, 'oap-cooperation-assistance-2023.json'), 'utf8'));
export const statesCsv = (): string => readFileSync(join(folder, 'states-2023-05-01.csv'), 'utf8');

/** Checked and compiled once for a suite. */
export function bundledQuestionnaire(): Questionnaire {
  compiled ??= compileBundled();
  return compiled;
}
let compiled: Questionnaire | null = null;

function compileBundled(): Questionnaire {
  const checked = checkDefinition(bundled());
  if (!checked.ok) throw new Error('the bundled questionnaire is refused');
  return compile(checked.definition);
}

/** Alice directs in Cambodia, Bob in Iraq (Arabic), Chantal in Chad (French); Dora gives for Norway, Emre for Türkiye, Fred for the USA. */
export const CAST = `state,audience,name,post,email,language
KHM,affected,Alice Chan,"Director, Mine Action Authority",alice@example.org,en
IRQ,affected,Bob Haddad,Director,bob@example.org,ar
TCD,affected,Chantal Mbaye,Directrice,chantal@example.org,fr
NOR,donor,Dora Lund,Desk officer,dora@example.org,en
TUR,donor,Emre Kaya,Counsellor,emre@example.org,en
TUR,affected,Emine Demir,Director,emine@example.org,en
USA,donor,Fred Grant,Desk officer,fred@example.org,en
`;

export const SLUG = 'oap-2023';

/** Loads all and opens the round; invitations are queued unless `invited` is false. */
export async function openedRound(
  { services }: Pick<TestApp, 'services'>,
  { contacts = CAST, invited = true, closes = '2023-06-30T18:00', definition = bundled() } = {},
): Promise<Round> {
  const loaded = await services.catalogue.load(definition, services.clock());
  if (!loaded.ok) throw new Error('the questionnaire is refused');
  await loadStates(services, statesCsv(), SYSTEM);
  const report = await loadContacts(services, contacts, ['affected', 'donor'], {
    dryRun: false,
    actor: SYSTEM,
  });
  if (report.refused.length > 0) throw new Error(JSON.stringify(report.refused));
  const [key = '', version = ''] = loaded.name.split('@');
  const questionnaire = { key, version: Number(version) };
  const wanted = {
    slug: SLUG,
    questionnaire,
    opens: '2023-05-01T09:00',
    closes,
    zone: 'Europe/Zurich',
  };
  const created = await createRound(services, wanted, SYSTEM);
  if (!created.ok) throw new Error(created.reason);
  const opened = await openRound(services, SLUG, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  if (invited) await invite(services, opened.round, { dryRun: false, actor: SYSTEM });
  return opened.round;
}

/** A personal link, as an admin would print it. */
export async function linkFor(
  { services }: TestApp,
  round: Round,
  state: string,
  audience: string,
): Promise<string> {
  const link = await freshLink(services, round, { state, audience }, SYSTEM);
  if (!link) throw new Error(`${state} was not invited`);
  return link;
}

/** A visitor who has opened a State's link. */
export async function respondent(
  on: TestApp,
  round: Round,
  state: string,
  audience = 'affected',
): Promise<{ visitor: Visitor; base: string }> {
  const person = visitor(on.app);
  const page = await person.get(await linkFor(on, round, state, audience));
  return { visitor: person, base: page.path };
}

/** A visitor who is signed in. */
export async function signedIn(
  on: TestApp,
  role: string,
  state: string | null = null,
): Promise<Visitor> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.org`;
  const made = await createAccount(on.services, { email, role, state }, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  const person = visitor(on.app);
  const page = await person.get(await bootstrapLink(on.services, made.account));
  await person.submit(page, 'main form');
  return person;
}
