/** More time for one State: asked for on a page, answered on the round's page, said by mail, and counted everywhere. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import { deadlineOf, roundFor } from '../../server/rounds/deadline.ts';
import { extendDeadline } from '../../server/rounds/extend.ts';
import { fieldTime, mayExtend, wantedUntil } from '../../server/rounds/extension.ts';
import { closeRound } from '../../server/rounds/plan.ts';
import { GRACE_MINUTES, mayWrite, type Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

/** The round closes on 30 June 2023 at 18:00 in Zurich. */
const CLOSES = '2023-06-30T16:00:00.000Z';
const AFTER = '2023-07-01T08:00:00Z';
const GRACE = GRACE_MINUTES * 60_000;
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
  on.setTime('2023-06-20T08:00:00Z');
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

type Guest = Awaited<ReturnType<typeof respondent>>;
const FORM = 'form#extension';
const ask = async ({ visitor: person, base }: Guest, fields: Record<string, string>) =>
  person.submit(await person.get(`${base}/extension`), FORM, fields);
const WISH = { day: '2023-07-14', reason: 'The ministry is moving.' };

/** Signs in anew when the session has run out under the clock of the test, and answers the request of the State. */
async function answer(state: string, decision: string, fields: Record<string, string> = {}) {
  admin = await signedIn(on, 'admin');
  const page = await admin.get(`/admin/rounds/${SLUG}`);
  const form = requestOf(page, state);
  return admin.post(form.getAttribute('action') ?? '', {
    ...Object.fromEntries(
      form
        .querySelectorAll('input, textarea')
        .map((one) => [one.getAttribute('name'), one.getAttribute('value') ?? one.text]),
    ),
    ...fields,
    decision,
  });
}
function requestOf(page: SeenPage, state: string) {
  const request = page.all('article.request').find((one) => one.text.includes(state));
  const form = request?.querySelector('form');
  if (!form) throw new Error(`no request of ${state}: ${page.text('#requests')}`);
  return form;
}
const errorAt = (page: SeenPage, field: string) => {
  const id = page.root
    .querySelector(`#${field}`)
    ?.getAttribute('aria-describedby')
    ?.split(' ')
    .find((one) => one.startsWith('error-'));
  return id ? page.text(`#${id}`) : '';
};
const deadlineOn = async ({ visitor: person, base }: Guest) =>
  (await person.get(base)).text('.facts');

