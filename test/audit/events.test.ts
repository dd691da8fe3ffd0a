/** Every change leaves its row in the audit, the row stands or falls with the change, and no row says more than ids. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { type AuditRow, SYSTEM } from '../../server/audit/event.ts';
import { invite } from '../../server/invitations/invite.ts';
import { mailLostLinks } from '../../server/invitations/lost-link.ts';
import { stopAddress } from '../../server/invitations/stop-reminders.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { askPath, asks, idOf, SIGNED } from '../support/asking.ts';
import { dump } from '../support/dump.ts';
import { confirmed } from '../support/mailings.ts';
import { mailTo, refusal, take } from '../support/returned.ts';
import { CAST, openedRound, respondent, SLUG, signedIn, statesCsv } from '../support/rounds.ts';
import { visitor as newVisitor, type SeenPage, type Visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const PDF = Buffer.from('%PDF-1.7\nOnly the first bytes count.');
const EMAIL = 'zelda.quartz@example.org';
let on: TestApp;
let admin: Visitor;
let guest: { visitor: Visitor; base: string };
let page: SeenPage;

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  await answered(on, round, 'TCD', {
    answers: { r_use: 'attributed', r_quote: 'yes', a46_03: 'Secret text.' },
  });
  admin = await signedIn(on, 'admin');
  guest = await respondent(on, round, 'KHM');
});
afterAll(() => on.close());

const roundPage = () => admin.get(`/admin/rounds/${SLUG}`);
const statePage = () => admin.get(`/admin/rounds/${SLUG}/states/NOR/donor`);
const submitted =
  (path: string, form: string, fields = {}) =>
  async () => {
    await admin.submit(await admin.get(path), form, fields);
  };
const help = (page: string) => guest.visitor.get(`${guest.base}/${page}`);
const answering = (kind: string, fields: Record<string, string>) => async () => {
  await admin.submit(await roundPage(), `#requests form[action*="/${kind}/"]`, fields);
};
const ANOTHER = {
  who: 'other',
  name: 'Sokha Quartz',
  post: 'Quartermaster',
  email: 'sokha@example.org',
  language: 'fr',
  note: 'A secret note.',
};
const BY_HAND = { name: 'Zed Quartz', email: 'zed@example.org', language: 'en' };
const NEW_ROUND = {
  slug: 'next',
  opens: '2023-05-01T09:00',
  closes: '2023-06-30T18:00',
  zone: 'UTC',
};
const actor = { dryRun: false, actor: SYSTEM };

async function theRound() {
  const round = await on.services.rounds.find(SLUG);
  if (!round) throw new Error('no round');
  return round;
}

/** What is done, and the rows that it leaves, oldest first. In this order, since the later ones build on the earlier. */
const CHANGES: [name: string, events: string[], change: () => Promise<unknown>][] = [
  ['loading States', ['states.loaded'], () => loadStates(on.services, statesCsv(), SYSTEM)],
  [
    'loading contacts on the page',
    ['contacts.previewed', 'contacts.loaded'],
    async () => {
      const csv = `state,audience,name,post,email,language\nNOR,donor,Zelda Quartz,Quartermaster,${EMAIL},en\n`;
      const contacts = await admin.get('/admin/contacts/file');
      page = await admin.upload(contacts, 'form[enctype]', {
        name: 'contacts.csv',
        content: Buffer.from(csv),
      });
      await admin.submit(page, 'form[action^="/admin/contacts/imports/"]');
    },
  ],
  [
    'taking the contacts away',
    ['contacts.exported'],
    submitted('/admin/contacts', 'form[action$="/csv"]'),
  ],
  [
    'adding a contact by hand',
    ['contact.added'],
    async () => {
      const form = { ...BY_HAND, state: 'NOR', audience: 'affected' };
      page = await admin.submit(await admin.get('/admin/contacts/new'), '#contact', form);
    },
  ],
  [
    'changing it',
    ['contact.changed'],
    async () => {
      page = await admin.submit(page, '#contact', { name: 'Zara Quartz', post: 'Quartermaster' });
    },
  ],
  [
    'removing it',
    ['contact.removed'],
    async () => {
      const said = { reason: 'A secret: Quartz left.' };
      page = await admin.submit(page, 'form[action$="/removal"]', said);
    },
  ],
  [
    'bringing it back',
    ['contact.restored'],
    async () => {
      page = await admin.submit(page, 'form[action$="/return"]');
    },
  ],
  [
    'planning a round',
    ['round.created'],
    async () => {
      const [questionnaire] = await on.services.catalogue.list();
      const fields = { ...NEW_ROUND, questionnaire: questionnaire?._id ?? '' };
      await admin.submit(await admin.get('/admin/rounds'), 'main form', fields);
    },
  ],
  ['opening it', ['round.opened'], submitted('/admin/rounds/next', 'form[action$="/opening"]')],
  ['closing it', ['round.closed'], submitted('/admin/rounds/next', 'form[action$="/closing"]')],
  [
    'inviting, once somebody has come who was not invited',
    ['mailing.queued'],
    () => confirmed(admin, SLUG, 'kind=invitation'),
  ],
  ['reminding', ['mailing.queued'], () => confirmed(admin, SLUG, 'kind=reminder')],
  [
    'holding a mailing back, letting it go on, and ending it',
    ['mailing.paused', 'mailing.resumed', 'mailing.cancelled'],
    async () => {
      const [mailing] = await on.services.mailings.ofRound(SLUG);
      for (const verb of ['pause', 'resume', 'cancel'])
        await submitted(`/admin/mailings/${mailing?._id}`, `form[action$="/${verb}"]`)();
    },
  ],
  [
    'trying a mail on oneself',
    ['mailing.tested'],
    submitted(`/admin/rounds/${SLUG}/mailings/preview?kind=reminder`, 'form[action$="/test"]'),
  ],
  [
    'changing the words of a mail, and taking the old ones again',
    ['template.saved', 'template.saved'],
    async () => {
      const [path, form] = ['/admin/templates/thanks/en', '#template'];
      await submitted(path, form, { subject: 'Secret thanks', body: 'Secret words.' })();
      await submitted(`${path}/versions/1`, 'form[action$="/restored"]')();
    },
  ],
  [
    'planning reminders',
    ['reminder-plan.changed'],
    submitted(`/admin/rounds/${SLUG}/plan`, '#plan', { on: 'yes' }),
  ],
  [
    'asking for no more reminders, and being reminded again',
    ['reminders.stopped', 'reminders.allowed'],
    async () => {
      const invitation = await on.services.invitations.ofState(SLUG, 'NOR', 'donor');
      const [contact] = await on.services.contacts.of('NOR', 'donor');
      const of = { invitation: invitation?._id ?? '', contact: contact?._id ?? '' };
      const person = newVisitor(on.app);
      const stop = await person.get(stopAddress(on.services, of));
      await person.submit(stop, 'main form', { sure: 'yes' });
      await submitted(`/admin/rounds/${SLUG}/mailings`, 'form[action$="/allowed"]')();
    },
  ],
  [
    'printing a link',
    ['link.printed'],
    async () => admin.submit(await statePage(), 'form[action$="/link"]'),
  ],
  [
    'keeping a Note Verbale and opening the pages for it',
    ['note.entered', 'note.opened'],
    async () => {
      const note = await admin.get(`/admin/rounds/${SLUG}/notes/NOR/donor`);
      await admin.upload(note, 'main form', {
        name: 'secret.pdf',
        field: 'scan',
        content: Buffer.from('%PDF-1.7\n%%EOF\n'),
        with: { reference: 'NV secret', dated: '2023-05-01' },
      });
    },
  ],
  [
    'going on with it',
    ['note.opened'],
    submitted(`/admin/rounds/${SLUG}/notes/NOR/donor`, 'form.inline'),
  ],
  [
    'ending the links of a State',
    ['links.revoked'],
    async () => admin.submit(await statePage(), 'form[action$="/revocation"]'),
  ],
  [
    'ending the links of a State and sending new ones',
    ['links.reissued'],
    async () => admin.submit(await statePage(), 'form[action$="/reissue"]'),
  ],
  [
    'sending the invitation again',
    ['invitation.queued-again'],
    async () => admin.submit(await statePage(), 'form[action$="/mail"]'),
  ],
  [
    'noting that a State declines',
    ['invitation.declined'],
    async () =>
      admin.submit(await statePage(), 'form[action$="/declined"]', { reason: 'By phone.' }),
  ],
  [
    'taking that back',
    ['invitation.declined-undone'],
    async () => admin.submit(await statePage(), 'form[action$="/declined"]'),
  ],
  [
    'sending a doubtful mail again',
    ['message.resent'],
    async () => {
      const messages = on.services.connection.collection('messages');
      const [message] = await on.services.messages.list({ round: SLUG }, 1);
      await messages.updateOne({ key: message?.key }, { $set: { status: 'unknown' } });
      await admin.submit(await admin.get(`/admin/outbox/${message?._id}`), 'main form');
    },
  ],
  ...(
    [
      ['saying that a doubtful mail has arrived', 'message.settled', 'unknown', 'arrival'],
      ['cancelling a mail', 'message.cancelled', 'queued', 'cancellation'],
    ] as const
  ).map(([name, event, status, deed]): (typeof CHANGES)[number] => [
    name,
    [event],
    async () => {
      const messages = on.services.connection.collection('messages');
      const [message] = await on.services.messages.list({ round: SLUG }, 1);
      await messages.updateOne({ key: message?.key }, { $set: { status } });
      const page = await admin.get(`/admin/outbox/${message?._id}`);
      await admin.submit(page, `form[action$="/${deed}"]`);
    },
  ]),
  [
    'saying of doubtful mails that they have arrived, sending the others again, and cancelling them',
    ['messages.settled', 'messages.resent', 'messages.cancelled'],
    async () => {
      const messages = on.services.connection.collection('messages');
      await messages.updateMany({ round: SLUG }, { $set: { status: 'unknown' } });
      const outbox = await admin.get('/admin/outbox');
      const [first] = outbox.all('#chosen input').map((box) => box.getAttribute('value') ?? '');
      const doubtful = 'form[action$="/doubtful"]';
      await admin.submit(outbox, doubtful, { message: first ?? '' }, 'arrived');
      await admin.submit(outbox, doubtful, {}, 'all');
      const cancelling = 'form[action="/admin/outbox/cancellation"]';
      await admin.submit(await admin.get('/admin/outbox'), cancelling, { sure: 'yes' });
    },
  ],
  [
    'the speed of the outbox, pausing and resuming it',
    ['outbox.paced', 'outbox.paused', 'outbox.resumed'],
    async () => {
      for (const what of ['pace', 'pause', 'resume'])
        await admin.submit(
          await admin.get('/admin/outbox'),
          `form[action="/admin/outbox/${what}"]`,
        );
    },
  ],
  [
    'making an account',
    ['account.created'],
    () => createAccount(on.services, { email: EMAIL, role: 'viewer' }, SYSTEM),
  ],
  [
    'printing a sign-in link',
    ['sign-in.printed'],
    async () => {
      const account = await on.services.accounts.activeByEmail(EMAIL);
      if (!account) throw new Error('no account');
      await bootstrapLink(on.services, account);
    },
  ],
  [
    'signing in for the first time',
    ['account.created', 'sign-in.printed', 'account.signed-in'],
    () => signedIn(on, 'committee'),
  ],
  [
    'a first save',
    ['response.started'],
    async () =>
      guest.visitor.submit(await guest.visitor.get(`${guest.base}/about`), '#section', {
        r_use: 'attributed',
      }),
  ],
  ['asking a colleague', ['delegate.asked'], () => askColleague()],
  [
    'what a colleague has finished',
    ['delegate.finished'],
    async () => {
      const { base, visitor } = await colleague();
      await visitor.submit(await visitor.get(`${base}/check`), 'form[action$="/finished"]');
    },
  ],
  [
    'a colleague who is not the right person',
    ['delegate.declined'],
    async () => {
      const { base, visitor } = await colleague();
      await visitor.submit(await visitor.get(base), 'form[action$="/declined"]', {
        reason: 'A secret reason',
      });
    },
  ],
  [
    'taking sections back',
    ['delegate.asked', 'delegate.revoked'],
    async () => {
      const asked = await askColleague();
      await guest.visitor.submit(asked, 'form[action$="/revocation"]');
    },
  ],
  [
    'attaching a file',
    ['file.attached'],
    async () => {
      const closed = await guest.visitor.get(`${guest.base}/a43`);
      const half = await guest.visitor.submit(closed, '#section', { a43_01: 'yes' }, 'next');
      const section = await guest.visitor.submit(half, '#section', { a43_02: 'adopted' }, 'next');
      const file = { name: 'Geheimplan Quartz.pdf', content: PDF, field: 'a43_03.file' };
      const taken = await guest.visitor.upload(section, '#section', {
        ...file,
        go: 'attach:a43_03',
      });
      page = taken;
    },
  ],
  [
    'taking it off',
    ['file.removed'],
    async () => {
      const button = page.root.querySelector('button[value^="detach:"]');
      await guest.visitor.submit(page, '#section', {}, button?.getAttribute('value'));
    },
  ],
  [
    'submitting',
    ['response.submitted'],
    async () => {
      const round = await on.services.rounds.find(SLUG);
      if (!round) throw new Error('no round');
      await answered(on, round, 'KHM', { answers: { a46_03: 'Our secret words.' } });
    },
  ],
  [
    'reviewing',
    ['response.reviewed'],
    submitted(`/results/${SLUG}/states/KHM/affected`, 'form[action$="/review"]', {
      review: 'confirmed',
    }),
  ],
  [
    'choosing a language',
    ['contact.language-chosen'],
    async () =>
      guest.visitor.submit(await guest.visitor.get(guest.base), '.who form', { language: 'ar' }),
  ],
  [
    'asking for more time, taking that back, and asking again',
    ['extension.asked', 'extension.withdrawn', 'extension.asked'],
    async () => {
      const wish = { day: '2023-07-14', reason: 'Our secret reason.' };
      const asked = await guest.visitor.submit(await help('extension'), '#extension', wish);
      await guest.visitor.submit(asked, 'form[action$="/withdrawal"]');
      await guest.visitor.submit(await help('extension'), '#extension', wish);
    },
  ],
  ['granting it', ['extension.granted'], answering('extensions', { decision: 'grant' })],
  [
    'refusing the next one',
    ['extension.asked', 'extension.refused'],
    async () => {
      const wish = { day: '2023-08-14', reason: 'Our secret reason.' };
      await guest.visitor.submit(await help('extension'), '#extension', wish);
      await answering('extensions', { decision: 'refuse', word: 'A secret word.' })();
    },
  ],
  [
    'not being the right person, and being it after all',
    ['referral.made', 'referral.withdrawn'],
    async () => {
      const said = await guest.visitor.submit(await help('right-person'), '#person', ANOTHER);
      await guest.visitor.submit(said, 'form[action$="/withdrawal"]');
    },
  ],
  [
    'naming another, who is dismissed',
    ['referral.made', 'referral.dismissed'],
    async () => {
      await guest.visitor.submit(await help('right-person'), '#person', ANOTHER);
      await answering('referrals', { decision: 'dismiss' })();
    },
  ],
  [
    'naming another, who is confirmed',
    ['referral.made', 'referral.confirmed'],
    async () => {
      await guest.visitor.submit(await help('right-person'), '#person', ANOTHER);
      await answering('referrals', { decision: 'confirm' })();
    },
  ],
  [
    'mailing a lost link again',
    ['link.mailed-again'],
    () => mailLostLinks(on.services, 'alice@example.org'),
  ],
  [
    'a mail that comes back',
    ['bounce.noted', 'contact.mail-stopped'],
    async () => {
      const message = await mailTo(on, 'dora@example.org');
      await take(on, refusal(on, message, 'dora@example.org', { words: 'a secret word' }));
    },
  ],
  [
    'sending mail there again',
    ['contact.mail-resumed'],
    async () => {
      const [dora] = await on.services.contacts.byAddress('dora@example.org');
      await submitted(`/admin/bounces?contact=${dora?._id}`, 'form[action$="/resumption"]')();
    },
  ],
  [
    'keeping the figures under a name',
    ['round.cut-off'],
    submitted(`/results/${SLUG}/cut-offs`, 'main form', { name: 'May meeting' }),
  ],
  [
    'making a public page and taking it away',
    ['round.published', 'round.unpublished'],
    async () => {
      const path = `/admin/rounds/${SLUG}/publication`;
      await admin.submit(await admin.get(path), 'main form', { cutoff: 'may-meeting' }, 'up');
      await admin.submit(await admin.get(path), 'main form', {}, 'down');
    },
  ],
  [
    'entering a rate and removing it',
    ['rate.set', 'rate.removed'],
    async () => {
      const path = `/results/${SLUG}/money`;
      const of = { to: 'USD', currency: 'EUR', year: '', rate: '1.1' };
      const rate = { ...of, date: '2023-05-01', source: 'A bank' };
      const set = await admin.submit(await admin.get(path), 'form[action$="/rates"]', rate);
      await admin.submit(set, 'form[action$="/rates/removed"]');
    },
  ],
  [
    'making a theme, giving it to a text, taking it back, and removing it',
    ['theme.made', 'text.tagged', 'text.tagged', 'theme.removed'],
    async () => {
      const path = `/results/${SLUG}/texts`;
      const making = 'form[action$="/themes"]:not([action*="texts/"])';
      await submitted(path, making, { label: 'Secret theme' })();
      const texts = await admin.get(path);
      const theme = texts.root.querySelector('input[name="theme"]')?.getAttribute('value') ?? '';
      const tagging = 'form:has(input[name="theme"])';
      const tagged = await admin.submit(texts, tagging, { theme });
      await admin.submit(tagged, tagging, { theme: [] });
      await submitted(path, 'form[action$="/removed"]')();
    },
  ],
  [
    'asking a State about an answer, and its reply',
    ['mailing.queued', 'clarification.asked', 'link.printed', 'clarification.answered'],
    async () => {
      const asked = await asks(admin, askPath('a43_01', 'TCD'), { words: 'A secret question?' });
      const state = await respondent(on, await theRound(), 'TCD');
      const form = await state.visitor.get(`${state.base}/clarifications/${idOf(asked)}`);
      await state.visitor.submit(form, '#answer', { ...SIGNED, remark: 'A secret remark.' });
    },
  ],
  ['exporting', ['round.exported'], submitted(`/results/${SLUG}`, 'form[action$="/exports/csv"]')],
];

