/** What follows from a report: the mail's outcome, no more mail to who cannot be reached, and somebody else of the State. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { resumeMail } from '../../server/bounces/effects.ts';
import { noteRefusals } from '../../server/bounces/refusals.ts';
import { invite, remind } from '../../server/invitations/invite.ts';
import { mailLostLinks } from '../../server/invitations/lost-link.ts';
import { resumeOutbox } from '../../server/mail/pause.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts } from '../../server/states/load.ts';
import { whyUnreachable } from '../../server/states/state.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { mailTo, refusal, reportAbout, take } from '../support/returned.ts';
import { CAST, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type ScriptedServer, scriptedSmtp } from '../support/scripted-smtp.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

const bySystem = { dryRun: false, actor: SYSTEM };
let on: TestApp;
let post: Mailbox;
let round: Round;

/** A round of its own for each part, with its mails sent. */
async function begin(contacts = CAST): Promise<void> {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, bounceAddress: 'bounces@secretariat.example' });
  round = await openedRound(on, { contacts });
  await on.sendMail();
  post.mails.length = 0;
}
async function end(): Promise<void> {
  await on.close();
  await post.close();
}

const contactOf = async (email: string) => {
  const [contact] = await on.services.contacts.byAddress(email);
  if (!contact) throw new Error(`${email} is nobody`);
  return contact;
};
const remindLater = async (iso: string) => {
  on.setTime(iso);
  post.mails.length = 0;
  const selection = await remind(on.services, round, bySystem);
  await on.sendMail();
  return selection;
};
/** A session of its own each time: hours pass between. */
const admin = (): Promise<Visitor> => signedIn(on, 'admin');
const roundPage = async () => (await admin()).get(`/admin/rounds/${SLUG}`);
const loadMore = (rows: string) =>
  loadContacts(
    on.services,
    `state,audience,name,post,email,language\n${rows}`,
    ['affected', 'donor'],
    bySystem,
  );

