/** The Committee asks about one answer, the State replies by the same kind of link, and both are kept. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts } from '../../server/states/load.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { askPath, asks, idOf, SIGNED, settles, submittedBy } from '../support/asking.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type Fields, type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let box: Mailbox;
let round: Round;
let committee: Visitor;

const KHM = `/results/${SLUG}/states/KHM/affected`;
beforeAll(async () => {
  box = await mailbox();
  on = await testApp({ smtpUrl: box.url, mailReplyTo: 'isu@example.org' });
  round = await openedRound(on);
  await answered(on, round, 'KHM', {
    answers: { r_use: 'attributed', a44_01: 'no', a46_03: 'One  plan for all' },
  });
  await answered(on, round, 'IRQ', { answers: { r_use: 'attributed', a44_01: 'no' }, seed: 7 });
  await answered(on, round, 'TCD', { answers: { r_use: 'aggregate' }, seed: 8 });
  await on.sendMail();
  committee = await signedIn(on, 'committee');
});
afterAll(async () => {
  await on.close();
  await box.close();
});

const response = (state: string) => submittedBy(on, state);
/** Ends what is open, so that the next test can ask about the same answer. */
const withdraw = (page: SeenPage) => settles(committee, page, 'withdrawn');

/** What the database holds of a State, its clarifications and mails, without links and sessions. */
const held = async () => {
  const all = await Promise.all(
    ['responses', 'revisions', 'clarifications', 'messages', 'audit'].map((name) =>
      on.services.connection.collection(name).find({}).sort({ _id: 1 }).toArray(),
    ),
  );
  return JSON.stringify(all);
};

