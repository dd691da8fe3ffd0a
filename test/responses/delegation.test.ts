/** A respondent hands sections to a colleague, who writes them, finishes or says "not me"; only the respondent submits. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

let post: Mailbox;
let on: TestApp;
let round: Round;
let director: Visitor;
let base: string;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  ({ visitor: director, base } = await respondent(on, round, 'KHM'));
}, 30_000);
afterAll(async () => {
  await on.close();
  await post.close();
});

const NOTE = 'Please fill in the figures.\n<Thank you> & regards';

async function ask(email: string, fields: Record<string, string | string[]> = {}) {
  const page = await director.get(`${base}/colleagues`);
  return director.submit(page, '#colleague', {
    name: 'Chan Colleague',
    email,
    language: 'fr',
    sections: ['a45', 'a46'],
    note: NOTE,
    ...fields,
  });
}

/** The colleague opens the link of the newest mail. */
async function opened(email: string): Promise<Visitor> {
  await on.sendMail();
  const mail = post.to(email).at(-1);
  if (!mail) throw new Error(`nothing came to ${email}`);
  const guest = visitor(on.app);
  const [link = ''] = linksIn(mail);
  expect((await guest.get(link)).path).toBe(base);
  return guest;
}

const stored = () => on.services.responses.find(base.slice(-24));

describe('handing sections over', () => {
  it('sends a link in the colleague’s language with the sections, the note and who asks', async () => {
    const page = await ask('chan@example.org');
    expect(page.path).toBe(`${base}/colleagues`);
    expect(page.text('ul.people')).toContain('Chan Colleague');
    await on.sendMail();
    const [mail] = post.to('chan@example.org');
    expect(mail?.subject).toContain('Alice');
    expect(mail?.text).toContain('Vos sections : 45.');
    expect(mail?.text).toContain(NOTE);
    expect(mail?.html).toContain('&lt;Thank you&gt; &amp; regards');
    expect(mail?.headers.get('content-language')).toBe('fr');
  });

  it.each([
    ['no name', { name: ' ' }, 'Enter your colleague’s name.'],
    ['no address', { email: 'chan at example' }, 'Enter a full mail address'],
    ['no section', { sections: [] as string[] }, 'Choose at least one section.'],
    ['a section that is none', { sections: ['a99'] }, 'Choose at least one section.'],
    ['a note that is too long', { note: 'x'.repeat(1001) }, 'at most 1,000 characters'],
  ])('is refused with %s, and what was typed stays', async (_what, fields, message) => {
    const page = await ask('chan.two@example.org', fields);
    expect(page.status).toBe(422);
    expect(page.text('.summary')).toContain(message);
    const kept = page.root.querySelector('#colleague-name')?.getAttribute('value');
    expect(kept).toBe('name' in fields ? '' : 'Chan Colleague');
    await on.sendMail();
    expect(post.to('chan.two@example.org')).toEqual([]);
  });

  it('is at an end after twenty, so that nobody sends mail through us', async () => {
    const { visitor: other, base: place } = await respondent(on, round, 'TUR');
    const form = (n: number) => ({
      name: `Colleague ${n}`,
      email: `c${n}@example.org`,
      sections: ['a45'],
    });
    for (let n = 0; n < 20; n += 1)
      await other.submit(await other.get(`${place}/colleagues`), '#colleague', form(n));
    const page = await other.submit(await other.get(`${place}/colleagues`), '#colleague', form(20));
    expect(page.status).toBe(422);
    expect(page.text('.summary')).toContain('20 colleagues');
    await on.services.connection.collection('messages').deleteMany({ template: 'delegation' });
  });
});

