/** How a State replies to a question: as it stands or changed, one of two, with a file, and by whom it is not taken. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { closeRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { askPath, asks, idOf, SIGNED, settles, submittedBy } from '../support/asking.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type Fields, type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let box: Mailbox;
let round: Round;
let committee: Visitor;

beforeAll(async () => {
  box = await mailbox();
  on = await testApp({ smtpUrl: box.url });
  round = await openedRound(on);
  await answered(on, round, 'KHM', {
    answers: { r_use: 'attributed', a44_01: 'no', a46_03: 'One plan for all' },
  });
  await answered(on, round, 'IRQ', { answers: { r_use: 'attributed' }, seed: 7 });
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

describe('a reply', () => {
  /** Asked, and the respondent's page of it. */
  async function askedOf(state: string, question: string, fields?: Fields) {
    const asked = await asks(committee, askPath(question, state), fields);
    const person = await respondent(on, round, state);
    const path = `${person.base}/clarifications/${idOf(asked)}`;
    return {
      asked,
      person: person.visitor,
      base: person.base,
      path,
      page: await person.visitor.get(path),
    };
  }

  it('can confirm the answer as it stands: no new submission, and pressed twice it is one', async () => {
    const { asked, person, page, base } = await askedOf('KHM', 'a46_03');
    expect((await person.get(base)).text('main')).toContain('The Committee has a question');
    const before = await response('KHM');
    const fields = { ...SIGNED, remark: 'It is as it is.' };
    const [one, two] = await Promise.all([1, 2].map(() => person.submit(page, '#answer', fields)));
    for (const receipt of [one, two]) {
      expect(receipt?.status).toBe(200);
      expect(receipt?.text('.lead')).toContain('confirmed your answer as it stands');
    }
    expect((await response('KHM')).submitted).toEqual(before.submitted);
    const seen = await committee.get(asked.path);
    expect(seen.text('main')).toContain('has confirmed its answer as it stands');
    expect(seen.text('main')).toContain('It is as it is.');
    expect((await person.get(base)).html).not.toContain('/clarifications/');
  });

  it('must say who replies, and what it is about; what was typed stays', async () => {
    const { asked, person, page } = await askedOf('KHM', 'a45_09');
    const wrong = await person.submit(page, '#answer', {
      a45_09: 'many',
      name: '',
      remark: 'Words',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.all('.summary li').map((one) => one.text)).toHaveLength(3);
    expect(wrong.root.querySelector('#a45_09')?.getAttribute('value')).toBe('many');
    expect(wrong.root.querySelector('#remark')?.text).toBe('Words');
    const long = await person.submit(page, '#answer', { ...SIGNED, remark: 'x'.repeat(2001) });
    expect([long.status, long.text('.summary')]).toEqual([422, expect.stringContaining('2,001')]);
    expect((await on.services.clarifications.find(idOf(asked)))?.status).toBe('asked');
    await withdraw(asked);
  });

  it('keeps what was typed when another language is chosen', async () => {
    const { asked, person, page } = await askedOf('KHM', 'a46_03');
    const typed = { a46_03: 'Half a sentence', remark: 'And a remark' };
    const french = await person.submit(page, '#answer', typed, 'language:fr');
    expect(french.status).toBe(200);
    expect(french.root.querySelector('html')?.getAttribute('lang')).toBe('fr');
    expect(french.root.querySelector('#a46_03')?.text).toBe('Half a sentence');
    expect(french.root.querySelector('#remark')?.text).toBe('And a remark');
    expect(french.all('.problem, .summary')).toEqual([]);
    expect((await person.get(page.path)).root.querySelector('html')?.getAttribute('lang')).toBe(
      'fr',
    );
    await person.submit(french, '#answer', {}, 'language:en');
    await withdraw(asked);
  });

  it('cannot leave out what the questionnaire needs', async () => {
    const { asked, person, page } = await askedOf('KHM', 'a44_01');
    const none = await person.submit(page, '#answer', { ...SIGNED, a44_01: [] });
    expect([none.status, none.text('.summary')]).toEqual([
      422,
      expect.stringContaining('needs an answer'),
    ]);
    await withdraw(asked);
  });

  it('is not taken for a question that was withdrawn, and its mail does not go', async () => {
    const { asked, person, page, path } = await askedOf('KHM', 'a46_03');
    const count = box.mails.length;
    await withdraw(asked);
    await on.sendMail();
    expect(box.mails.length).toBe(count);
    const [mail] = await on.services.messages.list({ template: 'clarification' }, 1);
    expect(mail).toMatchObject({ status: 'cancelled', reply: 'the question was withdrawn' });
    const late = await person.submit(page, '#answer', {
      ...SIGNED,
      a46_03: 'Too late',
      remark: 'Mine',
    });
    expect(late.status).toBe(409);
    expect(late.text('.summary')).toContain('Too late');
    expect(late.text('.summary')).toContain('Mine');
    expect((await person.get(path)).text('.note')).toContain('withdrawn');
    expect((await response('KHM')).submitted.answers['a46_03']).not.toBe('Too late');
  });

  it('of two people is one; the other one sees both', async () => {
    const { asked, person, page, path } = await askedOf('KHM', 'a46_03');
    const other = await respondent(on, round, 'KHM');
    const theirs = await other.visitor.get(path);
    const { revision } = (await response('KHM')).submitted;
    const sent = await Promise.all([
      person.submit(page, '#answer', { ...SIGNED, a46_03: 'From Alice' }),
      other.visitor.submit(theirs, '#answer', { ...SIGNED, a46_03: 'From Ben' }),
    ]);
    expect(sent.map((one) => one.status).sort()).toEqual([200, 409]);
    const [lost] = sent.filter((one) => one.status === 409);
    expect(lost?.text('main')).toContain('From Alice');
    expect(lost?.text('main')).toContain('From Ben');
    const now = await response('KHM');
    expect(now.submitted.revision).toBe(revision + 1);
    expect(now.submitted.answers['a46_03']).toBe(now.draft.answers['a46_03']);
    await committee.submit(await committee.get(asked.path), '#settle', { to: 'confirmed' });
  });

  it('does not undo what was submitted meanwhile', async () => {
    const { asked, person, page } = await askedOf('KHM', 'a46_03');
    await answered(on, round, 'KHM', {
      answers: { r_use: 'attributed', a46_03: 'Submitted meanwhile' },
      seed: 3,
    });
    const late = await person.submit(page, '#answer', { ...SIGNED, a46_03: 'Typed' });
    expect(late.status).toBe(409);
    expect(late.root.querySelector('#a46_03')?.text).toBe('Typed');
    expect(late.text('.given')).toContain('Submitted meanwhile');
    const done = await person.submit(late, '#answer', SIGNED);
    expect(done.status).toBe(200);
    expect((await response('KHM')).submitted.answers['a46_03']).toBe('Typed');
    await committee.submit(await committee.get(asked.path), '#settle', { to: 'confirmed' });
  });

  it('shows what an unsubmitted draft says of the same question, and leaves the rest of the draft', async () => {
    const writer = await respondent(on, round, 'KHM');
    const section = await writer.visitor.get(`${writer.base}/a46`);
    await writer.visitor.submit(
      section,
      '#section',
      { a46_03: 'In the draft', a46_02: ['gaps'] },
      'later',
    );
    const submitted = (await response('KHM')).submitted.answers;
    const { asked, person, page } = await askedOf('KHM', 'a46_03');
    expect(page.text('.theirs')).toContain('In the draft');
    expect(page.root.querySelector('#a46_03')?.text).toBe('Typed');
    const done = await person.submit(page, '#answer', { ...SIGNED, 'keep.a46_03': 'theirs' });
    expect(done.status).toBe(200);
    const now = await response('KHM');
    expect(now.submitted.answers['a46_03']).toBe('In the draft');
    expect(now.submitted.answers['a46_02']).toEqual(submitted['a46_02']);
    expect(now.draft.answers['a46_02']).toEqual(['gaps']);
    expect(now.ahead).toBe(true);
    await committee.submit(await committee.get(asked.path), '#settle', { to: 'confirmed' });
  });

  it('leaves no draft behind where it says all that the draft did', async () => {
    // What is ahead besides is taken back first.
    const { submitted } = await response('KHM');
    const writer = await respondent(on, round, 'KHM');
    const section = await writer.visitor.get(`${writer.base}/a46`);
    const a46_02 = (submitted.answers['a46_02'] ?? []) as string[];
    await writer.visitor.submit(section, '#section', { a46_02, a46_03: 'Drafted' }, 'later');
    expect((await response('KHM')).ahead).toBe(true);
    const { asked, person, page } = await askedOf('KHM', 'a46_03');
    await person.submit(page, '#answer', { ...SIGNED, 'keep.a46_03': 'theirs' });
    expect(await response('KHM')).toMatchObject({
      ahead: false,
      draft: { answers: { a46_03: 'Drafted' } },
    });
    await settles(committee, await committee.get(asked.path), 'confirmed');
  });

  it('to a question that is hidden by now changes nothing of it', async () => {
    await answered(on, round, 'IRQ', {
      answers: { r_use: 'attributed', a44_01: 'yes', a44_02: 'monthly' },
      seed: 7,
    });
    const { asked, person, path } = await askedOf('IRQ', 'a44_02');
    await answered(on, round, 'IRQ', {
      answers: { r_use: 'attributed', a44_01: 'no', a44_02: 'monthly' },
      seed: 7,
    });
    const page = await person.get(path);
    expect(page.all('#answer [data-question]')).toEqual([]);
    const before = await response('IRQ');
    expect((await person.submit(page, '#answer', SIGNED)).status).toBe(200);
    const now = await response('IRQ');
    expect(now.submitted).toEqual(before.submitted);
    expect(now.draft).toEqual(before.draft);
    await settles(committee, await committee.get(asked.path), 'confirmed');
  });

  it('comes by no other link: of another State, of a colleague, without a form of ours', async () => {
    const { asked, person, page, path } = await askedOf('KHM', 'a46_03');
    const iraq = await respondent(on, round, 'IRQ');
    expect((await iraq.visitor.get(`${iraq.base}/clarifications/${idOf(asked)}`)).status).toBe(404);
    expect((await iraq.visitor.get(path)).status).toBe(401);
    expect((await person.submit(page, '#answer', { ...SIGNED, token: 'x' })).status).toBe(403);
    const invitation = await on.services.invitations.ofState(SLUG, 'KHM', 'affected');
    const delegate = {
      _id: '0123456789abcdef01234567',
      invitation: invitation?._id ?? '',
      name: 'Cole',
      email: 'cole@example.org',
      language: 'en',
      sections: ['a46'],
      by: 'x',
      note: '',
      createdAt: on.services.clock(),
      endedAt: null,
      finishedAt: null,
    };
    await on.services.connection.collection('delegates').insertOne(delegate as never);
    const { token } = await on.services.links.mint(
      { invitation: delegate.invitation, contact: null, delegate: delegate._id, message: null },
      on.services.clock(),
    );
    const cole = visitor(on.app);
    await cole.get(`/r/${token}`);
    expect((await cole.get(path)).status).toBe(404);
    await withdraw(asked);
  });
});