describe('a mail that comes back for good', () => {
  beforeAll(() => begin());
  afterAll(end);

  it('is noted once, however often the report is read; the mail is refused, and mail to the contact stops', async () => {
    const message = await mailTo(on, 'alice@example.org');
    expect(message.status).toBe('accepted');
    const raw = refusal(on, message, 'alice@example.org', {
      words: '550 5.1.1 <alice@example.org> no such user',
    });
    on.setTime('2023-05-03T08:00:00Z');
    // Two processes, and the same mail once more.
    const outcomes = await Promise.all([take(on, raw), take(on, raw)]);
    expect(outcomes.sort()).toEqual(['noted', 'seen']);
    expect(await take(on, raw)).toBe('seen');
    expect(await on.services.messages.find(message._id)).toMatchObject({
      status: 'hard',
      reply: 'came back: 5.1.1 550 5.1.1 <alice@example.org> no such user',
      endedAt: new Date('2023-05-03T08:00:00Z'),
    });
    const contact = await contactOf('alice@example.org');
    expect(contact.undeliverable).toEqual({
      at: new Date('2023-05-03T08:00:00Z'),
      address: 'alice@example.org',
      reason: '550 5.1.1 <alice@example.org> no such user',
      code: '5.1.1',
    });
    expect(whyUnreachable(contact)).toBe('bounced on 2023-05-03 (5.1.1)');
    const rows = (await on.services.audit.list(20)).filter(({ actor }) => actor.id === 'bounces');
    expect(rows.map(({ event, subject }) => [event, subject.id])).toEqual(
      [
        ['bounce.noted', message._id],
        ['contact.mail-stopped', contact._id],
      ].reverse(),
    );
  });

  it('shows on the page of the round as a State of which nobody can be reached, with a hint whom to ask', async () => {
    const page = await roundPage();
    const text = page.text('#unreachable');
    expect(text).toContain('Cambodia: nobody can be reached');
    expect(text).toContain('Mail to Alice Chan came back on 3 May 2023');
    expect(page.all('#unreachable a[href="/admin/contacts"]')).toHaveLength(1);
    // Nobody else speaks for Cambodia; for Türkiye another audience does.
    expect(text).not.toContain('may know');
    await take(on, refusal(on, await mailTo(on, 'emre@example.org'), 'emre@example.org'));
    const turkey = (await roundPage()).text('#unreachable');
    expect(turkey).toContain('Türkiye: nobody can be reached');
    expect(turkey).toContain('may know: Emine Demir');
  });

  it('is followed by no mail at all: no invitation, reminder, lost link or answer', async () => {
    const selection = await remindLater('2023-05-04T08:00:00Z');
    expect(selection.skipped).toContainEqual({
      state: 'KHM',
      audience: 'affected',
      reason: 'mail cannot be delivered',
    });
    const again = await invite(on.services, round, bySystem);
    expect(again).toMatchObject({ selected: 5, enqueued: 0 });
    expect(
      again.skipped.filter(({ reason }) => reason === 'mail cannot be delivered'),
    ).toHaveLength(2);
    expect(await mailLostLinks(on.services, 'alice@example.org')).toBe(0);
    // Queued all the same, by whatever way: the worker looks too.
    const message = await mailTo(on, 'alice@example.org');
    const { round: of, invitation, contact } = message;
    const mail = { key: 'one more', template: 'extension-refused' as const, about: {} };
    await on.services.messages.enqueue(
      { ...mail, round: of, invitation, contact },
      on.services.clock(),
    );
    await on.sendMail();
    expect(await mailTo(on, 'alice@example.org')).toMatchObject({
      status: 'cancelled',
      reply: 'bounced on 2023-05-03 (5.1.1)',
    });
    expect(post.to('alice@example.org')).toEqual([]);
    expect(post.to('bob@example.org')).toHaveLength(1);
    // The button does not count those who are not asked any more.
    expect((await roundPage()).text('a[href$="kind=invitation"]')).toBe('Invite 0 people');
  });

  it('is settled by a new contact, who is invited', async () => {
    await loadMore('KHM,affected,Arun Sok,Director,arun@example.org,en\n');
    const page = (await roundPage()).text('#unreachable');
    expect(page).not.toContain('Cambodia: nobody can be reached');
    expect(page).toContain('Cambodia: mail came back');
    expect(page).toContain('Also asked, and can be reached: Arun Sok.');
    await invite(on.services, round, bySystem);
    await on.sendMail();
    expect(post.to('arun@example.org')).toHaveLength(1);
    expect(post.to('alice@example.org')).toEqual([]);
  });

  it('is not forgotten when the file of contacts is loaded again; another address would be a new chance', async () => {
    await loadMore('KHM,affected,Alice Chan-Sok,Director,alice@example.org,en\n');
    const contact = await contactOf('alice@example.org');
    expect(contact.name).toBe('Alice Chan-Sok');
    expect(whyUnreachable(contact)).not.toBeNull();
    expect(whyUnreachable({ ...contact, email: 'alice.chan@example.org' })).toBeNull();
  });

  it('is over when an administrator says so; a late report about the mail of before changes nothing', async () => {
    const contact = await contactOf('alice@example.org');
    const person = await admin();
    const page = await person.get(`/admin/bounces?contact=${contact._id}`);
    expect(page.text('section.note')).toContain('no mail goes to this address');
    const after = await person.submit(page, 'section.note form');
    expect(after.text('.done-note')).toBe('Mail goes to this address again.');
    expect(after.all('section.note form')).toEqual([]);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'contact.mail-resumed', subject: { id: contact._id } });
    expect(row?.actor.kind).toBe('account');
    const old = await on.services.messages.list({ status: 'hard' }, 100);
    const before = old.find((one) => one.contact === contact._id);
    expect(
      await take(on, refusal(on, before ?? { _id: '' }, 'alice@example.org', { id: 'late' })),
    ).toBe('noted');
    expect(whyUnreachable(await contactOf('alice@example.org'))).toBeNull();
    await remindLater('2023-05-07T08:00:00Z');
    expect(post.to('alice@example.org')).toHaveLength(1);
    // A new mail that comes back counts.
    await take(on, refusal(on, await mailTo(on, 'alice@example.org'), 'alice@example.org'));
    expect(whyUnreachable(await contactOf('alice@example.org'))).toBe(
      'bounced on 2023-05-07 (5.1.1)',
    );
  });

  it('to a State that has answered asks for nobody else', async () => {
    await on.services.connection
      .collection('responses')
      .updateOne(
        { state: 'TCD' },
        { $set: { submitted: { revision: 1, submittedAt: new Date(), reference: 'X', by: {} } } },
      );
    await take(on, refusal(on, await mailTo(on, 'chantal@example.org'), 'chantal@example.org'));
    expect(whyUnreachable(await contactOf('chantal@example.org'))).not.toBeNull();
    expect((await roundPage()).text('#unreachable')).not.toContain('Chad');
  });
});