describe('a respondent who needs more time', () => {
  it('asks with a day and a reason, sees the request, and may take it back', async () => {
    const alice = await respondent(on, round, 'KHM');
    const landing = await alice.visitor.get(alice.base);
    expect(landing.root.querySelector(`main a[href="${alice.base}/extension"]`)).not.toBeNull();
    const page = await ask(alice, WISH);
    expect([page.status, page.path]).toEqual([200, `${alice.base}/extension`]);
    expect(page.text('.note h2')).toBe('Your request waits for an answer');
    // In the time of Phnom Penh and of Geneva.
    expect(page.text('.note')).toContain('14 July 2023, 23:00 (Indochina Time); 18:00 (Central');
    expect(page.text('.note')).toContain('The ministry is moving.');
    expect(page.root.querySelector(FORM)).toBeNull();
    const without = await alice.visitor.submit(page, 'form[action$="/withdrawal"]');
    expect(without.root.querySelector('.note')).toBeNull();
    expect(without.root.querySelector(FORM)).not.toBeNull();
    // Nothing was decided, so nothing changed.
    expect(await deadlineOn(alice)).toContain('30 June 2023, 23:00');
    expect((await admin.get(`/admin/rounds/${SLUG}`)).all('article.request')).toEqual([]);
  });

  it('has one request at a time, in two tabs and by twenty presses, and is told so with the words kept', async () => {
    const bob = await respondent(on, round, 'TUR');
    const tab = await bob.visitor.get(`${bob.base}/extension`);
    const pages = await Promise.all(
      Array.from({ length: 20 }, () => bob.visitor.submit(tab, FORM, WISH)),
    );
    expect(pages.filter((one) => one.status === 200)).toHaveLength(1);
    const [refused] = pages.filter((one) => one.status === 422);
    expect(refused?.text('.summary')).toContain('waits for an answer already');
    expect(refused?.text('#extension-reason')).toBe(WISH.reason);
    expect(
      await on.services.connection.collection('extensions').countDocuments({ status: 'open' }),
    ).toBe(1);
    const page = await bob.visitor.get(`${bob.base}/extension`);
    await bob.visitor.submit(page, 'form[action$="/withdrawal"]');
  });

  it.each([
    ['', 'Enter a day as year-month-day'],
    ['14 July', 'Enter a day as year-month-day'],
    ['14/07/2023', 'Enter a day as year-month-day'],
    ['2023-02-30', 'Enter a day as year-month-day'],
    ['2023-13-01', 'Enter a day as year-month-day'],
    ['2023-06-30', 'Choose a day after the present deadline: 30 June 2023, 23:00'],
    ['2023-06-01', 'Choose a day after the present deadline'],
    ['20230-07-14', 'Enter a day as year-month-day'],
    ['2203-07-14', 'Choose a day within a year.'],
    ['$ne', 'Enter a day as year-month-day'],
  ])('is refused at the field for the day %j, with everything still there', async (day, words) => {
    const alice = await respondent(on, round, 'KHM');
    const page = await ask(alice, { day, reason: 'Line one.\r\n\r\nسبب <b> & more' });
    expect(page.status).toBe(422);
    expect(errorAt(page, 'extension-day')).toContain(words);
    expect(page.text('.summary')).toContain(words);
    expect(page.root.querySelector('.summary a')?.getAttribute('href')).toBe('#extension-day');
    expect(page.root.querySelector('#extension-day')?.getAttribute('value')).toBe(day);
    expect(page.root.querySelector('#extension-reason')?.text).toBe('Line one.\n\nسبب <b> & more');
    expect(page.text('title')).toContain('Error:');
  });

  it.each([
    ['', 'Say why your State needs more time.'],
    ['  \n ', 'Say why your State needs more time.'],
    ['x'.repeat(1001), 'Use at most 1,000 characters.'],
  ])('is refused at the field without a reason, or with too long a one', async (reason, words) => {
    const alice = await respondent(on, round, 'KHM');
    const page = await ask(alice, { day: '2023-07-14', reason });
    expect([page.status, errorAt(page, 'extension-reason')]).toEqual([422, `Error: ${words}`]);
    expect(page.root.querySelector('#extension-day')?.getAttribute('value')).toBe('2023-07-14');
    // Both at once are both said.
    const two = await ask(alice, { day: '', reason });
    expect(two.all('.summary li')).toHaveLength(2);
    expect(
      await on.services.connection.collection('extensions').countDocuments({ status: 'open' }),
    ).toBe(0);
  });

  it('is refused in their own language, and may write the day in Arabic digits', async () => {
    const bob = await respondent(on, round, 'IRQ');
    const refused = await ask(bob, { day: '', reason: 'سبب' });
    expect(errorAt(refused, 'extension-day')).toContain('أدخلوا اليوم');
    const page = await ask(bob, { day: '٢٠٢٣-٠٧-١٤', reason: 'سبب' });
    expect(page.text('.note')).toContain('14 يوليو 2023');
    await bob.visitor.submit(page, 'form[action$="/withdrawal"]');
  });

  it('changes nothing by opening the page, however often, and needs a form of ours', async () => {
    const alice = await respondent(on, round, 'KHM');
    const before = await on.services.connection.collection('extensions').countDocuments();
    for (let time = 0; time < 3; time += 1) {
      await alice.visitor.agent.head(`${alice.base}/extension`);
      await alice.visitor.get(`${alice.base}/extension?day=2023-07-14&reason=x`);
    }
    expect((await alice.visitor.post(`${alice.base}/extension`, WISH)).status).toBe(403);
    const stranger = await visitor(on.app).get(`${alice.base}/extension`);
    expect(stranger.status).toBe(401);
    expect(await on.services.connection.collection('extensions').countDocuments()).toBe(before);
  });

  it("cannot take back another State's request", async () => {
    const [alice, emine] = [await respondent(on, round, 'KHM'), await respondent(on, round, 'TUR')];
    const page = await ask(emine, WISH);
    const mine = await ask(alice, WISH);
    const id = page.root.querySelector('[name="extension"]')?.getAttribute('value') ?? '';
    await alice.visitor.submit(mine, 'form[action$="/withdrawal"]', { extension: id });
    expect((await on.services.extensions.find(id))?.status).toBe('open');
    for (const one of [
      [alice, mine],
      [emine, page],
    ] as const)
      await one[0].visitor.submit(one[1], 'form[action$="/withdrawal"]');
  });
});