describe('a question about a file', () => {
  const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

  it('is answered with another file, and the old one goes where it is ticked', async () => {
    await answered(on, round, 'IRQ', {
      answers: {
        r_use: 'attributed',
        a43_01: 'yes',
        a43_02: 'adopted',
        a43_04: ['article7'],
        a43_05: Object.fromEntries(
          [
            'survey_clearance',
            'risk_education',
            'victim_assistance',
            'stockpile',
            'coordination',
          ].map((row) => [row, 'partly']),
        ),
      },
      seed: 11,
    });
    const asked = await asks(committee, askPath('a43_03', 'IRQ'), {
      words: 'Which plan?',
      language: 'en',
    });
    const person = await respondent(on, round, 'IRQ');
    const path = `${person.base}/clarifications/${idOf(asked)}`;
    const english = await person.visitor.get(`/language/en?back=${path}`);
    expect(english.all('#answer button[value^="attach"]')).toEqual([]);
    const file = { name: 'plan.pdf', content: PDF, field: 'a43_03.file', with: SIGNED };
    const wrong = await person.visitor.upload(english, '#answer', {
      ...file,
      content: Buffer.from('no pdf'),
    });
    expect([wrong.status, wrong.text('.summary')]).toEqual([
      422,
      expect.stringContaining('cannot be attached'),
    ]);
    const done = await person.visitor.upload(english, '#answer', file);
    expect([done.status, done.text('main')]).toEqual([200, expect.stringContaining('plan.pdf')]);
    const first = (await response('IRQ')).submitted.answers['a43_03'] as {
      files: { id: string }[];
    };
    expect(first.files).toHaveLength(1);
    await committee.submit(await committee.get(asked.path), '#settle', { to: 'confirmed' });

    const again = await asks(committee, askPath('a43_03', 'IRQ'), {
      words: 'Newer?',
      language: 'en',
    });
    const page = await person.visitor.get(`${person.base}/clarifications/${idOf(again)}`);
    const removed = first.files[0]?.id ?? '';
    expect(page.root.querySelector(`#removed-${removed}`)).not.toBeNull();
    const next = { ...file, name: 'newer.pdf', with: { ...SIGNED, removed } };
    expect((await person.visitor.upload(page, '#answer', next)).status).toBe(200);
    const now = (await response('IRQ')).submitted.answers['a43_03'] as {
      files: { name: string }[];
    };
    expect(now.files.map(({ name }) => name)).toEqual(['newer.pdf']);
    await committee.submit(await committee.get(again.path), '#settle', { to: 'confirmed' });
  });
});