describe('the whole way', () => {
  it('leads from a question over a mail to a new submission that the Committee confirms', async () => {
    const state = await committee.get(KHM);
    const link = state.root.querySelector('#q-a44_01 .ask a')?.getAttribute('href') ?? '';
    expect(link).toBe(askPath('a44_01'));
    const words = 'Thank you.\n\nIs there no platform <at all>?';
    const form = await committee.get(link);
    expect(form.text('.given')).toContain('No');
    const look = await committee.submit(form, '#ask', { words, due: '2023-06-19' }, 'look');
    expect(look.text('#look')).toContain('1 person will get it');
    expect(look.text('#look')).toContain('Alice Chan');
    expect(look.text('#look pre')).toContain('Is there no platform <at all>?');
    expect(look.html).toContain('Is there no platform &lt;at all&gt;?');
    expect(await on.services.clarifications.ofRound(SLUG)).toEqual([]);

    const page = await committee.submit(look, '#ask', {}, 'send');
    expect(page.text('dl.facts')).toContain('Asked');
    expect((await response('KHM')).review).toBe('clarification');
    await on.sendMail();
    const mail = box.to('alice@example.org').at(-1);
    if (!mail) throw new Error('no mail has come');
    expect(mail.subject).toBe('Cambodia: a question about your answers');
    expect(mail.text).toContain('Is there no platform <at all>?');
    expect(mail.html).toContain('Is there no platform &lt;at all&gt;?');
    expect(mail.text).toContain('44.1');
    expect(mail.text).toContain('Please answer by 19 June 2023.');
    const personal = linksIn(mail).find((one) => /\/r\/[\w-]{43}$/.test(one)) ?? '';

    // A scanner opens the link, follows it and looks at every page behind it: nothing changes.
    const before = await held();
    const scanner = visitor(on.app);
    await scanner.agent.head(new URL(personal).pathname);
    for (let i = 0; i < 3; i += 1) await scanner.get(personal);
    expect(await held()).toBe(before);

    // Also after the round has closed: the clarification alone decides.
    on.setTime('2023-08-01T08:00:00Z');
    const alice = visitor(on.app);
    const asked = await alice.get(personal);
    expect(asked.path).toMatch(/\/clarifications\/[0-9a-f]{24}$/);
    expect(asked.text('.letter')).toContain('Is there no platform');
    expect(
      asked.all('#answer [data-question]').map((one) => one.getAttribute('data-question')),
    ).toEqual(['a44_01']);
    expect(asked.text('.given')).toContain('No');

    // "Yes" brings the questions that hang on it, as in the questionnaire.
    const more = await alice.submit(asked, '#answer', { a44_01: 'yes', ...SIGNED });
    expect(more.status).toBe(422);
    expect(
      more.all('#answer [data-question]').map((one) => one.getAttribute('data-question')),
    ).toContain('a44_02');
    expect(
      more.root.querySelector('#answer input[name="a44_01"][checked]')?.getAttribute('value'),
    ).toBe('yes');
    const receipt = await alice.submit(more, '#answer', {
      a44_02: 'quarterly',
      remark: 'Set up in March.',
      ...SIGNED,
    });
    expect(receipt.status).toBe(200);
    expect(receipt.text('h1')).toContain('your reply has been received');
    const now = await response('KHM');
    expect(now.submitted.revision).toBe(2);
    expect(now.submitted.answers).toMatchObject({ a44_01: 'yes', a44_02: 'quarterly' });
    expect(now.draft.answers).toMatchObject({ a44_01: 'yes', a44_02: 'quarterly' });
    expect(now.ahead).toBe(false);
    expect(receipt.text('.reference')).toBe(now.submitted.reference);
    await on.sendMail();
    expect(box.to('alice@example.org').at(-1)?.subject).toContain(now.submitted.reference);
    const verified = await alice.submit(await alice.get('/receipts/verify'), 'main form', {
      receipt: receipt.root.querySelector('pre')?.text ?? '',
    });
    expect(verified.text('main')).toContain('genuine');

    on.setTime('2023-05-02T09:00:00Z');
    const replied = await committee.get(page.path);
    expect(replied.text('dl.facts')).toContain('Replied');
    expect(replied.text('.difference del')).toContain('No');
    expect(replied.text('.difference ins')).toContain('Yes');
    expect(replied.text('main')).toContain('Set up in March.');
    const confirmed = await committee.submit(replied, '#settle', { to: 'confirmed', note: 'Good' });
    expect(confirmed.text('dl.facts')).toContain('Confirmed');
    expect(confirmed.root.querySelector('#settle')).toBeNull();
    expect((await response('KHM')).review).toBe('received');
    // The State's page keeps what was said, and not the Committee's note.
    const end = await alice.get(asked.path);
    expect(end.text('main')).toContain('Set up in March.');
    expect(end.text('main')).not.toContain('Good');
    const events = (await on.services.audit.about([idOf(page)], 10)).map((one) => one.event);
    expect(events.sort()).toEqual([
      'clarification.answered',
      'clarification.asked',
      'clarification.confirmed',
    ]);
  });
});