describe('a mail that comes back for now', () => {
  beforeAll(() => begin());
  afterAll(end);

  /** A reminder on that day, which comes back. */
  async function softOn(day: string, options: Parameters<typeof refusal>[3] = { status: '4.2.2' }) {
    await remindLater(`${day}T08:00:00Z`);
    const message = await mailTo(on, 'bob@example.org');
    expect(message.template).toBe('reminder-not-started');
    await take(on, refusal(on, message, 'bob@example.org', options));
    return message;
  }

  it('stops nothing, and is not tried again by itself', async () => {
    const message = await softOn('2023-05-04');
    expect(await on.services.messages.find(message._id)).toMatchObject({ status: 'accepted' });
    expect(whyUnreachable(await contactOf('bob@example.org'))).toBeNull();
    expect((await roundPage()).text('#unreachable')).not.toContain('Iraq');
  });

  it('counts once for each mail, and not when the refusal speaks of us', async () => {
    const message = await mailTo(on, 'bob@example.org');
    for (const id of ['again', 'and again', 'and once more'])
      await take(on, refusal(on, message, 'bob@example.org', { status: '4.2.2', id }));
    await softOn('2023-05-06', { status: '5.7.1', words: 'blocked as spam' });
    await softOn('2023-05-08', { status: '4.7.1', words: 'greylisted' });
    expect(whyUnreachable(await contactOf('bob@example.org'))).toBeNull();
    const page = await (await admin()).get('/admin/bounces');
    expect(page.text('main')).toContain('2 servers refused us and not the address');
  });

  it('does not add up over more than two weeks; three within them stop the mail', async () => {
    await softOn('2023-05-19');
    await softOn('2023-05-26', { status: '5.2.2', words: 'mailbox full' });
    expect(whyUnreachable(await contactOf('bob@example.org'))).toBeNull();
    const third = await softOn('2023-06-01', { status: '4.4.1', words: 'timed out' });
    expect(whyUnreachable(await contactOf('bob@example.org'))).toBe(
      'bounced on 2023-06-01 (4.4.1)',
    );
    expect((await on.services.messages.find(third._id))?.status).toBe('hard');
    expect((await roundPage()).text('#unreachable')).toContain('Iraq: nobody can be reached');
  });

  it('begins to count anew when an administrator has cleared the contact', async () => {
    on.setTime('2023-06-02T08:00:00Z');
    await resumeMail(on.services, (await contactOf('bob@example.org'))._id, SYSTEM);
    await softOn('2023-06-03');
    expect(whyUnreachable(await contactOf('bob@example.org'))).toBeNull();
  });
});

