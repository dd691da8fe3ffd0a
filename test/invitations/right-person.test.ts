/** "I am not the right person": said on a page, answered by the secretariat, and the draft stays. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { invite, remind } from '../../server/invitations/invite.ts';
import { closeRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let post: Mailbox;
let round: Round;
let admin: Visitor;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  admin = await signedIn(on, 'admin');
});
beforeEach(() => {
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

type Guest = Awaited<ReturnType<typeof respondent>>;
const FORM = 'form#person';
const SOKHA = {
  who: 'other',
  name: 'Sokha Nuon',
  post: 'Deputy director',
  email: 'sokha@example.org',
  language: 'fr',
  note: 'She took over in March.',
};
const say = async ({ visitor: person, base }: Guest, fields: Record<string, string>) =>
  person.submit(await person.get(`${base}/right-person`), FORM, fields);
const roundPage = () => admin.get(`/admin/rounds/${SLUG}`);
function formOf(page: SeenPage, state: string) {
  const request = page.all('article.request').find((one) => one.text.includes(state));
  const action = request?.querySelector('form')?.getAttribute('action');
  if (!request || !action) throw new Error(`nothing of ${state}: ${page.text('#requests')}`);
  return { request, selector: `form[action="${action}"]` };
}
async function answer(state: string, decision: string, fields: Record<string, string> = {}) {
  const page = await roundPage();
  return admin.submit(page, formOf(page, state).selector, { decision, ...fields });
}
const errorAt = (page: SeenPage, field: string) =>
  page.text(`#${page.root.querySelector(`#person-${field}`)?.getAttribute('aria-describedby')}`);
const contactOf = async (state: string, email: string) =>
  (await on.services.contacts.of(state, 'affected')).find((one) => one.email === email);

describe('somebody who is not the right person', () => {
  it('names another on a page of its own, sees what was said, and may take it back', async () => {
    const alice = await respondent(on, round, 'KHM');
    const landing = await alice.visitor.get(alice.base);
    expect(landing.root.querySelector(`main a[href="${alice.base}/right-person"]`)).not.toBeNull();
    const page = await say(alice, SOKHA);
    expect([page.status, page.path]).toEqual([200, `${alice.base}/right-person`]);
    expect(page.text('.note')).toContain('Sokha Nuon, Deputy director, sokha@example.org');
    expect(page.text('.note')).toContain('She took over in March.');
    expect(page.root.querySelector(FORM)).toBeNull();
    const without = await alice.visitor.submit(page, 'form[action$="/withdrawal"]');
    expect(without.root.querySelector('.note')).toBeNull();
    expect((await roundPage()).all('article.request')).toEqual([]);
    await on.sendMail();
    expect(post.mails).toEqual([]);
  });

  it('changes nothing by opening the page, and needs a form of ours', async () => {
    const alice = await respondent(on, round, 'KHM');
    const { referrals: before } = await dump(on.services.connection);
    await alice.visitor.agent.head(`${alice.base}/right-person`);
    await alice.visitor.get(`${alice.base}/right-person?who=nobody`);
    expect((await alice.visitor.post(`${alice.base}/right-person`, SOKHA)).status).toBe(403);
    expect((await visitor(on.app).get(`${alice.base}/right-person`)).status).toBe(401);
    expect((await dump(on.services.connection))['referrals']).toEqual(before);
  });

  it.each([
    ['who', { who: '' }, 'Choose whether you name another person.'],
    ['name', { name: '  ' }, 'Enter the name'],
    ['name', { name: 'x'.repeat(201) }, 'Enter the name'],
    ['email', { email: 'sokha' }, 'Enter a full mail address'],
    ['email', { email: 'a@example.org\r\nBcc: b@example.org' }, 'Enter a full mail address'],
    ['email', { email: 'ALICE@example.org' }, 'This is your own address.'],
    ['language', { language: 'xx' }, 'Choose a language.'],
    ['note', { note: 'x'.repeat(1001) }, 'Use at most 1000 characters.'],
  ])(
    'is told at the field what is wrong with the %s, with all words kept',
    async (field, change, words) => {
      const alice = await respondent(on, round, 'KHM');
      const page = await say(alice, { ...SOKHA, ...change });
      expect(page.status).toBe(422);
      expect(errorAt(page, field)).toContain(words);
      expect(page.text('.summary')).toContain(words);
      expect(page.root.querySelector('.summary a')?.getAttribute('href')).toBe(`#person-${field}`);
      const wanted: Record<string, string> = { ...SOKHA, ...change };
      for (const name of ['name', 'post'])
        expect(page.root.querySelector(`#person-${name}`)?.getAttribute('value')).toBe(
          wanted[name],
        );
      expect(page.text('#person-note')).toBe(wanted['note']);
      expect(page.root.querySelectorAll('[name="who"][checked]')).toHaveLength(
        wanted['who'] ? 1 : 0,
      );
      expect(await on.services.referrals.openOfRound(SLUG)).toEqual([]);
    },
  );

  it('says it once, also with twenty presses; another contact of the State may say it too', async () => {
    const emre = await respondent(on, round, 'TUR', 'donor');
    const tab = await emre.visitor.get(`${emre.base}/right-person`);
    const pages = await Promise.all(
      Array.from({ length: 20 }, () =>
        emre.visitor.submit(tab, FORM, { who: 'nobody', note: 'Not my file.' }),
      ),
    );
    expect(pages.filter((one) => one.status === 200)).toHaveLength(1);
    const refused = pages.find((one) => one.status === 422);
    expect(refused?.text('.summary')).toContain('You told us already.');
    expect(refused?.text('#person-note')).toBe('Not my file.');
    // A second link of the same person shows what was said through the first.
    const again = await respondent(on, round, 'TUR', 'donor');
    const seen = await again.visitor.get(`${again.base}/right-person`);
    expect(seen.text('.note')).toContain('Not my file.');
    const emine = await respondent(on, round, 'TUR');
    expect((await say(emine, { who: 'nobody' })).status).toBe(200);
    expect(await on.services.referrals.openOfRound(SLUG)).toHaveLength(2);
    for (const guest of [emre, emine])
      await guest.visitor.submit(
        await guest.visitor.get(`${guest.base}/right-person`),
        'form[action$="/withdrawal"]',
      );
    expect(await on.services.referrals.openOfRound(SLUG)).toEqual([]);
  });
});

describe('the secretariat', () => {
  it('confirms: the named person is invited by mail, finds the draft, and the old link goes on', async () => {
    const alice = await respondent(on, round, 'KHM');
    const about = await alice.visitor.get(`${alice.base}/about`);
    await alice.visitor.submit(about, '#section', { r_use: 'aggregate' }, 'later');
    await say(alice, SOKHA);
    const { request } = formOf(await roundPage(), 'Cambodia');
    for (const words of ['Alice Chan', 'Sokha Nuon', 'sokha@example.org', 'Français', 'in March'])
      expect(request.text).toContain(words);
    const page = await answer('Cambodia', 'confirm');
    expect(page.text('#requests')).toContain('The answer has been noted.');
    expect(await contactOf('KHM', 'sokha@example.org')).toMatchObject({
      name: 'Sokha Nuon',
      post: 'Deputy director',
      language: 'fr',
      zone: null,
    });
    await on.sendMail();
    expect(post.mails).toHaveLength(1);
    const [mail] = post.to('sokha@example.org');
    expect(mail?.text).toContain('Sokha Nuon');
    const person = visitor(on.app);
    const landing = await person.get(linksIn(mail as never)[0] ?? '');
    expect(landing.path).toBe(alice.base);
    expect(landing.root.querySelector('html')?.getAttribute('lang')).toBe('fr');
    const chosen = (await person.get(`${alice.base}/about`)).root.querySelector(
      '[name="r_use"][checked]',
    );
    expect(chosen?.getAttribute('value')).toBe('aggregate');
    expect((await alice.visitor.get(alice.base)).status).toBe(200);
    // Both are contacts now, so inviting again reaches nobody new.
    expect(await invite(on.services, round, { dryRun: false, actor: SYSTEM })).toMatchObject({
      enqueued: 0,
    });
    expect((await roundPage()).text('a[href*="kind=invitation"]')).toBe('Invite 0 people');
  });

  it('ends the links of the one who spoke only when it is ticked; then no mail brings a new one', async () => {
    const chantal = await respondent(on, round, 'TCD');
    await say(chantal, { ...SOKHA, name: 'Moussa Abba', email: 'moussa@example.org' });
    const two = await respondent(on, round, 'TCD');
    await answer('Chad', 'confirm', { endLinks: 'yes' });
    await on.sendMail();
    for (const guest of [chantal, two])
      expect((await guest.visitor.get(guest.base)).status).toBe(401);
    const person = visitor(on.app);
    const [mail] = post.to('moussa@example.org');
    expect((await person.get(linksIn(mail as never)[0] ?? '')).path).toBe(chantal.base);
    on.setTime('2023-05-04T08:00:00Z');
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    expect(post.to('chantal@example.org')).toEqual([]);
    expect(post.to('moussa@example.org')).toHaveLength(2);
    on.setTime('2023-05-02T08:00:00Z');
    // A link that is printed now is for the new person.
    const printed = await respondent(on, round, 'TCD');
    expect((await printed.visitor.get(printed.base)).text('.facts')).toContain('Moussa Abba');
  });

  it('notes that somebody knows nobody, or dismisses, and nobody gets a mail', async () => {
    const [dora, emine] = [
      await respondent(on, round, 'NOR', 'donor'),
      await respondent(on, round, 'TUR'),
    ];
    await say(dora, { who: 'nobody', note: 'I have left the ministry.' });
    await say(emine, { ...SOKHA, email: 'evil@example.com' });
    const page = await roundPage();
    expect(formOf(page, 'Norway').request.text).toContain('Names nobody.');
    const contacts = (await on.services.contacts.all()).length;
    await answer('Norway', 'confirm');
    await answer('Türkiye', 'dismiss', { endLinks: 'yes' });
    await on.sendMail();
    expect(post.mails).toEqual([]);
    expect(await on.services.contacts.all()).toHaveLength(contacts);
    expect((await emine.visitor.get(emine.base)).status).toBe(200);
    expect((await roundPage()).text('#requests')).toContain('Nobody waits for an answer.');
  });

  it('that is too late, or presses twice, makes no second contact and no second mail', async () => {
    const fred = await respondent(on, round, 'USA', 'donor');
    await say(fred, { ...SOKHA, email: 'new@example.org' });
    const page = await roundPage();
    const { selector } = formOf(page, 'United States');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin.submit(page, selector, { decision: 'confirm' })),
    );
    expect(answers.filter((one) => one.html.includes('has been noted'))).toHaveLength(1);
    expect(answers.filter((one) => one.html.includes('answered meanwhile'))).toHaveLength(4);
    await on.sendMail();
    expect(post.to('new@example.org')).toHaveLength(1);
    // And somebody who was named before is invited once more, as the same contact.
    await say(fred, { ...SOKHA, name: 'Other Name', email: 'NEW@example.org' });
    await answer('United States', 'confirm');
    await on.sendMail();
    expect(post.to('new@example.org')).toHaveLength(2);
    expect(await on.services.contacts.of('USA', 'donor')).toHaveLength(2);
  });

  it('is an administrator, and answers what the form offers', async () => {
    const fred = await respondent(on, round, 'USA', 'donor');
    await say(fred, { who: 'nobody' });
    const page = await roundPage();
    const { selector } = formOf(page, 'United States');
    const action = page.root.querySelector(selector)?.getAttribute('action') ?? '';
    const other = await signedIn(on, 'committee');
    expect((await other.post(action, { decision: 'confirm' })).status).toBe(403);
    expect((await admin.submit(page, selector, { decision: 'other' })).status).toBe(403);
    const token = page.root.querySelector('main [name="token"]')?.getAttribute('value') ?? '';
    expect((await admin.post(`${action}0`, { token, decision: 'confirm' })).status).toBe(404);
  });

  it('leaves ids in the audit, no name and no address', async () => {
    const { audit = [] } = await dump(on.services.connection);
    const rows = audit.filter((row) => row.includes('referral.'));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row).not.toMatch(/Sokha|example\.org|ministry/);
  });
});

describe('a language that a person chose', () => {
  const languageOn = (page: SeenPage) => page.root.querySelector('html')?.getAttribute('lang');

  it('is kept with the person: on another device, and in the next mail', async () => {
    const bob = await respondent(on, round, 'IRQ');
    const page = await bob.visitor.get(bob.base);
    expect(languageOn(page)).toBe('ar');
    const french = await bob.visitor.submit(page, '.who form', { language: 'fr' });
    expect([french.path, languageOn(french)]).toEqual([bob.base, 'fr']);
    const elsewhere = await respondent(on, round, 'IRQ');
    expect(languageOn(await elsewhere.visitor.get(elsewhere.base))).toBe('fr');
    on.setTime('2023-05-05T08:00:00Z');
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    expect(post.to('bob@example.org')[0]?.headers.get('content-language')).toBe('fr');
    on.setTime('2023-05-02T08:00:00Z');
  });

  it('is kept with the button that saves first, and not by a link, which a scanner may open', async () => {
    const bob = await respondent(on, round, 'IRQ');
    await bob.visitor.get(`/language/ar?back=${bob.base}`);
    expect((await contactOf('IRQ', 'bob@example.org'))?.chosenLanguage).toBe('fr');
    const about = await bob.visitor.get(`${bob.base}/about`);
    await bob.visitor.submit(about, '#section', {}, 'language:en');
    expect((await contactOf('IRQ', 'bob@example.org'))?.chosenLanguage).toBe('en');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'contact.language-chosen', details: { language: 'en' } });
  });

  it.each(['de', '', '$ne', '__proto__'])(
    'is none of "%s", and leads nowhere else',
    async (language) => {
      const bob = await respondent(on, round, 'IRQ');
      const page = await bob.visitor.get(bob.base);
      expect((await bob.visitor.submit(page, '.who form', { language })).status).toBe(403);
      const away = await bob.visitor.submit(page, '.who form', {
        language: 'en',
        back: 'https://evil.example/',
      });
      expect(away.path).toBe(bob.base);
      expect((await contactOf('IRQ', 'bob@example.org'))?.chosenLanguage).toBe('en');
    },
  );
});

describe('a round that is closed', () => {
  it('takes no more of it: the page says so and keeps the words', async () => {
    const emine = await respondent(on, round, 'TUR');
    const tab = await emine.visitor.get(`${emine.base}/right-person`);
    await closeRound(on.services, SLUG, SYSTEM);
    const page = await emine.visitor.submit(tab, FORM, SOKHA);
    expect([page.status, page.text('.summary')]).toEqual([
      422,
      expect.stringContaining('This questionnaire is closed.'),
    ]);
    expect(page.root.querySelector('#person-name')?.getAttribute('value')).toBe('Sokha Nuon');
    expect(
      (await emine.visitor.get(`${emine.base}/right-person`)).root.querySelector(FORM),
    ).toBeNull();
    const admins = await roundPage();
    expect(admins.all('article.request').length).toBeGreaterThan(0);
    expect(admins.all('article.request form')).toEqual([]);
  });
});