describe('asking', () => {
  const SAYS: [string, Fields, string][] = [
    ['nothing', { words: ' \n ' }, 'Write what you would like to know.'],
    ['too much', { words: 'x'.repeat(6001) }, 'Use at most 6,000 characters.'],
    ['a language of nobody', { words: 'W', language: 'zh' }, 'Choose one of the languages shown.'],
    ['a day that is none', { words: 'W', due: '2023-02-31' }, 'Enter a day, such as 2023-06-19.'],
    ['a day that is over', { words: 'W', due: '2023-05-01' }, 'This day is over.'],
  ];
  it.each(SAYS)(
    'is refused with %s, at the field and with the words still there',
    async (_name, fields, message) => {
      const form = await committee.get(askPath('a44_01'));
      for (const go of ['look', 'send']) {
        const page = await committee.submit(form, '#ask', fields, go);
        expect([page.status, page.text('.summary')]).toEqual([
          422,
          expect.stringContaining(message),
        ]);
        expect(page.root.querySelector('#words')?.text.trim()).toBe(String(fields['words']).trim());
      }
      expect(
        (await on.services.clarifications.ofRound(SLUG)).filter(({ status }) => status === 'asked'),
      ).toEqual([]);
    },
  );

  it('sends only what was looked at', async () => {
    const look = await committee.submit(
      await committee.get(askPath('a44_01')),
      '#ask',
      { words: 'This' },
      'look',
    );
    const other = await committee.submit(look, '#ask', { words: 'That' }, 'send');
    expect([other.status, other.text('.summary')]).toEqual([
      422,
      expect.stringContaining('Please look again'),
    ]);
    expect(other.text('#look pre')).toContain('That');
    await withdraw(await committee.submit(other, '#ask', {}, 'send'));
  });

  it('makes one of two presses, and one open question of an answer', async () => {
    const look = await committee.submit(
      await committee.get(askPath('a42_04')),
      '#ask',
      { words: 'Twice?' },
      'look',
    );
    const [first, second] = await Promise.all(
      [1, 2].map(() => committee.submit(look, '#ask', {}, 'send')),
    );
    expect(first?.path).toBe(second?.path);
    const mails = await on.services.messages.list({ template: 'clarification' }, 50);
    expect(
      mails.filter(({ about }) => about['clarification'] === idOf(first as SeenPage)),
    ).toHaveLength(1);
    const [mailing] = await on.services.mailings.ofRound(SLUG);
    expect(mailing).toMatchObject({
      kind: 'clarification',
      criteria: { places: ['KHM affected'] },
    });
    const again = await committee.submit(
      await committee.get(askPath('a42_04')),
      '#ask',
      { words: 'More?' },
      'look',
    );
    const refused = await committee.submit(again, '#ask', {}, 'send');
    expect([refused.status, refused.text('.summary')]).toEqual([
      422,
      expect.stringContaining('waits for'),
    ]);
    expect(refused.root.querySelector('#words')?.text).toBe('More?');
    await withdraw(first as SeenPage);
  });

  it('is not for their own State, nor about what is no answer', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    expect((await cambodian.get(askPath('a44_01'))).status).toBe(403);
    expect((await cambodian.get(KHM)).all('.ask')).toEqual([]);
    for (const question of ['r_use', 'd42_01', 'nothing'])
      expect((await committee.get(askPath(question))).status).toBe(404);
    // Norway has not submitted, and Peru was not asked.
    for (const path of ['states/NOR/donor', 'states/PER/affected'])
      expect((await committee.get(`/results/${SLUG}/${path}/ask/a44_01`)).status).toBe(404);
    const form = await committee.get(askPath('a44_01'));
    const fields = { words: 'W', token: 'x' };
    expect((await committee.submit(form, '#ask', fields, 'send')).status).toBe(403);
  });

  it('says so where nobody can get a mail', async () => {
    const [contact] = await on.services.contacts.of('IRQ', 'affected');
    const contacts = on.services.connection.collection<{ _id: string }>('contacts');
    const archived = { at: new Date(), reason: 'left' };
    await contacts.updateOne({ _id: contact?._id ?? '' }, { $set: { archived } });
    const form = await committee.get(askPath('a44_01', 'IRQ'));
    const look = await committee.submit(form, '#ask', { words: 'W' }, 'look');
    expect(look.text('#ask .note')).toContain('Nobody of this State can get mail');
    const sent = await committee.submit(look, '#ask', {}, 'send');
    expect(sent.status).toBe(422);
    await contacts.updateOne({ _id: contact?._id ?? '' }, { $set: { archived: null } });
  });

  it('takes a language of the State, and its mail is in that of its reader', async () => {
    const form = await committee.get(askPath('a44_01', 'IRQ'));
    expect(form.all('#language option').map((one) => one.getAttribute('value'))).toEqual([
      'ar',
      'en',
    ]);
    const page = await asks(committee, askPath('a44_01', 'IRQ'), {
      words: 'هل من منصة؟',
      language: 'ar',
    });
    await on.sendMail();
    const mail = box.to('bob@example.org').at(-1);
    expect(mail?.subject).toContain('سؤال');
    expect(mail?.text).toContain('هل من منصة؟');
    await withdraw(page);
  });
});