describe('the secretariat', () => {
  it('grants: the new deadline stands everywhere and goes to the one who asked, in words', async () => {
    const chantal = await respondent(on, round, 'TCD');
    await ask(chantal, { day: '2023-07-14', reason: 'Nous attendons les chiffres.' });
    const page = await answer('Chad', 'grant', { word: 'Bon courage.\nLe secrétariat' });
    expect(page.status).toBe(200);
    expect(page.text('#requests')).toContain('The answer has been noted.');
    expect(page.text('#requests')).toContain('Nobody waits for an answer.');
    const play = await admin.get(`/admin/rounds/${SLUG}/states`);
    const row = play.all('tbody tr').find((one) => one.text.includes('Chad'));
    expect(row?.text).toContain('until 14 July 2023');
    const words = '14 juillet 2023, 17:00';
    expect(await deadlineOn(chantal)).toContain(words);
    expect((await chantal.visitor.get(`${chantal.base}/about`)).text('main .quiet')).toContain(
      words,
    );
    const seen = await chantal.visitor.get(`${chantal.base}/extension`);
    expect(seen.text('.note')).toContain('Un délai supplémentaire vous a été accordé');
    expect(seen.text('.note')).toContain('Bon courage.');
    await on.sendMail();
    expect(post.mails).toHaveLength(1);
    const [mail] = post.to('chantal@example.org');
    expect(mail?.subject).toContain('jusqu’au 14 juillet 2023');
    for (const part of [mail?.text ?? '', String(mail?.html)]) {
      expect(part).toContain(words);
      expect(part).toContain('Bon courage.');
      expect(part).toContain('18:00');
    }
    expect((await visitor(on.app).get(linksIn(mail as never)[0] ?? '')).path).toBe(chantal.base);
    // Nobody else's deadline moved.
    expect(await deadlineOn(await respondent(on, round, 'KHM'))).toContain('30 June 2023');
  });

  it('may grant another time than the wanted one', async () => {
    const emine = await respondent(on, round, 'TUR');
    await ask(emine, WISH);
    const page = await answer('Türkiye', 'grant', { until: '2023-07-07T12:30' });
    expect(page.status).toBe(200);
    expect(await deadlineOn(emine)).toContain('7 July 2023, 13:30');
  });

  it.each([
    ['', 'Enter date and time.'],
    ['soon', 'Enter date and time.'],
    ['2023-06-30T17:59', 'lies before the deadline of the round: 30 June 2023, 18:00'],
    ['2023-06-01T12:00', 'lies before the deadline of the round'],
    ['2033-07-14T18:00', 'Choose a time within a year.'],
    ['2024-03-31T02:30', 'Enter date and time.'],
  ])('is refused the time %j at the field, with the word still there', async (until, words) => {
    const fred = await respondent(on, round, 'USA', 'donor');
    if (!(await fred.visitor.get(`${fred.base}/extension`)).root.querySelector('.note form'))
      await ask(fred, WISH);
    const page = await answer('United States', 'grant', { until, word: 'As <wished>' });
    expect(page.status).toBe(422);
    expect(page.text('article.request .problem')).toContain(words);
    expect(page.text('article.request textarea')).toBe('As <wished>');
    expect(page.root.querySelector('article.request [name="until"]')?.getAttribute('value')).toBe(
      until,
    );
    expect(await deadlineOn(fred)).toContain('30 June 2023');
  });

  it('is refused a time that is over, after the deadline of the round', async () => {
    on.setTime(AFTER);
    const page = await answer('United States', 'grant', { until: '2023-06-30T20:00' });
    expect(page.text('article.request .problem')).toContain('This time is over.');
  });

  it('refuses with a word, which it must give, and the one who asked hears of it', async () => {
    const page = await answer('United States', 'refuse', { word: '   ' });
    expect([page.status, page.text('article.request .problem')]).toEqual([
      422,
      'Error: Say in a word why it is not granted.',
    ]);
    const long = await answer('United States', 'refuse', { word: 'x'.repeat(1001) });
    expect(long.text('article.request .problem')).toContain('Use at most 1,000 characters.');
    await answer('United States', 'refuse', { word: 'The meeting is on 3 July.' });
    await on.sendMail();
    const [mail] = post.to('fred@example.org');
    expect(mail?.subject).toBe('United States of America: your request for more time');
    expect(mail?.text).toContain('The meeting is on 3 July.');
    expect(mail?.text).toContain('Please answer by 30 June 2023, 12:00');
    const fred = await respondent(on, round, 'USA', 'donor');
    const seen = await fred.visitor.get(`${fred.base}/extension`);
    expect(seen.text('.note')).toContain('Your request was not granted');
    // And may ask again.
    expect(seen.root.querySelector(FORM)).not.toBeNull();
  });

  it('that answers what was taken back meanwhile is told so, and nothing happens', async () => {
    const dora = await respondent(on, round, 'NOR', 'donor');
    const asked = await ask(dora, WISH);
    const page = await admin.get(`/admin/rounds/${SLUG}`);
    const action = requestOf(page, 'Norway').getAttribute('action') ?? '';
    await dora.visitor.submit(asked, 'form[action$="/withdrawal"]');
    const token = page.root.querySelector('main [name="token"]')?.getAttribute('value') ?? '';
    const fields = { token, decision: 'grant', until: '2023-07-14T18:00', word: '' };
    const late = await admin.post(action, fields);
    expect(late.text('#requests')).toContain('withdrawn or answered meanwhile');
    expect(await deadlineOn(dora)).toContain('30 June 2023');
    await on.sendMail();
    expect(post.mails).toEqual([]);
    expect((await admin.post(action, { ...fields, decision: 'maybe' })).status).toBe(403);
    expect((await admin.post(`${action.slice(0, -1)}g`, fields)).status).toBe(404);
  });

  it('is an administrator: nobody else answers', async () => {
    const dora = await respondent(on, round, 'NOR', 'donor');
    const asked = await ask(dora, WISH);
    const action = requestOf(await admin.get(`/admin/rounds/${SLUG}`), 'Norway');
    for (const role of ['committee', 'viewer', 'gender-focal-point']) {
      const other = await signedIn(on, role);
      expect((await other.post(action.getAttribute('action') ?? '', {})).status).toBe(403);
    }
    await dora.visitor.submit(asked, 'form[action$="/withdrawal"]');
  });
});

