/** A second round asks the same: the answer of the first stands beside the field, and is given again only by a press. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { invite } from '../../server/invitations/invite.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Definition } from '../../server/questionnaire/definition.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { CAST, respondent, statesCsv } from '../support/rounds.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';
import type { Visitor } from '../support/visitor.ts';

const BEFORE: Answers = {
  r_currency: 'EUR',
  commits: 'yes',
  amount: { amount: 1234.5, currency: 'EUR' },
  kinds: ['staff', 'other'],
  useful: 4,
  share: 12.5,
  coverage: { clearance: 'covered', education: 'dont_know' },
  spending: { clearance: { 2021: 10.5 } },
  trained: { education: { 2022: 60 } },
  story: 'We began in 2021.\nWith two teams.',
};

let on: TestApp;
let guest: Visitor;
let base: string;

async function round(definition: Definition, slug: string, year: number, demonstration = false) {
  const { services } = on;
  const loaded = await services.catalogue.load(definition, services.clock());
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  const { key, version } = definition;
  const wanted = {
    slug,
    questionnaire: { key, version },
    opens: `${year}-05-01T09:00`,
    closes: `${year}-06-30T18:00`,
    zone: 'Europe/Zurich',
    demonstration,
  };
  const made = await createRound(services, wanted, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  const opened = await openRound(services, slug, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  await invite(services, opened.round, { dryRun: false, actor: SYSTEM });
  return opened.round;
}

/** The second version: one question reads otherwise, one has lost an option. */
function second(): Definition {
  const definition = smallDefinition();
  definition.version = 2;
  for (const question of definition.questions) {
    if (question.id === 'share') question.label = 'Which share of the budget?';
    if (question.id === 'kinds' && question.type === 'multi')
      question.options = question.options?.filter(({ value }) => value !== 'staff');
    if (question.id === 'useful') delete question.shownWhen;
  }
  return definition;
}

beforeAll(async () => {
  on = await testApp();
  const { services } = on;
  await loadStates(services, statesCsv(), SYSTEM);
  await loadContacts(services, CAST, ['affected', 'donor'], { dryRun: false, actor: SYSTEM });
  const first = await round(smallDefinition(), 'first', 2023);
  for (const state of ['KHM', 'TCD'])
    await answered(on, first, state, { answers: BEFORE, other: { kinds: 'Vehicles' } });
  const response = await services.invitations.ofState('first', 'KHM', 'affected');
  const stored = await services.responses.find(response?._id ?? '');
  expect(stored?.submitted?.answers).toMatchObject(BEFORE);
  on.setTime('2024-05-02T08:00:00Z');
  const next: Round = await round(second(), 'second', 2024);
  ({ visitor: guest, base } = await respondent(on, next, 'KHM'));
});
afterAll(() => on.close());

const draft = async () => (await on.services.responses.find(base.slice(3)))?.draft;
const box = async (question: string, section: string) =>
  (await guest.get(`${base}/${section}`)).root.querySelector(`#q-${question} .last`);
const textOf = async (question: string, section: string) =>
  (await box(question, section))?.text.replace(/\s+/g, ' ') ?? '';
const press = (section: string, question: string, fields = {}) =>
  guest
    .get(`${base}/${section}`)
    .then((page) => guest.submit(page, '#section', fields, `last:${question}`));