describe('the mail', () => {
  it('goes to each contact in their language, in the words that an administrator gave it, from one mailing', async () => {
    const admin = await signedIn(on, 'admin');
    const editor = await admin.get('/admin/templates/clarification/fr');
    const body = editor.root.querySelector('textarea[name="body"]')?.text ?? '';
    const form = 'main form:has(textarea)';
    const saved = await admin.submit(editor, editor.root.querySelector(form) ? form : '#template', {
      body: `${body}\n\nDit autrement.`,
    });
    expect(saved.status).toBe(200);
    const without = await admin.submit(editor, '#template', {
      body: body.replace('{{words}}', ''),
    });
    expect([without.status, without.text('.summary')]).toEqual([
      422,
      expect.stringContaining('words'),
    ]);
    const rows =
      'state,audience,name,post,email,language\nKHM,affected,Fanny Petit,Adjointe,fanny@example.org,fr\n';
    await loadContacts(on.services, rows, ['affected', 'donor'], { dryRun: false, actor: SYSTEM });
    const asked = await asks(committee, askPath('a46_03'), { words: 'Why?', language: 'en' });
    await on.sendMail();
    expect(box.to('fanny@example.org').at(-1)?.text).toContain('Dit autrement.');
    expect(box.to('alice@example.org').at(-1)?.text).toContain('Why?');
    const [mailing] = await on.services.mailings.ofRound(SLUG);
    const list = await admin.get(`/admin/mailings/${mailing?._id}`);
    expect([list.status, list.text('h1')]).toEqual([200, 'Question on an answer']);
    const links = (await on.services.messages.list({ template: 'clarification' }, 9)).filter(
      ({ about }) => about['clarification'] === idOf(asked),
    );
    expect(links.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    await withdraw(asked);
  });
});

describe('what is under clarification', () => {
  let page: SeenPage;
  beforeAll(async () => {
    page = await asks(committee, askPath('a44_01'), { words: 'Secret words of the Committee' });
    await asks(committee, askPath('a44_01', 'IRQ'), { words: 'Other words' });
  });
  afterAll(async () => {
    for (const one of await on.services.clarifications.ofRound(SLUG))
      if (one.status === 'asked' && one.state === 'KHM')
        await withdraw({ ...page, path: `/results/${SLUG}/clarifications/${one._id}` });
  });

  it('is marked on the question with a number that equals the rows behind it, and on the State', async () => {
    for (const path of ['questions/a44_01', 'actions/44']) {
      const seen = await committee.get(`/results/${SLUG}/${path}`);
      const mark = seen
        .all('.clarifying a')
        .find((one) => one.getAttribute('href')?.includes('a44_01'));
      expect(mark?.text).toBe('2 answers under clarification');
      const list = await committee.get(mark?.getAttribute('href') ?? '');
      expect(list.all('tbody tr')).toHaveLength(2);
    }
    const answer = (await response('KHM')).submitted.answers['a44_01'];
    const behind = await committee.get(`/results/${SLUG}/questions/a44_01?answer=${answer}`);
    expect(behind.text('ul.states')).toContain('Under clarification');
    const other = await committee.get(
      `/results/${SLUG}/questions/a42_01?answer=${(await response('KHM')).submitted.answers['a42_01']}`,
    );
    expect(other.all('ul.states a.ask').map((one) => one.getAttribute('href'))).toContain(
      askPath('a42_01'),
    );
    const cambodian = await signedIn(on, 'committee', 'KHM');
    expect((await cambodian.get(other.path)).html).not.toContain(askPath('a42_01'));
    const state = await committee.get(KHM);
    expect(state.root.querySelector('#q-a44_01 .clarifying a')?.getAttribute('href')).toBe(
      page.path,
    );
    expect(state.root.querySelector('#q-a44_01 .ask')).toBeNull();
  });

  it('is listed by what became of it and by State', async () => {
    const list = await committee.get(`/results/${SLUG}/clarifications`);
    for (const tab of list.all('.tabs a')) {
      const count = Number(/\((\d+)\)$/.exec(tab.text)?.[1]);
      const shown = await committee.get(tab.getAttribute('href') ?? '');
      expect([tab.text, shown.all('tbody tr').length]).toEqual([tab.text, count]);
    }
    const iraq = await committee.get(`/results/${SLUG}/clarifications?of=IRQ&status=open`);
    expect(iraq.all('tbody tr').map((one) => one.querySelector('th a')?.text)).toEqual(['Iraq']);
  });

  it('is a number without words and link for a viewer', async () => {
    const viewer = await signedIn(on, 'viewer');
    const seen = await viewer.get(`/results/${SLUG}/questions/a44_01`);
    expect(seen.text('.clarifying')).toBe('2 answers under clarification');
    expect(seen.all('.clarifying a')).toEqual([]);
    for (const path of [KHM, `/results/${SLUG}`, `/results/${SLUG}/questions/a44_01?answer=no`])
      expect((await viewer.get(path)).html).not.toMatch(/Secret words|\/clarifications/);
    for (const path of [page.path, `/results/${SLUG}/clarifications`, askPath('a44_01')])
      expect((await viewer.get(path)).status).toBe(403);
  });

  it('of a State in totals only is for whoever may see its answers: there is none of it for the Committee', async () => {
    expect((await committee.get(askPath('a44_01', 'TCD'))).status).toBe(404);
    const admin = await signedIn(on, 'admin');
    const hidden = await asks(admin, askPath('a44_01', 'TCD'), { words: 'For Chad alone' });
    expect((await committee.get(hidden.path)).status).toBe(404);
    const token =
      (await committee.get(page.path)).root
        .querySelector('#settle input[name="token"]')
        ?.getAttribute('value') ?? '';
    expect((await committee.post(hidden.path, { token, to: 'withdrawn' })).status).toBe(404);
    const list = await committee.get(`/results/${SLUG}/clarifications?of=TCD`);
    expect(list.html).not.toContain('For Chad alone');
    expect(list.text('main')).not.toContain('Chad');
    const question = await committee.get(`/results/${SLUG}/questions/a44_01`);
    expect(question.text('.clarifying')).toBe('2 answers under clarification');
    expect((await admin.get(`/results/${SLUG}/questions/a44_01`)).text('.clarifying')).toBe(
      '3 answers under clarification',
    );
    await admin.submit(await admin.get(hidden.path), '#settle', { to: 'withdrawn' });
  });

  it('that a State later puts in totals only is hidden with its answers', async () => {
    const answers = { r_use: 'aggregate', a44_01: 'no' };
    await answered(on, round, 'IRQ', { answers, seed: 7 });
    const list = await committee.get(`/results/${SLUG}/clarifications`);
    expect(list.html).not.toContain('Other words');
    expect((await committee.get(`/results/${SLUG}/questions/a44_01`)).text('.clarifying')).toBe(
      '1 answer under clarification',
    );
  });

  it('is not closed by a member of the same State, nor twice, nor to what it cannot become', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    const own = await cambodian.get(page.path);
    expect([own.status, own.root.querySelector('#settle')]).toEqual([200, null]);
    const token =
      own.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value') ?? '';
    expect((await cambodian.post(page.path, { token, to: 'withdrawn' })).status).toBe(403);
    const form = await committee.get(page.path);
    // Nothing was answered yet, so nothing can be confirmed.
    const early = await committee.submit(form, '#settle', { to: 'confirmed', note: 'Kept' });
    expect([early.status, early.root.querySelector('#note')?.text]).toEqual([409, 'Kept']);
    expect((await committee.submit(form, '#settle', { to: 'asked' })).status).toBe(403);
    const long = await committee.submit(form, '#settle', {
      to: 'withdrawn',
      note: 'x'.repeat(2001),
    });
    expect(long.status).toBe(422);
    for (const _ of [1, 2])
      expect((await committee.submit(form, '#settle', { to: 'withdrawn' })).status).toBe(200);
    const events = (await on.services.audit.about([idOf(page)], 10)).map((one) => one.event);
    expect(events.sort()).toEqual(['clarification.asked', 'clarification.withdrawn']);
  });
});