describe('the colleague', () => {
  it('sees who asks and only the sections that were handed over', async () => {
    const guest = await opened('chan@example.org');
    const first = await guest.get(base);
    expect(first.text('.lead')).toContain('Alice');
    expect(first.text('blockquote')).toContain('<Thank you>');
    const links = first.all('nav.sections a').map((one) => one.getAttribute('href'));
    expect(links).toEqual([`${base}/a45`, `${base}/a46`, `${base}/check`, base]);
    for (const part of ['a42', 'about', 'receipt', 'colleagues'])
      expect((await guest.get(`${base}/${part}`)).status).toBe(404);
    const answers = await guest.get(`${base}/answers`);
    expect(answers.all('section.given')).toHaveLength(2);
  });

  it('writes into the same response, and the respondent sees who wrote what', async () => {
    const guest = await opened('chan@example.org');
    await guest.submit(await guest.get(`${base}/a46`), '#section', { a46_03: 'From Chan' }, 'next');
    expect((await stored())?.draft.answers['a46_03']).toBe('From Chan');
    const seen = await director.get(`${base}/a46`);
    expect(seen.text('.note')).toContain('Chan Colleague saved this section');
    const overview = await director.get(`${base}/colleagues`);
    expect(overview.text('table')).toContain('Chan Colleague');
  });

  it('can neither save a section that was not handed over, nor submit, nor hand on', async () => {
    const guest = await opened('chan@example.org');
    const page = await guest.get(`${base}/a46`);
    const token = page.root.querySelector('[name="token"]')?.getAttribute('value') ?? '';
    const link = page.root.querySelector('[name="link"]')?.getAttribute('value') ?? '';
    const before = await stored();
    const posts: [string, Record<string, string>, number][] = [
      ['a42', { shown: 'a42_01', a42_01: 'no', revision: '0' }, 404],
      ['submission', { name: 'C', post: 'C', email: 'c@example.org', confirm: 'yes' }, 403],
      ['colleagues', { name: 'D', email: 'd@example.org', sections: 'a45', language: 'en' }, 404],
    ];
    for (const [part, fields, status] of posts)
      expect((await guest.post(`${base}/${part}`, { link, token, ...fields })).status).toBe(status);
    expect(await stored()).toEqual(before);
  });

  it('finishes, which the respondent reads in a mail and on the page, and may still write', async () => {
    const guest = await opened('chan@example.org');
    const done = await guest.submit(await guest.get(`${base}/check`), 'main form');
    expect(done.path).toBe(base);
    expect(done.text('.done-note')).not.toBe('');
    await on.sendMail();
    const news = post.to('alice@example.org').at(-1);
    expect(news?.subject).toContain('Chan Colleague');
    expect(news?.text).toContain('has finished: 45.');
    expect((await director.get(`${base}/colleagues`)).text('ul.people')).toContain('Finished');
    const again = await guest.submit(
      await guest.get(`${base}/a46`),
      '#section',
      { a46_03: 'Once more' },
      'next',
    );
    expect(again.status).toBe(200);
  });

  it('stands on the respondent’s check page, to be signed off with the submission', async () => {
    const page = await director.get(`${base}/check`);
    expect(page.text('main')).toContain('Chan Colleague,');
    expect(page.text('main')).toContain('By submitting you sign these sections off');
  });

  it('says "not me": the link ends, and the respondent reads why', async () => {
    await ask('dara@example.org', { name: 'Dara' });
    const guest = await opened('dara@example.org');
    const last = await guest.submit(await guest.get(base), 'form[action$="declined"]', {
      reason: 'Ask <Sok>',
    });
    expect(last.status).toBe(200);
    expect((await guest.get(`${base}/a45`)).status).toBe(401);
    await on.sendMail();
    expect(post.to('alice@example.org').at(-1)?.text).toContain('Ask <Sok>');
    expect((await director.get(`${base}/colleagues`)).text('ul.people')).toContain('Ask <Sok>');
  });
});

describe('taking sections back', () => {
  it('ends the colleague’s links at once and keeps what they wrote', async () => {
    await ask('eng@example.org', { name: 'Eng', language: 'en' });
    const guest = await opened('eng@example.org');
    await guest.submit(await guest.get(`${base}/a46`), '#section', { a46_03: 'By Eng' }, 'next');
    const page = await director.get(`${base}/colleagues`);
    const [form] = page
      .all('ul.people li')
      .filter((one) => one.text.includes('Eng'))
      .map((one) => one.querySelector('form')?.getAttribute('action'));
    await director.submit(page, `form[action="${form}"]`);
    expect((await guest.get(`${base}/a46`)).status).toBe(401);
    expect((await stored())?.draft.answers['a46_03']).toBe('By Eng');
  });

  it('holds for mails too that are still to be sent', async () => {
    await ask('fah@example.org', { name: 'Fah' });
    const page = await director.get(`${base}/colleagues`);
    const form = page
      .all('ul.people li')
      .find((one) => one.text.includes('Fah'))
      ?.querySelector('form')
      ?.getAttribute('action');
    await director.submit(page, `form[action="${form}"]`);
    await on.sendMail();
    expect(post.to('fah@example.org')).toEqual([]);
  });

  it('is not for another State', async () => {
    const { visitor: other, base: place } = await respondent(on, round, 'IRQ');
    const [delegate] = await on.services.delegates.of(base.slice(-24));
    const page = await other.get(`${place}/colleagues`);
    const field = (name: string) =>
      page.root.querySelector(`[name="${name}"]`)?.getAttribute('value') ?? '';
    const answer = await other.post(`${place}/colleagues/${delegate?._id}/revocation`, {
      link: field('link'),
      token: field('token'),
    });
    expect(answer.status).toBe(404);
  });
});