describe('an extension', () => {
  const until = new Date('2023-07-14T16:00:00Z');

  it('decides on writing to the millisecond, with the same fifteen silent minutes', () => {
    const mine = roundFor(round, { closesAt: until });
    for (const [ms, ok] of [
      [-1, true],
      [0, true],
      [1, true],
      [GRACE, true],
      [GRACE + 1, false],
    ] as const)
      expect([ms, mayWrite(mine, new Date(until.getTime() + ms)).ok]).toEqual([ms, ok]);
    expect(round.closesAt).toEqual(new Date(CLOSES));
  });

  it('never takes time away, and ends with the round', () => {
    expect(deadlineOf(round, { closesAt: null })).toEqual(round.closesAt);
    expect(deadlineOf(round, { closesAt: new Date('2023-06-01T00:00:00Z') })).toEqual(
      round.closesAt,
    );
    expect(deadlineOf(round, { closesAt: until })).toEqual(until);
    const closed = roundFor({ ...round, status: 'closed' }, { closesAt: until });
    expect(mayWrite(closed, new Date(AFTER))).toEqual({ ok: false, reason: 'closed' });
  });

  it('lets its State save and submit after the deadline of the round, and no other', async () => {
    on.setTime(AFTER);
    const [chantal, alice] = [
      await respondent(on, round, 'TCD'),
      await respondent(on, round, 'KHM'),
    ];
    const saved = await chantal.visitor.submit(
      await chantal.visitor.get(`${chantal.base}/about`),
      '#section',
      { r_use: 'attributed' },
      'later',
    );
    expect([saved.status, saved.path]).toEqual([200, `${chantal.base}?saved=1`]);
    const late = await alice.visitor.get(`${alice.base}/about`);
    expect(late.text('.note')).toContain('The deadline has passed.');
    // Who is late is shown where to ask.
    expect(late.root.querySelector(`.note a[href="${alice.base}/extension"]`)).not.toBeNull();
    expect((await ask(alice, { day: '2023-07-10', reason: 'Late.' })).text('.note')).toContain(
      'Your request waits',
    );
    const invitation = await on.services.invitations.ofState(SLUG, 'TCD', 'affected');
    const extended = roundFor(round, { closesAt: invitation?.closesAt ?? null });
    await answered(on, extended, 'TCD');
    // The grace holds, and then it is over for Chad too.
    on.setTime('2023-07-14T16:15:00.001Z');
    const over = await chantal.visitor.get((await respondent(on, round, 'TCD')).base);
    expect(over.status).toBe(401);
    const again = await respondent(on, round, 'TCD');
    expect((await again.visitor.get(again.base)).text('.note')).toContain(
      'La date limite est passée.',
    );
  });

  it('asked for after the deadline is granted after it, and refused to a past day', async () => {
    on.setTime('2023-07-03T08:00:00Z');
    const page = await answer('Cambodia', 'grant', { until: '2023-07-10T18:00' });
    expect(page.status).toBe(200);
    const alice = await respondent(on, round, 'KHM');
    expect(
      (await alice.visitor.get(`${alice.base}/about`)).root.querySelector('.actions button'),
    ).not.toBeNull();
    const earlier = await ask(alice, { day: '2023-07-09', reason: 'Why not.' });
    expect(errorAt(earlier, 'extension-day')).toContain('after the present deadline: 10 July 2023');
    on.setTime('2023-07-05T08:00:00Z');
    const bob = await respondent(on, round, 'IRQ');
    const past = await ask(bob, { day: '2023-07-04', reason: 'متأخر' });
    expect(errorAt(past, 'extension-day')).toContain('انقضى هذا اليوم');
  });

  it('is what reminders go by: the extended State is reminded, the late one is not', async () => {
    on.setTime('2023-07-06T08:00:00Z');
    const selection = await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    expect(selection.enqueued).toBe(2);
    expect(selection.skipped).toContainEqual({
      state: 'IRQ',
      audience: 'affected',
      reason: 'the deadline has passed',
    });
    // Emine's ends between queueing and sending.
    on.setTime('2023-07-07T10:45:00.001Z');
    await on.sendMail();
    expect(post.to('alice@example.org')[0]?.text).toContain('10 July 2023, 23:00');
    expect(post.to('emine@example.org')).toEqual([]);
  });

  it('is given by the secretariat without a request, answers an open one, and tells all contacts', async () => {
    const bob = await respondent(on, round, 'IRQ');
    await ask(bob, { day: '2023-07-20', reason: 'سبب' });
    const IRQ = { state: 'IRQ', audience: 'affected' };
    const result = await extendDeadline(on.services, round, IRQ, '2023-07-21T18:00', SYSTEM);
    expect(result).toEqual({ ok: true, until: new Date('2023-07-21T16:00:00Z'), enqueued: 1 });
    expect(await deadlineOn(bob)).toContain('21 يوليو 2023، 19:00');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'extension.granted', actor: SYSTEM });
    expect(JSON.stringify(row)).not.toContain('سبب');
    await on.sendMail();
    expect(post.to('bob@example.org')[0]?.text).toContain('21 يوليو 2023، 19:00');
    const refuse = async (wanted: string, of = IRQ) =>
      (await extendDeadline(on.services, round, of, wanted, SYSTEM)) as { reason: string };
    expect((await refuse('2023-06-30T17:59')).reason).toBe('early');
    expect((await refuse('2043-06-30T17:59')).reason).toBe('far');
    expect((await refuse('now')).reason).toBe('time');
    expect((await refuse('2023-07-21T18:00', { state: 'AFG', audience: 'donor' })).reason).toBe(
      'unknown',
    );
    on.setTime(AFTER);
    expect((await refuse('2023-06-30T18:00')).reason).toBe('past');
  });

  it('cannot be asked for once the round is closed: the page says so and keeps the words', async () => {
    const fred = await respondent(on, round, 'USA', 'donor');
    const before = await fred.visitor.get(`${fred.base}/extension`);
    await closeRound(on.services, SLUG, SYSTEM);
    const page = await fred.visitor.submit(before, FORM, WISH);
    expect([page.status, page.text('.summary')]).toEqual([
      422,
      expect.stringContaining('This questionnaire is closed'),
    ]);
    expect(page.text('#extension-reason')).toBe(WISH.reason);
    const after = await fred.visitor.get(`${fred.base}/extension`);
    expect(after.root.querySelector(FORM)).toBeNull();
    expect(after.text('main')).toContain('This questionnaire is closed');
    expect((await fred.visitor.get(fred.base)).text('.note')).not.toContain('Ask for more time');
  });
});