// Last: nothing else is taken in a round that is closed.
describe('a round that is closed', () => {
  it('lets a State reply to what it is asked, and nothing else', async () => {
    const closed = await closeRound(on.services, SLUG, SYSTEM);
    expect(closed.ok).toBe(true);
    const asked = await asks(committee, askPath('a46_03'), { words: 'And now?' });
    await on.sendMail();
    const link = linksIn(box.to('alice@example.org').at(-1) as never).find((one) =>
      /\/r\/[\w-]{43}$/.test(one),
    );
    const alice = visitor(on.app);
    const page = await alice.get(link ?? '');
    const { revision } = (await response('KHM')).submitted;
    const done = await alice.submit(page, '#answer', { ...SIGNED, a46_03: 'After the end' });
    expect([done.status, done.text('.lead')]).toEqual([
      200,
      expect.stringContaining('changed your answer'),
    ]);
    const now = (await response('KHM')).submitted;
    expect([now.revision, now.answers['a46_03']]).toEqual([revision + 1, 'After the end']);
    await on.sendMail();
    expect(box.to('alice@example.org').at(-1)?.subject).toContain(now.reference);
    const base = page.path.replace(/\/clarifications.*/, '');
    expect((await alice.get(`${base}/a46`)).text('main')).toContain('closed');
    await settles(committee, await committee.get(asked.path), 'confirmed');
  });
});
