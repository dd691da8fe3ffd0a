/** What one State said, action by action, as text: for the Committee as far as it may see it, for the State all of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import {
  bundledQuestionnaire,
  linkFor,
  openedRound,
  respondent,
  SLUG,
  signedIn,
} from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let round: Round;
let questionnaire: Questionnaire;
let admin: Visitor;
let committee: Visitor;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  questionnaire = bundledQuestionnaire();
  await say('TUR', 'affected', {
    r_use: 'attributed',
    r_currency: 'EUR',
    a42_01: 'financial',
    a42_05: { amount: 250_000, currency: 'EUR' },
    a46_01: 3,
    a46_03: 'First line\nسطر ثانٍ',
  });
  await say('TUR', 'donor', { r_use: 'attributed', d46_01: 3 });
  await say('TCD', 'affected', { r_use: 'aggregate', a42_01: 'financial', a46_03: 'Secret words' });
  await say('IRQ', 'affected', { r_use: 'committee', a46_03: 'Words for the Committee' });
  admin = await signedIn(on, 'admin');
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const say = (state: string, audience: string, answers: Answers) =>
  submitted(on, questionnaire, { round: SLUG, state, audience }, answers);

async function taken(by: Visitor, state: string, audience = 'affected') {
  const page = await by.get(`/results/${SLUG}/states/${state}/${audience}`);
  return by.submit(page, 'form[action$="/text"]');
}

describe('the answers of a State by action', () => {
  it('are a text to download, with what every audience said beneath its action', async () => {
    const file = await taken(admin, 'TUR');
    expect(file.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename=${SLUG}-TUR-en.txt`,
      'cache-control': 'no-store',
    });
    const lines = file.html.split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['TÜRKIYE', 'Answers by action']);
    expect(file.html).toContain('reference R-TUR-affected');
    expect(file.html).toContain('reference R-TUR-donor');
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(at('Action #42')).toBeGreaterThan(0);
    expect(at('250,000 EUR')).toBeGreaterThan(at('Action #42'));
    expect(at('250,000 EUR')).toBeLessThan(at('Action #46'));
    const label = questionnaire.question('a46_03')?.label ?? '?';
    const words = lines.slice(at(label) + 1, at(label) + 3);
    expect(words).toEqual(['    First line', '    سطر ثانٍ']);
    expect(file.html).not.toMatch(/[^\r]\n/);
  });

  it('are offered on the page of the State in all audiences too', async () => {
    const page = await admin.get(`/results/${SLUG}/states/TUR`);
    const file = await admin.submit(page, 'form[action$="/text"]');
    expect(file.html).toContain('reference R-TUR-donor');
  });

  it('are in the language of the page', async () => {
    await admin.get('/language/fr?back=/results');
    const file = await taken(admin, 'TUR');
    await admin.get('/language/en?back=/results');
    expect(file.html).toContain('Réponses par action');
    expect(file.headers['content-disposition']).toContain('-TUR-fr.txt');
  });

  it('leave out what is in totals only, and say so, except for administrators', async () => {
    const mine = await taken(admin, 'TCD');
    expect(mine.html).toContain('Secret words');
    const theirs = await taken(committee, 'TCD');
    expect(theirs.html).not.toContain('Secret words');
    expect(theirs.html).toContain('totals only');
    // Nor does it tell which questions have an answer.
    const asked = questionnaire.asked('affected').filter(({ action }) => action !== null);
    for (const { number, label } of asked) expect(theirs.html).toContain(`${number} ${label}`);
    expect((await taken(committee, 'IRQ')).html).toContain('Words for the Committee');
  });

  it('leave a row in the audit with who and whose', async () => {
    await taken(committee, 'TUR');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      actor: { kind: 'account' },
      event: 'round.exported',
      details: { format: 'text', state: 'TUR', rows: 1 },
    });
  });

  it('are not for a viewer, nor of a State that was not asked', async () => {
    const viewer = await signedIn(on, 'viewer');
    const page = await viewer.get(`/results/${SLUG}/states/TUR/affected`);
    expect(page.all('form[action$="/text"]')).toEqual([]);
    const own = await admin.get(`/results/${SLUG}/states/TUR/affected`);
    const token = own.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    const unknown = await admin.post(`/results/${SLUG}/states/AFG/text`, { token });
    expect(unknown.status).toBe(404);
  });
});

describe('a respondent', () => {
  it('takes all that its State submitted, whatever its use', async () => {
    const { visitor: person, base } = await respondent(on, round, 'TCD');
    const page = await person.get(base);
    const [link] = page.all('a[href$="/print/answers.txt"]');
    const file = await person.get(link?.getAttribute('href') ?? '');
    expect(file.status).toBe(200);
    // Chantal's language is French.
    expect(file.html).toContain('Réponses par action');
    expect(file.html).toContain('Secret words');
  });

  it('who has not submitted is not offered it', async () => {
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    const page = await person.get(base);
    expect(page.all('a[href$="answers.txt"]')).toEqual([]);
    expect((await person.get(`${base}/print/answers.txt`)).status).toBe(404);
  });

  it('has nothing of another State', async () => {
    const { base } = await respondent(on, round, 'TCD');
    const other = visitor(on.app);
    await other.get(await linkFor(on, round, 'KHM', 'affected'));
    expect((await other.get(`${base}/print/answers.txt`)).html).not.toContain('Secret words');
  });
});
