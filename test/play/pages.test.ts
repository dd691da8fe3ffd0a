/** The state of play of a round, and the page from which the secretariat helps one State, as an admin meets them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let post: Mailbox;
let round: Round;
let admin: Visitor;

const PLAY = `/admin/rounds/${SLUG}/states`;
const rowOf = (page: SeenPage, href: string) =>
  page
    .all('tbody tr')
    .find((row) => row.querySelector(`a[href="${PLAY}/${href}"]`))
    ?.querySelectorAll('th, td')
    .map((cell) => cell.text.replace(/\s+/g, ' ').trim())
    .join(' ') ?? '';
const here = (state: string, audience = 'affected') => admin.get(`${PLAY}/${state}/${audience}`);

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  on.setTime('2023-05-10T08:00:00Z');
  await answered(on, round, 'KHM', { seed: 2 });
  await answered(on, round, 'IRQ', { sections: 3 });
  admin = await signedIn(on, 'admin');
});
afterAll(async () => {
  await on.close();
  await post.close();
});

describe('the state of play', () => {
  it('shows each State, how far it is, when it was last heard of, and what comes next', async () => {
    const page = await admin.get(PLAY);
    expect(rowOf(page, 'KHM/affected')).toContain(
      'Submitted Submitted, 10 May 2023 Read the answers',
    );
    expect(rowOf(page, 'IRQ/affected')).toMatch(
      /Draft \d+ of \d+ questions answered Saved, 10 May 2023/,
    );
    expect(rowOf(page, 'TCD/affected')).toContain('Mail delivered Mail, 2 May 2023 Remind');
    expect(rowOf(page, 'AFG/affected')).toContain('Not invited');
    expect(rowOf(page, 'AFG/affected')).toContain('Find a contact');
  });

  it('counts what it shows, and each count leads to its States', async () => {
    const page = await admin.get(PLAY);
    const tallies = page.all('.tallies a');
    expect(tallies.length).toBeGreaterThan(4);
    for (const tally of tallies) {
      const behind = await admin.get(`${PLAY}${tally.getAttribute('href')}`);
      const rows = behind.all('tbody tr').filter((row) => row.querySelector(`a[href^="${PLAY}/"]`));
      expect([tally.text, rows.length]).toEqual([
        tally.text,
        Number(tally.querySelector('b')?.text),
      ]);
    }
  });

  it('is filtered by what stands in the address; unknown words are no filter', async () => {
    const donors = await admin.get(`${PLAY}?audience=donor&status=accepted`);
    expect(donors.html).toContain('Norway');
    expect(donors.html).not.toContain('>Chad<');
    expect(rowOf(await admin.get(`${PLAY}?status[$ne]=x&page=-3`), 'KHM/affected')).not.toBe('');
    expect((await admin.get(`${PLAY}?page=999`)).status).toBe(200);
  });

  it('draws the response rate over time from the numbers of its table', async () => {
    const page = await admin.get(PLAY);
    const { labels, series } = JSON.parse(
      page.root.querySelector('figure[data-lines]')?.getAttribute('data-lines') ?? '{}',
    );
    // The first invitations went out a day after the opening.
    expect(labels[0]).toBe('2 May 2023');
    expect(labels.at(-1)).toBe('10 May 2023');
    expect(series[0].values.at(-1)).toBe(25);
    expect(series[1].values.at(-1)).toBe(0);
    const last = page.all('figure tbody tr').at(-1);
    expect(last?.text.replace(/\s+/g, ' ')).toContain('10 May 20231 25%0 0%');
    const files = page.all('.take a').map((one) => one.getAttribute('href') ?? '');
    expect(files).toHaveLength(3);
    for (const path of files) {
      const { status, text, body } = await admin.agent.get(path.replaceAll('&amp;', '&'));
      expect([path, status]).toEqual([path, 200]);
      if (path.includes('.csv')) expect(text).toContain('"10 May 2023",0.25,0');
      if (path.includes('.svg')) expect(String(body)).toContain('1 of 4');
    }
    expect((await admin.get(`${PLAY}/chart.gif`)).status).toBe(404);
  });

  it('says that the mail cannot be delivered, and what to do', async () => {
    const invitation = await on.services.invitations.ofState(SLUG, 'USA', 'donor');
    await on.services.connection
      .collection('messages')
      .updateMany({ invitation: invitation?._id }, { $set: { status: 'hard', reply: '550 no' } });
    const row = rowOf(await admin.get(PLAY), 'USA/donor');
    expect(row).toContain('Mail cannot be delivered');
    expect(row).toContain('Find another contact');
  });
});

describe('the page of one State', () => {
  it('shows who is asked, every mail and what became of it, and what was done', async () => {
    const page = await here('TCD');
    expect(page.text('ul.people')).toContain('Chantal Mbaye');
    expect(page.html).toContain('Invitation');
    expect(page.text('h1')).toBe('Chad');
    await answered(on, round, 'TCD', { sections: 1 });
    expect((await here('TCD')).html).toContain('response.started');
  });

  it('of a State that was not invited offers nothing that needs an invitation', async () => {
    const page = await here('AFG');
    expect(page.html).toContain('Nobody speaks for this State');
    expect(page.all('main form[method="post"]')).toEqual([]);
  });

  it('sends the invitation again, with a link that opens the same draft', async () => {
    const before = post.to('chantal@example.org').length;
    const done = await admin.submit(await here('TCD'), 'form[action$="/mail"]');
    expect(done.text('.done-note')).toBe('1 mail is on its way.');
    // Pressed twice before it went out, it is one mail.
    await admin.submit(await here('TCD'), 'form[action$="/mail"]');
    await on.sendMail();
    const mails = post.to('chantal@example.org');
    expect(mails).toHaveLength(before + 1);
    const again = await admin.submit(await here('TCD'), 'form[action$="/mail"]');
    expect(again.text('.done-note')).toBe('1 mail is on its way.');
  });

  it('ends all links and sends new ones; the draft stays', async () => {
    const old = await respondent(on, round, 'TCD');
    const done = await admin.submit(await here('TCD'), 'form[action$="/reissue"]');
    expect(done.text('.done-note')).toContain('All links were ended');
    expect((await old.visitor.get(old.base)).status).toBe(401);
    await on.sendMail();
    const link = linksIn(post.to('chantal@example.org').at(-1) as never).find(
      (one) => !one.endsWith('/lost'),
    );
    const opened = await old.visitor.get(link ?? '');
    expect([opened.status, opened.path]).toEqual([200, old.base]);
  });

  it('gives more time, and says what is wrong with a time', async () => {
    const page = await here('TCD');
    const wrong = await admin.submit(page, 'form[action$="/extension"]', { until: 'soon' });
    expect(wrong.status).toBe(422);
    expect(wrong.text('#error-until')).toContain('Enter date and time.');
    expect(wrong.root.querySelector('#until')?.getAttribute('value')).toBe('soon');
    const early = await admin.submit(page, 'form[action$="/extension"]', {
      until: '2023-06-01T10:00',
    });
    expect(early.text('#error-until')).toContain('lies before the deadline of the round');
    const until = { until: '2023-07-15T18:00' };
    const done = await admin.submit(page, 'form[action$="/extension"]', until);
    expect(done.text('.done-note')).toBe('The deadline was moved, and 1 mail says so.');
    expect(rowOf(await admin.get(PLAY), 'TCD/affected')).toContain('until 15 July 2023');
  });

  it('notes that the State declines, which ends reminders, and takes it back', async () => {
    const page = await here('NOR', 'donor');
    const empty = await admin.submit(page, 'form[action$="/declined"]', { reason: ' ' });
    expect([empty.status, empty.text('#error-reason')]).toEqual([
      422,
      'Error: Say in a word what the State said.',
    ]);
    const long = await admin.submit(page, 'form[action$="/declined"]', {
      reason: 'x'.repeat(5000),
    });
    expect(long.status).toBe(422);
    await admin.submit(page, 'form[action$="/declined"]', { reason: 'Said so by telephone.' });
    expect(rowOf(await admin.get(PLAY), 'NOR/donor')).toContain('Declines');
    const declined = await here('NOR', 'donor');
    expect(declined.html).toContain('Said so by telephone.');
    await admin.submit(declined, 'form[action$="/declined"]');
    expect(rowOf(await admin.get(PLAY), 'NOR/donor')).toContain('Mail delivered');
  });

  it('has no page for a State that the round is not meant for', async () => {
    for (const place of ['KHM/donor', 'XXX/affected', 'KHM/nobody'])
      expect((await admin.get(`${PLAY}/${place}`)).status).toBe(404);
  });
});

describe('what is done for the ticked States', () => {
  const query = (places: string[], more: Record<string, string> = {}) =>
    new URLSearchParams([
      ...Object.entries(more),
      ...places.map((place): [string, string] => ['place', place]),
    ]).toString();
  const MORE_TIME = `${PLAY}/more-time`;

  it('ticks all that the filter shows, without a script', async () => {
    const page = await admin.get(`${PLAY}?audience=donor&ticked=all`);
    const boxes = page.all('tbody input[name="place"]');
    expect(boxes.length).toBeGreaterThan(2);
    expect(boxes.every((box) => box.hasAttribute('checked'))).toBe(true);
    const none = page.all('#ticked a').find((link) => link.text === 'Tick none');
    const back = await admin.get(`${PLAY}${none?.getAttribute('href')}`);
    expect(back.all('tbody input[checked]')).toHaveLength(0);
    expect(back.html).not.toContain('>Chad<');
  });

  it('writes to them: the form of a mailing has them ticked', async () => {
    const play = await admin.get(PLAY);
    const form = play.root.querySelector('form:has(.ticks)') ?? play.root;
    const button = form.querySelector('button[value="reminder"]');
    expect(button?.getAttribute('formaction')).toBe(`/admin/rounds/${SLUG}/mailings/new`);
    const sent = query(['TCD affected', 'NOR donor'], { who: 'hand', kind: 'reminder' });
    const page = await admin.get(`${button?.getAttribute('formaction')}?${sent}`);
    expect(page.root.querySelector('#who-hand')?.hasAttribute('checked')).toBe(true);
    expect(
      page.all('input[name="place"][checked]').map((box) => box.getAttribute('value')),
    ).toEqual(['TCD affected', 'NOR donor']);
  });

  it('gives them more time, names those that were not invited, and tells the contacts', async () => {
    const page = await admin.get(
      `${MORE_TIME}?${query(['IRQ affected', 'NOR donor', 'AFG affected', '$ne'])}`,
    );
    expect(page.text('.note')).toContain('Afghanistan');
    expect(page.all('form[action$="more-time"] input[name="place"]')).toHaveLength(2);
    const early = await admin.submit(page, 'form[action$="more-time"]', {
      until: '2023-05-12T18:00',
    });
    expect([early.status, early.root.querySelector('#until')?.getAttribute('value')]).toEqual([
      422,
      '2023-05-12T18:00',
    ]);
    const done = await admin.submit(early, 'form[action$="more-time"]', {
      until: '2023-07-20T18:00',
    });
    expect(done.text('.done-note')).toBe('2 States have more time. Mails that say so: 2.');
    for (const place of ['IRQ/affected', 'NOR/donor'])
      expect(rowOf(done, place)).toContain('until 20 July 2023');
  });

  it('asks for a State when none is ticked, and changes nothing', async () => {
    const page = await admin.get(MORE_TIME);
    expect(page.html).toContain('Tick at least one State that has been invited.');
    const token = (await admin.get(`${MORE_TIME}?${query(['IRQ affected'])}`)).root
      .querySelector('input[name="token"]')
      ?.getAttribute('value');
    const posted = await admin.post(MORE_TIME, { token: token ?? '', until: '2023-07-25T18:00' });
    expect(posted.status).toBe(422);
  });

  it('is for the secretariat only', async () => {
    const viewer = await signedIn(on, 'viewer');
    expect((await viewer.get(`${MORE_TIME}?${query(['IRQ affected'])}`)).status).toBe(403);
    expect((await viewer.post(MORE_TIME, { until: '2023-07-25T18:00' })).status).toBe(403);
  });
});