describe('what is no refusal', () => {
  beforeAll(() => begin());
  afterAll(end);

  it.each([
    ['postfix-delayed', 'carla@ministry.example', 'delayed'],
    ['postfix-relayed', 'dora@ministry.example', 'delivered'],
    ['absence-exchange-english', 'tara@ministry.example', 'out-of-office'],
    ['complaint-abuse', 'erin@mail.example', 'complaint'],
    ['challenge-boxtrapper', 'gina@ministry.example', 'challenge'],
  ])('%s is noted and changes nothing', async (file, named, kind) => {
    const message = await mailTo(on, 'dora@example.org');
    expect(await take(on, reportAbout(on, file, message, { named, now: 'dora@example.org' }))).toBe(
      'noted',
    );
    const [bounce] = await on.services.bounces.list({}, 1);
    expect(bounce).toMatchObject({ kind, message: message._id, stopped: false });
    expect(await on.services.messages.find(message._id)).toEqual(message);
    expect(whyUnreachable(await contactOf('dora@example.org'))).toBeNull();
  });

  it('tells when an absent person is back', async () => {
    const page = await (await admin()).get('/admin/bounces?show=out-of-office');
    expect(page.text('tbody')).toContain('I am out of the office until 15 May 2023');
    expect(page.text('tbody')).toContain('Back on 15 May 2023.');
  });

  it('about a list of which one member is gone keeps the list, and tells the administrator', async () => {
    const message = await mailTo(on, 'fred@example.org');
    const raw = reportAbout(on, 'postfix-list-one-member-gone', message, {
      named: 'office@ministry.example',
      now: 'fred@example.org',
    });
    await take(on, raw);
    const [bounce] = await on.services.bounces.list({}, 1);
    expect(bounce).toMatchObject({
      kind: 'soft',
      elsewhere: true,
      recipient: 'gone@ministry.example',
    });
    expect(whyUnreachable(await contactOf('fred@example.org'))).toBeNull();
    const page = await (await admin()).get(`/admin/bounces/${bounce?._id}`);
    expect(page.text('main')).toContain('The report names another address, gone@ministry.example.');
  });

  it('about the mail of somebody who signs in, or of a colleague, refuses that mail and stops nobody', async () => {
    const account = { key: 'sign-in x', template: 'sign-in' as const, about: { signIn: 'x' } };
    const [person] = await on.services.accounts.all();
    await on.services.messages.enqueue(
      { ...account, account: person?._id ?? '' },
      on.services.clock(),
    );
    const [message] = await on.services.messages.list({}, 1);
    await on.services.connection
      .collection('messages')
      .updateOne({ key: 'sign-in x' }, { $set: { status: 'accepted' } });
    await take(on, refusal(on, message ?? { _id: '' }, person?.email ?? ''));
    expect((await on.services.messages.find(message?._id ?? ''))?.status).toBe('hard');
  });
});

describe('a mail that the server refuses at once', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await scriptedSmtp();
    on = await testApp({ smtpUrl: server.url() });
    post = await mailbox();
    round = await openedRound(on, { invited: false });
  });
  afterAll(async () => {
    await end();
    await server.close();
  });

  /** Everybody gets an invitation or a reminder, and the server answers so to each address. */
  async function refusedWith(script: ScriptedServer['script'], iso: string): Promise<number> {
    on.setTime(iso);
    server.script = script;
    await invite(on.services, round, bySystem);
    await remind(on.services, round, bySystem);
    await on.sendMail();
    await noteRefusals(on.services);
    return (await on.services.contacts.all()).filter(whyUnreachable).length;
  }

  it('by its policy stops nobody: a block list must not cut off every State', async () => {
    expect(await refusedWith({ body: 554 }, '2023-05-02T08:00:00Z')).toBe(0);
    const [bounce] = await on.services.bounces.list({}, 1);
    expect(bounce).toMatchObject({ source: 'server', kind: 'soft', subject: 'us' });
  });

  it('since the address is gone stops mail to it, once', async () => {
    expect(await refusedWith({ to: 550 }, '2023-05-03T08:00:00Z')).toBe(7);
    const before = (await on.services.bounces.list({}, 100)).length;
    expect(await noteRefusals(on.services)).toBe(0);
    expect(await on.services.bounces.list({}, 100)).toHaveLength(before);
    expect((await roundPage()).text('#unreachable')).toContain('Cambodia: nobody can be reached');
  });

  it('is news again when it is sent again and refused again, after an administrator cleared the contact', async () => {
    const contact = await contactOf('alice@example.org');
    on.setTime('2023-05-04T08:00:00Z');
    await resumeMail(on.services, contact._id, SYSTEM);
    expect(await noteRefusals(on.services)).toBe(0);
    expect(whyUnreachable(await contactOf('alice@example.org'))).toBeNull();
    const message = await mailTo(on, 'alice@example.org');
    await on.services.transaction((session) =>
      on.services.messages.resend({ ids: [message._id] }, 'account', on.services.clock(), session),
    );
    // So many refusals have paused the outbox by themselves.
    await resumeOutbox(on.services, null);
    await on.sendMail();
    expect(await noteRefusals(on.services)).toBe(1);
    expect(whyUnreachable(await contactOf('alice@example.org'))).toBe(
      'bounced on 2023-05-04 (5.0.0)',
    );
  });
});