const askColleague = async () =>
  guest.visitor.submit(await guest.visitor.get(`${guest.base}/colleagues`), '#colleague', {
    name: 'Zelda Quartz',
    email: 'zelda@example.org',
    sections: ['a45'],
  });

/** In at the link of the colleague who was asked last. */
async function colleague() {
  const invitation = guest.base.slice(-24);
  const delegate = (await on.services.delegates.of(invitation)).at(-1);
  const of = { invitation, contact: null, delegate: delegate?._id ?? null, message: null };
  const { token } = await on.services.links.mint(of, on.services.clock());
  const visitor = newVisitor(on.app);
  await visitor.get(`/r/${token}`);
  return { visitor, base: guest.base };
}

const rowsSince = async (before: AuditRow | undefined) =>
  (await on.services.audit.list(1000)).filter((row) => row._id > (before?._id ?? '')).reverse();

describe('in the audit', () => {
  it.each(CHANGES)('%s leaves %j', async (_name, events, change) => {
    const [before] = await on.services.audit.list(1);
    await change();
    const rows = await rowsSince(before);
    expect(rows.map((row) => row.event)).toEqual(events);
    for (const row of rows) {
      expect(row.at).toEqual(on.services.clock());
      expect(row.actor.id).not.toBe('');
      expect(row.subject.id).not.toBe('');
    }
  });

  it('there is an example above of every event that the code knows', () => {
    const root = join(import.meta.dirname, '..', '..', 'server');
    const code = (readdirSync(root, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const known = [...code.matchAll(/\bevent: [^\n]*'[a-z-]+\.[a-z-]+'/g)].flatMap(([line]) =>
      [...line.matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map(([, name]) => name),
    );
    expect(new Set(CHANGES.flatMap(([, events]) => events))).toEqual(new Set(known));
  });

  it('stand ids only: no name, post, address, answer or file name', async () => {
    const { audit = [], contacts = [] } = await dump(on.services.connection);
    const rows = audit.join('\n');
    expect(contacts.join('\n')).toContain('Zelda Quartz');
    for (const word of [
      'Quartz',
      'Quartermaster',
      'Sam Submitter',
      'Alice',
      'secret',
      'Plain words',
    ])
      expect(rows).not.toContain(word);
    expect(rows).not.toContain('@example.org');
    // Nor a code that was answered.
    expect(rows).not.toMatch(/a4[2-7]_\d\d"?:/);
  });

  it('an admin reads it, newest first, a hundred at a time', async () => {
    const first = await admin.get('/admin/audit');
    expect(first.all('tbody tr').length).toBeGreaterThan(CHANGES.length);
    expect(first.text('tbody tr')).toContain('round.exported');
    const many = Array.from({ length: 120 }, () =>
      on.services.audit.record(
        { actor: SYSTEM, event: 'test.filled', subject: { kind: 'test', id: 'x' } },
        on.services.clock(),
      ),
    );
    await Promise.all(many);
    const full = await admin.get('/admin/audit');
    expect(full.all('tbody tr')).toHaveLength(100);
    const older = await admin.get(
      `/admin/audit${full.root.querySelector('main p a')?.getAttribute('href')}`,
    );
    expect(older.text('tbody')).toContain('round.exported');
    expect((await admin.get('/admin/audit?before=%24ne')).status).toBe(200);
  });
});

describe('a change whose row cannot be written', () => {
  const failing = async (work: () => Promise<unknown>) => {
    const { record } = on.services.audit;
    on.services.audit.record = () => Promise.reject(new Error('the audit is away'));
    const before = await dump(on.services.connection);
    await expect(work()).rejects.toThrow('the audit is away');
    on.services.audit.record = record;
    expect(await dump(on.services.connection)).toEqual(before);
  };
  const csv = `${CAST}KHM,affected,Later,Deputy,later@example.org,en\n`;

  it.each([
    ['States', () => loadStates(on.services, statesCsv().replace('Tchad', 'Chad'), SYSTEM)],
    ['contacts', () => loadContacts(on.services, csv, ['affected', 'donor'], actor)],
    [
      'a round',
      async () => {
        const round = await on.services.rounds.find(SLUG);
        const { questionnaire = { key: '', version: 0 } } = round ?? {};
        await createRound(on.services, { ...NEW_ROUND, slug: 'lost', questionnaire }, SYSTEM);
      },
    ],
    [
      'an account',
      () => createAccount(on.services, { email: 'x@example.org', role: 'viewer' }, SYSTEM),
    ],
  ])('is not made: %s', (_name, work) => failing(work));

  it('is not made: the opening of a round, and its invitations', async () => {
    const round = await on.services.rounds.find(SLUG);
    if (!round) throw new Error('no round');
    const { questionnaire } = round;
    await createRound(on.services, { ...NEW_ROUND, slug: 'unopened', questionnaire }, SYSTEM);
    await failing(() => openRound(on.services, 'unopened', SYSTEM));
    const opened = await openRound(on.services, 'unopened', SYSTEM);
    if (!opened.ok) throw new Error(opened.reason);
    await failing(() => invite(on.services, opened.round, actor));
  });
});