describe('a wanted day', () => {
  it('ends at the hour at which the round closes, whatever the clocks do and wherever the machine is', () => {
    const program = `
      import { wantedUntil, mayExtend, fieldTime } from './server/rounds/extension.ts';
      const round = { closesAt: new Date('${CLOSES}'), zone: 'Europe/Zurich' };
      const now = new Date('2023-06-20T00:00:00Z');
      const days = ['2023-07-01', '2023-10-28', '2023-10-29', '2024-02-29', '2024-03-31'];
      console.log(JSON.stringify([new Date('2023-05-01T00:00:00Z').getHours(), days.map((day) => {
        const { wanted } = wantedUntil(round, round.closesAt, day, now);
        return [wanted.toISOString(), fieldTime(wanted, round.zone), mayExtend(round, wanted, now)];
      })]));`;
    const runs = ['UTC', 'Pacific/Kiritimati', 'America/St_Johns'].map((zone) => {
      const output = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', program],
        { cwd: join(import.meta.dirname, '..', '..'), env: { ...process.env, TZ: zone } },
      );
      return JSON.parse(output.toString()) as [number, unknown];
    });
    expect(runs.map(([hours]) => hours)).toEqual([0, 14, 21]);
    for (const [, said] of runs)
      expect(said).toEqual([
        ['2023-07-01T16:00:00.000Z', '2023-07-01T18:00', 'ok'],
        ['2023-10-28T16:00:00.000Z', '2023-10-28T18:00', 'ok'],
        ['2023-10-29T17:00:00.000Z', '2023-10-29T18:00', 'ok'],
        ['2024-02-29T17:00:00.000Z', '2024-02-29T18:00', 'ok'],
        ['2024-03-31T16:00:00.000Z', '2024-03-31T18:00', 'ok'],
      ]);
  });

  it('may be the day on which the clocks leave the hour out: then it is the hour after', () => {
    const night = { ...round, closesAt: new Date('2024-03-20T01:30:00Z') };
    const now = new Date('2024-03-01T00:00:00Z');
    expect(wantedUntil(night, night.closesAt, '2024-03-31', now)).toEqual({
      ok: true,
      wanted: new Date('2024-03-31T01:30:00Z'),
    });
    expect(fieldTime(new Date('2024-03-31T01:30:00Z'), night.zone)).toBe('2024-03-31T03:30');
    expect(mayExtend(night, night.closesAt, now)).toBe('ok');
  });
});