describe('the answer of a former round', () => {
  it('is announced on the first page', async () => {
    const page = await guest.get(base);
    expect(page.html).toContain('Cambodia answered before (A small questionnaire, 2 May 2023)');
  });

  it('stands beside the field in words, and nothing is taken over by looking', async () => {
    const page = await guest.get(`${base}/needs`);
    expect(page.text('#q-commits .last')).toContain('submitted 2 May 2023');
    expect(page.all('#last-commits li').map((one) => one.text)).toEqual(['Yes']);
    expect(page.root.querySelector('#q-commits input[checked]')).toBeNull();
    expect(page.root.querySelector('#q-commits')?.getAttribute('aria-describedby')).toContain(
      'last-commits',
    );
    await guest.submit(page, '#section', {}, 'later');
    expect((await draft())?.answers).toEqual({});
  });

  it('is given again by "still right", with what else was typed on the page, and reveals its branch', async () => {
    const page = await press('needs', 'commits', { share: '40' });
    expect(page.path).toBe(`${base}/needs#q-commits`);
    expect((await draft())?.answers).toEqual({ commits: 'yes', share: 40 });
    expect(page.root.querySelector('#commits')?.hasAttribute('checked')).toBe(true);
    expect(page.text('#q-commits .last')).toContain('you have given the same answer again');
    expect(page.text('#q-share .last')).toContain('Changed: your answer of now differs');
    await press('needs', 'amount');
    expect((await draft())?.answers['amount']).toEqual({ amount: 1234.5, currency: 'EUR' });
  });

  it('never takes the place of what was typed meanwhile, readable or not', async () => {
    await press('plans', 'story', { story: 'Quite another story.' });
    expect((await draft())?.answers['story']).toBe('Quite another story.');
    await press('plans', 'spending', { 'spending.clearance.2021': 'about ten' });
    expect((await draft())?.answers['spending']).toBeUndefined();
    expect(Object.values((await draft())?.unparsed ?? {})).toEqual(['about ten']);
  });

  it('keeps every line of a text when it is given again', async () => {
    await guest.submit(await guest.get(`${base}/plans`), '#section', { story: '' }, 'later');
    await press('plans', 'story');
    expect((await draft())?.answers['story']).toBe(BEFORE['story']);
  });

  it('cannot be given again where the choices are others now', async () => {
    expect(await textOf('kinds', 'needs')).toContain('cannot be given again as it stands');
    await press('needs', 'kinds');
    expect((await draft())?.answers['kinds']).toBeUndefined();
  });

  it('cannot be given again where its amounts would stand in another currency', async () => {
    const fields = { 'spending.clearance.2021': '', r_currency: 'USD' };
    await guest.submit(await guest.get(`${base}/plans`), '#section', fields, 'later');
    await guest.submit(await guest.get(`${base}/about`), '#section', fields, 'later');
    expect(await textOf('spending', 'plans')).toContain('10.50 EUR');
    expect(await textOf('spending', 'plans')).toContain('cannot be given again');
    const euros = { r_currency: 'EUR' };
    await guest.submit(await guest.get(`${base}/about`), '#section', euros, 'later');
    await press('plans', 'spending');
    expect((await draft())?.answers['spending']).toEqual(BEFORE['spending']);
  });

  it('says how the question read then, where it reads otherwise now', async () => {
    expect(await textOf('share', 'needs')).toContain('The question read then: Which share?');
    expect(await textOf('commits', 'needs')).not.toContain('read then');
  });

  it('is not shown for what a State says about its answers as a whole', async () => {
    expect(await box('r_currency', 'about')).toBeNull();
  });

  it('is of the same State and audience only', async () => {
    const later = await on.services.rounds.find('second');
    const other = await respondent(on, later as Round, 'IRQ');
    expect((await other.visitor.get(`${other.base}/needs`)).all('.last')).toEqual([]);
  });
});

describe('a former round', () => {
  it('counts for another questionnaire only when that says that it follows', async () => {
    const definition = { ...smallDefinition(), key: 'other' };
    const stranger = await round(definition, 'stranger', 2025);
    const one = await respondent(on, stranger, 'TCD');
    expect((await one.visitor.get(`${one.base}/needs`)).all('.last')).toEqual([]);
    const heir = await round({ ...definition, version: 2, follows: ['small'] }, 'heir', 2026);
    const two = await respondent(on, heir, 'TCD');
    expect((await two.visitor.get(`${two.base}/needs`)).all('#last-commits li')).toHaveLength(1);
  });

  it('of invented answers does not stand beside real ones, nor the other way', async () => {
    const shown = await round({ ...smallDefinition(), version: 3 }, 'shown', 2027, true);
    const one = await respondent(on, shown, 'TCD');
    expect((await one.visitor.get(`${one.base}/needs`)).all('.last')).toEqual([]);
  });
});
