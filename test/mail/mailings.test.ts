/** Mailings by their pages: who gets it and who does not is shown, confirmed, and held to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { SYSTEM } from '../../server/audit/event.ts';
import { saveTemplate } from '../../server/mail/template-save.ts';
import { extendDeadline } from '../../server/rounds/extend.ts';
import { closeRound, createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts } from '../../server/states/load.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { confirmed, confirmPage, mailingOn } from '../support/mailings.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

const START = '2023-05-20T08:00:00Z';
let on: TestApp;
let post: Mailbox;
/** Signed in at the time that it is; `first` at the start. */
let admin: Visitor;
let first: Visitor;
let round: Round;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'KHM');
  await answered(on, round, 'IRQ', { sections: 2 });
  on.setTime(START);
  first = await signedIn(on, 'admin');
});
beforeEach(async () => {
  // Each test begins with a round in which people were invited, and nothing else was sent.
  const { connection } = on.services;
  await connection.collection('mailings').deleteMany({ kind: { $ne: 'invitation' } });
  await connection.collection('messages').deleteMany({ template: { $ne: 'invitation' } });
  post.mails.length = 0;
  on.setTime(START);
  admin = first;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

/** Later. A session ends after half a day, so the administrator signs in anew. */
async function later(iso: string): Promise<void> {
  on.setTime(iso);
  admin = await signedIn(on, 'admin');
}
const reached = () => post.mails.map(addressOf).sort();
const addressOf = (mail: ParsedMail) => [mail.to ?? []].flat()[0]?.value[0]?.address ?? '';
const named = (...names: string[]) => names.map((name) => `${name}@example.org`).sort();
const look = (query: string) => confirmPage(admin, SLUG, query);
const rows = (page: SeenPage, table: string) =>
  page
    .all(`[aria-label="${table}"] tbody tr`)
    .map((row) =>
      row.querySelectorAll('th, td').map((cell) => cell.text.replace(/\s+/g, ' ').trim()),
    );
const whyNot = (page: SeenPage) =>
  rows(page, 'Why not').map(([state, , name, why]) => [state, name, why]);
const message = async (language: string, name = 'workshop') => {
  const of = { template: `message.${name}` as const, language };
  const text = { subject: 'On {{state}}', body: `Words in ${language} for {{name}}.` };
  const seen = (await on.services.templates.current(of.template, language))?.version ?? 0;
  const saved = await saveTemplate(on.services, of, text, seen, SYSTEM);
  if (!saved.ok) throw new Error(saved.reason);
};

describe('before a mailing is confirmed', () => {
  it('the page says how many will receive it, how many will not and why, each by name, and the languages', async () => {
    const page = await look('kind=reminder');
    expect(page.text('.lead')).toBe('6 people will receive it. 1 will not.');
    expect(rows(page, 'Who receives it').map(([state, , who]) => [state, who])).toEqual([
      ['Chad', 'Chantal Mbaye chantal@example.org'],
      ['Iraq', 'Bob Haddad bob@example.org'],
      ['Norway', 'Dora Lund dora@example.org'],
      ['Türkiye', 'Emine Demir emine@example.org'],
      ['Türkiye', 'Emre Kaya emre@example.org'],
      ['United States of America', 'Fred Grant fred@example.org'],
    ]);
    expect(whyNot(page)).toEqual([['Cambodia', 'Alice Chan', 'The State has submitted']]);
    expect(
      rows(page, 'The words').map(([language, what, people]) => [language, what, people]),
    ).toEqual([
      ['العربية', 'Reminder: draft not submitted', '1'],
      ['English', 'Reminder: not started', '4'],
      ['Français', 'Reminder: not started', '1'],
    ]);
    expect(page.text('#confirm button')).toBe('Send 6 mails');
  });

  it('nothing is written, however often it is looked at', async () => {
    const before = await dump(on.services.connection, { without: ['sessions'] });
    for (const path of [
      '/mailings',
      '/mailings/new?kind=message',
      '/mailings/confirm?kind=reminder',
      '/mailings/preview?kind=reminder',
      '/plan',
    ]) {
      await admin.get(`/admin/rounds/${SLUG}${path}`);
      await admin.agent.head(`/admin/rounds/${SLUG}${path}`);
    }
    expect(await dump(on.services.connection, { without: ['sessions'] })).toEqual(before);
  });

  it.each([
    ['kind=invitation', 0, [['Cambodia', 'Alice Chan', 'Invited already']]],
    ['kind=reminder-not-started', 5, [['Iraq', 'Bob Haddad', 'The State has a draft']]],
    ['kind=reminder-draft', 1, [['Chad', 'Chantal Mbaye', 'The State has not started']]],
    ['kind=thanks', 1, [['Iraq', 'Bob Haddad', 'The State has not submitted']]],
    [
      'kind=deadline-tomorrow',
      0,
      [['Iraq', 'Bob Haddad', 'The deadline is more than two days away']],
    ],
    ['kind=reminder&audience=donor', 3, []],
    ['kind=reminder&region=african', 1, []],
    ['kind=reminder&group=donorNonParties', 1, []],
    ['kind=reminder&who=hand&place=TCD+affected&place=TUR+donor', 2, []],
    ['kind=message&message=message.workshop&status=draft', 1, []],
    ['kind=message&message=message.workshop&status=submitted&audience=affected', 1, []],
    ['kind=message&message=message.workshop&status=not_started', 5, []],
  ])('%s reaches %i, and leaves out with a reason', async (query, count, left) => {
    const page = await look(query);
    expect(rows(page, 'Who receives it')).toHaveLength(count);
    for (const row of left) expect(whyNot(page)).toContainEqual(row);
    if (left.length === 0 && !query.includes('message')) expect(whyNot(page)).toEqual([]);
  });

  it('a State that nobody speaks for is named, and one whose deadline has passed by then', async () => {
    const page = await look('kind=invitation');
    expect(whyNot(page)).toContainEqual(['Afghanistan', '', 'There is no contact']);
    await later('2023-06-30T17:00:00Z');
    await extendDeadline(
      on.services,
      round,
      { state: 'TCD', audience: 'affected' },
      '2023-07-02T18:00',
      SYSTEM,
    );
    const late = await look('kind=deadline-tomorrow');
    expect(rows(late, 'Who receives it').map(([state]) => state)).toEqual(['Chad']);
    expect(whyNot(late)).toContainEqual(['Iraq', 'Bob Haddad', 'The deadline has passed by then']);
    await on.services.connection
      .collection('invitations')
      .updateOne({ state: 'TCD' }, { $set: { closesAt: null } });
  });
});

describe('confirming', () => {
  it('sends to those who were shown, with their own text and language, and its page tells what became of each', async () => {
    const page = await confirmed(admin, SLUG, 'kind=reminder&audience=affected');
    expect(page.path).toMatch(/^\/admin\/mailings\/[0-9a-f]{24}$/);
    expect(page.text('.facts')).toContain('Being sent');
    await on.sendMail();
    expect(reached()).toEqual(named('bob', 'chantal', 'emine'));
    expect(post.to('bob@example.org')[0]?.text).toContain('وإجاباتكم المحفوظة');
    expect(post.to('chantal@example.org')[0]?.subject).toContain('Rappel');
    const after = await admin.get(page.path);
    expect(after.text('.facts')).toContain('Done');
    expect(after.text('.facts')).toContain('Accepted: 3');
    expect(after.text('.facts')).toContain('The State has submitted: 1');
    expect(rows(after, 'Who receives it')).toHaveLength(3);
    for (const link of after.all('tbody a'))
      expect((await admin.get(link.getAttribute('href') ?? '')).status).toBe(200);
    const list = await admin.get(`/admin/rounds/${SLUG}/mailings`);
    expect(rows(list, 'Mailings')[0]?.slice(0, 5)).toEqual([
      'Reminder to all who have not submitted',
      'Done',
      ...['3', '0', '3'],
    ]);
  });

  it('by a double click makes one mailing, and both clicks land on it', async () => {
    const page = await look('kind=reminder');
    const pressed = await Promise.all([1, 2, 3].map(() => admin.submit(page, '#confirm')));
    expect(new Set(pressed.map((one) => one.path)).size).toBe(1);
    const again = await admin.submit(page, '#confirm');
    expect(again.path).toBe(pressed[0]?.path);
    expect(await on.services.mailings.ofRound(SLUG)).toHaveLength(2);
    await on.sendMail();
    expect(post.mails).toHaveLength(6);
  });

  it('is shown again instead of sent when the people have changed meanwhile', async () => {
    const page = await look('kind=reminder&audience=donor');
    await answered(on, round, 'USA', { audience: 'donor' });
    const again = await admin.submit(page, '#confirm');
    expect(again.status).toBe(409);
    expect(again.text('.summary')).toContain('the people or the words have changed');
    expect(again.text('.lead')).toBe('2 people will receive it. 1 will not.');
    expect(await on.services.messages.list({ round: SLUG, status: 'queued' }, 10)).toEqual([]);
    const done = await admin.submit(again, '#confirm');
    expect(done.text('h2')).toBe('2 mails');
  });

  it('is shown again when somebody changed the words, or the address of one of them', async () => {
    await message('en');
    const query = 'kind=message&message=message.workshop&who=hand&place=NOR+donor';
    const page = await look(query);
    const of = { template: 'message.workshop', language: 'en' } as const;
    const seen = (await on.services.templates.current(of.template, 'en'))?.version ?? 0;
    await saveTemplate(on.services, of, { subject: 'Other', body: 'Other words.' }, seen, SYSTEM);
    expect((await admin.submit(page, '#confirm')).status).toBe(409);
    const next = await look(query);
    const contacts = on.services.connection.collection('contacts');
    await contacts.updateOne({ name: 'Dora Lund' }, { $set: { email: 'Dora@example.org' } });
    expect((await admin.submit(next, '#confirm')).status).toBe(409);
    expect((await confirmed(admin, SLUG, query)).path).toContain('/admin/mailings/');
  });

  it('needs a form of this session, and a key', async () => {
    const page = await look('kind=thanks');
    expect((await admin.submit(page, '#confirm', { token: 'x' })).status).toBe(403);
    expect((await admin.submit(page, '#confirm', { key: '$ne' })).status).toBe(403);
    expect((await admin.submit(page, '#confirm', { digest: 'x' })).status).toBe(409);
    expect(await on.services.mailings.ofRound(SLUG)).toHaveLength(1);
  });

  it('keeps to the words that were confirmed, whatever is saved afterwards', async () => {
    await message('en');
    const query = 'kind=message&message=message.workshop&who=hand&place=NOR+donor';
    await confirmed(admin, SLUG, query);
    const of = { template: 'message.workshop', language: 'en' } as const;
    const seen = (await on.services.templates.current(of.template, 'en'))?.version ?? 0;
    await saveTemplate(on.services, of, { subject: 'New', body: 'New words.' }, seen, SYSTEM);
    await on.sendMail();
    expect(post.mails[0]?.text).toContain('Words in en for Dora Lund.');
  });
});

describe('decided again when it is sent', () => {
  it('whoever submitted, started, or was found not to be the right person meanwhile gets none', async () => {
    await confirmed(admin, SLUG, 'kind=reminder&audience=affected');
    // Iraq has a draft and submits; Chad had not started and starts; Emine is released.
    await answered(on, round, 'IRQ', { seed: 3 }).catch(() => {});
    await answered(on, round, 'TCD', { sections: 1 });
    const turkey = await on.services.invitations.ofState(SLUG, 'TUR', 'affected');
    const [emine] = await on.services.contacts.of('TUR', 'affected');
    const { invitations, transaction } = on.services;
    await transaction((s) => invitations.release(turkey?._id ?? '', emine?._id ?? '', s));
    await on.sendMail();
    const replies = await on.services.messages.list({ round: SLUG, status: 'cancelled' }, 10);
    expect(replies.map((one) => one.reply)).toContain('the State has started');
    expect(replies.map((one) => one.reply)).toContain('the contact is not the right person');
    expect(reached()).not.toContain('chantal@example.org');
    expect(reached()).not.toContain('emine@example.org');
    await transaction((s) => invitations.take(turkey?._id ?? '', emine?._id ?? '', s));
  });

  it('"last days" is for the deadline that counts then: more time granted meanwhile, and it is not sent', async () => {
    await later('2023-06-29T07:00:00Z');
    await confirmed(admin, SLUG, 'kind=deadline-tomorrow&audience=donor');
    await extendDeadline(
      on.services,
      round,
      { state: 'NOR', audience: 'donor' },
      '2023-07-14T18:00',
      SYSTEM,
    );
    await on.sendMail();
    const subjects = post.mails.map((mail) => [
      addressOf(mail),
      mail.subject?.includes('last days'),
    ]);
    expect(subjects).toContainEqual(['emre@example.org', true]);
    expect(subjects).not.toContainEqual([expect.stringMatching(/dora/i), true]);
    expect(post.to('emre@example.org')[0]?.text).toContain('Time left: 1 day.');
    const { connection } = on.services;
    await connection
      .collection('invitations')
      .updateMany({ state: 'NOR' }, { $set: { closesAt: null } });
  });

  it('thanks go to those who submitted, once, and carry the reference', async () => {
    await confirmed(admin, SLUG, 'kind=thanks&who=hand&place=KHM+affected');
    await on.sendMail();
    const response = await on.services.responses.find(
      (await on.services.invitations.ofState(SLUG, 'KHM', 'affected'))?._id ?? '',
    );
    expect(post.to('alice@example.org')[0]?.text).toContain(response?.submitted?.reference);
    expect(whyNot(await look('kind=thanks&who=hand&place=KHM+affected'))).toEqual([
      ['Cambodia', 'Alice Chan', 'Thanked already'],
    ]);
  });
});

describe('a message for one occasion', () => {
  it('needs its text in every language of those who are chosen, and says so in words', async () => {
    await message('en', 'seminar');
    const query = 'kind=message&message=message.seminar&audience=affected';
    const page = await look(query);
    expect(page.text('.summary')).toContain('There is no text in Français');
    expect(page.text('.summary')).toContain('There is no text in العربية');
    expect(page.root.querySelector('#confirm')).toBeNull();
    const form = { kind: 'message', message: 'message.seminar', audience: 'affected' };
    const token = page.root.querySelector('form [name="token"]')?.getAttribute('value') ?? '';
    const key = '0123456789abcdef01234567';
    const pushed = await admin.post(`/admin/rounds/${SLUG}/mailings`, { ...form, token, key });
    expect(pushed.status).toBe(422);
    for (const language of ['fr', 'ar']) await message(language, 'seminar');
    await confirmed(admin, SLUG, query);
    await on.sendMail();
    expect(post.to('bob@example.org')[0]?.text).toContain('Words in ar for Bob Haddad.');
    expect(post.to('chantal@example.org')[0]?.text).toContain('Words in fr for Chantal Mbaye.');
    // No link in the words: none was made.
    expect(linksIn(post.to('bob@example.org')[0] as ParsedMail)).toEqual([]);
  });

  it('asks which one when none is chosen, and to tick when nobody is', async () => {
    const page = await look('kind=message&who=hand');
    expect(page.status).toBe(422);
    expect(page.text('#error-message')).toContain('Choose the message.');
    expect(page.text('#error-place')).toContain('Tick at least one State.');
  });
});

describe('a time', () => {
  it.each([
    ['', 'Enter a date and a time.'],
    ['soon', 'Enter a date and a time.'],
    ['2023-03-26T02:30', 'Enter a date and a time.'],
    ['2023-05-20T09:59', 'This time is over.'],
    ['2023-06-30T18:00', 'By then the deadline has passed for all: 30 June 2023, 18:00'],
    ['2025-06-30T18:00', 'Choose a time within a year.'],
  ])('of "%s" is refused', async (at, why) => {
    const page = await look(`kind=reminder&when=later&at=${at}`);
    expect([page.status, page.text('#error-at')]).toEqual([422, expect.stringContaining(why)]);
    expect(page.root.querySelector('#at')?.getAttribute('value')).toBe(at);
  });

  it('before the opening is refused', async () => {
    const { questionnaire } = round;
    const times = { opens: '2023-06-01T09:00', closes: '2023-06-30T18:00', zone: 'Europe/Zurich' };
    await createRound(on.services, { slug: 'june', questionnaire, ...times }, SYSTEM);
    await openRound(on.services, 'june', SYSTEM);
    const page = await confirmPage(admin, 'june', 'kind=invitation&when=later&at=2023-05-30T09:00');
    expect(page.text('#error-at')).toContain('The round opens on 1 June 2023, 09:00.');
    const now = await confirmPage(admin, 'june', 'kind=invitation');
    expect(now.text('.facts')).toContain('When the round opens: 1 June 2023, 09:00');
  });

  it('is by the clocks of the round; nothing goes before it, and what was submitted before it gets none', async () => {
    const query = 'kind=reminder&audience=donor&when=later&at=2023-05-25T09:00';
    const page = await confirmed(admin, SLUG, query);
    expect(page.text('.facts')).toContain('Scheduled');
    expect(page.text('.facts')).toContain('25 May 2023, 09:00');
    on.setTime('2023-05-25T06:59:59Z');
    await on.sendMail();
    expect(reached()).toEqual([]);
    await answered(on, round, 'TUR', { audience: 'donor' });
    on.setTime('2023-05-25T07:00:00Z');
    await on.sendMail();
    expect(reached().map((one) => one.toLowerCase())).toEqual(named('dora'));
    const [cancelled] = await on.services.messages.list({ status: 'cancelled' }, 1);
    expect(cancelled?.reply).toBe('the State has submitted');
  });

  it('of a scheduled reminder keeps others away from the same day, and from no other', async () => {
    await confirmed(
      admin,
      SLUG,
      'kind=reminder&who=hand&place=NOR+donor&when=later&at=2023-05-28T09:00',
    );
    const sameDay = await look(
      'kind=reminder&who=hand&place=NOR+donor&when=later&at=2023-05-28T18:00',
    );
    expect(whyNot(sameDay)).toEqual([
      ['Norway', 'Dora Lund', 'Reminded within a day, or about to be'],
    ]);
    expect(
      rows(await look('kind=reminder&who=hand&place=NOR+donor'), 'Who receives it'),
    ).toHaveLength(1);
  });
});

describe('holding back and ending', () => {
  it('what has not gone waits, goes on, and never goes twice', async () => {
    const page = await confirmed(admin, SLUG, 'kind=reminder');
    const held = await admin.submit(page, 'form[action$="/pause"]');
    expect(held.text('.facts')).toContain('Held back');
    expect(await on.services.mailings.paused()).toEqual([mailingOn(page)]);
    const count = (await on.services.messages.list({ round: SLUG, status: 'queued' }, 100)).length;
    await on.sendMail();
    expect(reached()).toEqual([]);
    const going = await admin.submit(held, 'form[action$="/resume"]');
    expect(going.text('.facts')).toContain('Being sent');
    expect(await on.services.mailings.paused()).toEqual([]);
    await on.sendMail();
    await on.sendMail();
    expect(post.mails).toHaveLength(count);
  });

  it('another mailing goes out while one is held back', async () => {
    const page = await confirmed(admin, SLUG, 'kind=thanks&who=hand&place=KHM+affected');
    await admin.submit(page, 'form[action$="/pause"]');
    await confirmed(admin, SLUG, 'kind=reminder&who=hand&place=NOR+donor');
    await on.sendMail();
    expect(reached().map((one) => one.toLowerCase())).toEqual(named('dora'));
  });

  it('ended, it says how many will not go and how many had gone', async () => {
    const page = await confirmed(admin, SLUG, 'kind=thanks');
    const mails = await on.services.mailings.mailsOf(mailingOn(page), 100);
    const messages = on.services.connection.collection('messages');
    await messages.updateOne({ key: mails[0]?.key }, { $set: { status: 'accepted' } });
    const ended = await admin.submit(page, 'form[action$="/cancel"]');
    const left = mails.length - 1;
    expect(ended.text('.done-note')).toBe(
      `${left} mail${left === 1 ? '' : 's'} will not go out. 1 had gone already.`,
    );
    expect(ended.all('form[action*="/admin/mailings/"]')).toEqual([]);
    await on.sendMail();
    expect(reached()).toEqual([]);
    // A second press, in another window, changes nothing.
    expect((await admin.submit(page, 'form[action$="/cancel"]')).text('.done-note')).toBe('');
    expect(rows(await look('kind=thanks'), 'Who receives it')).toHaveLength(left);
  });

  it('ended while the mail server refuses for now, it is not tried again', async () => {
    const page = await confirmed(admin, SLUG, 'kind=reminder&who=hand&place=NOR+donor');
    const [mail] = await on.services.mailings.mailsOf(mailingOn(page), 1);
    const messages = on.services.connection.collection('messages');
    // In the hands of a worker at the moment of the press, and refused for now after it.
    await messages.updateOne(
      { key: mail?.key },
      { $set: { status: 'sending', leaseUntil: new Date('2023-05-20T08:02:00Z') } },
    );
    await admin.submit(page, 'form[action$="/cancel"]');
    await messages.updateOne({ key: mail?.key }, { $set: { status: 'soft', leaseUntil: null } });
    await on.sendMail();
    expect(reached()).toEqual([]);
    expect((await on.services.messages.find(mail?._id ?? ''))?.reply).toBe(
      'the mailing was cancelled',
    );
  });
});

describe('before it goes out', () => {
  it('it is seen as each person will see it, as HTML and as text, with a link that opens nothing', async () => {
    const links = await on.services.connection.collection('links').countDocuments();
    const page = await look('kind=reminder&audience=affected');
    const chad = page.all('td a').find((one) => one.text.includes('Chantal'));
    const seen = await admin.get(chad?.getAttribute('href') ?? '');
    expect(seen.text('pre.mail')).toContain('Madame/Monsieur Chantal Mbaye,');
    expect(seen.text('pre.mail')).toContain(`${on.url}/r/test`);
    const frame = await admin.get(seen.root.querySelector('iframe')?.getAttribute('src') ?? '');
    expect(frame.html).toContain('Chantal Mbaye');
    expect(frame.headers['content-security-policy']).toContain('sandbox');
    expect(frame.headers['cache-control']).toBe('no-store');
    const nothing = await visitor(on.app).get('/r/test');
    expect([nothing.status, nothing.text('h1')]).toEqual([200, 'This link opens nothing']);
    expect(await on.services.connection.collection('links').countDocuments()).toBe(links);
  });

  it('it can be tried on oneself: to the own address, marked, with no link of anybody', async () => {
    const links = await on.services.connection.collection('links').countDocuments();
    const page = await admin.get(
      `/admin/rounds/${SLUG}/mailings/preview?kind=reminder&who=hand&place=IRQ+affected&place=NOR+donor`,
    );
    const done = await admin.submit(page, 'form[action$="/test"]');
    expect(done.text('.done-note')).toContain('The test is on its way to admin-');
    await on.sendMail();
    expect(post.mails).toHaveLength(1);
    const [mail] = post.mails;
    expect(addressOf(mail as ParsedMail)).toMatch(/^admin-/);
    expect(mail?.subject).toMatch(/^\[Test\] /);
    expect(mail?.text).toContain('This is a test. The real mail would go to Dora Lund');
    expect(linksIn(mail as ParsedMail).every((link) => /\/r\/(test|lost)$/.test(link))).toBe(true);
    expect(mail?.headers.get('list')).toBeUndefined();
    expect(await on.services.connection.collection('links').countDocuments()).toBe(links);
    // It counts as nothing that anybody was sent.
    expect(
      rows(await look('kind=reminder&who=hand&place=NOR+donor'), 'Who receives it'),
    ).toHaveLength(1);
    const play = await admin.get(`/admin/rounds/${SLUG}`);
    expect(play.text('tbody')).not.toContain('Test');
  });
});

describe('who is no administrator', () => {
  it('neither sees nor makes one', async () => {
    const page = await look('kind=thanks');
    for (const role of ['committee', 'viewer']) {
      const person = await signedIn(on, role);
      expect((await confirmPage(person, SLUG, 'kind=thanks')).status).toBe(403);
      const token = page.root.querySelector('#confirm [name="token"]')?.getAttribute('value') ?? '';
      expect((await person.post(`/admin/rounds/${SLUG}/mailings`, { token })).status).toBe(403);
    }
  });
});

describe('hostile choices', () => {
  it.each(['kind=__proto__', 'kind[$ne]=x', 'kind=', ''])('with %s are no page', async (query) => {
    expect((await look(query)).status).toBe(404);
  });

  it.each([
    'kind=reminder&audience[$ne]=x&region=__proto__&group=constructor',
    'kind=reminder&audience=%24where&status=x&message=../../etc',
  ])('with %s count as no choice', async (query) => {
    expect(rows(await look(query), 'Who receives it')).toHaveLength(3);
  });

  it('of places that nobody has reach nobody', async () => {
    const page = await look(
      `kind=reminder&who=hand&place=${'A'.repeat(500)}&place=%24ne&place=QQQ+affected`,
    );
    expect(rows(page, 'Who receives it')).toEqual([]);
    expect(page.root.querySelector('#confirm')).toBeNull();
  });
});

describe('a closed round', () => {
  it('takes thanks, and no reminder', async () => {
    await closeRound(on.services, SLUG, SYSTEM);
    expect((await look('kind=reminder')).text('.summary')).toContain('The round is not open');
    await confirmed(admin, SLUG, 'kind=thanks&who=hand&place=KHM+affected');
    await on.sendMail();
    expect(post.mails.length).toBeGreaterThan(0);
  });
});

describe('a thousand people', () => {
  it('are one mailing, in one transaction', async () => {
    const { questionnaire } = round;
    const times = { opens: '2023-05-01T09:00', closes: '2023-06-30T18:00', zone: 'UTC' };
    await createRound(on.services, { slug: 'large', questionnaire, ...times }, SYSTEM);
    await openRound(on.services, 'large', SYSTEM);
    const csv = [
      'state,audience,name,post,email,language',
      ...Array.from(
        { length: 1000 },
        (_, n) => `KHM,affected,Person ${n},Post,p${n}@example.org,en`,
      ),
    ].join('\n');
    await loadContacts(on.services, csv, ['affected', 'donor'], { dryRun: false, actor: SYSTEM });
    const page = await confirmed(admin, 'large', 'kind=invitation');
    expect(page.text('main > h2')).toBe('1007 mails');
  });
});
