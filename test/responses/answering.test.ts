/** Answering over HTTP, by somebody without JavaScript: saving, mending, branches, two at once, deadline, files. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FileAnswer } from '../../server/questionnaire/answers.ts';
import { firstElement } from '../../server/responses/section-page.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, linkFor, openedRound, respondent, SLUG } from '../support/rounds.ts';
import { fieldsOfForm, type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let round: Round;
let guest: Visitor;
let base: string;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on, { invited: true });
});
afterAll(() => on.close());

beforeEach(async () => {
  on.setTime('2023-05-02T08:00:00Z');
  await on.services.connection.collection('responses').updateMany(
    {},
    {
      $set: {
        draft: { answers: {}, other: {}, unparsed: {} },
        sections: {},
        startedAt: null,
        submitted: null,
        ahead: false,
        review: 'received',
      },
    },
  );
  await on.services.connection.collection('revisions').deleteMany({});
  await on.services.connection.collection('messages').deleteMany({ template: 'receipt' });
  // A language that was chosen is kept for the person.
  await on.services.connection
    .collection('contacts')
    .updateMany({}, { $unset: { chosenLanguage: 1 } });
  ({ visitor: guest, base } = await respondent(on, round, 'KHM'));
});

const stored = async (state = 'KHM', audience = 'affected') => {
  const invitation = await on.services.invitations.ofState(round._id, state, audience);
  const response = await on.services.responses.find(invitation?._id ?? '');
  if (!response) throw new Error('no response');
  return response;
};
const shownIn = (page: SeenPage) =>
  page
    .all('#section > [data-question]')
    .filter((one) => one.tagName !== 'TEMPLATE')
    .map((one) => one.getAttribute('data-question'));

describe('saving a section', () => {
  it('keeps an incomplete page and goes on', async () => {
    const page = await guest.get(`${base}/a44`);
    const next = await guest.submit(page, '#section', { a44_01: 'no' }, 'next');
    // "No" reveals what would help, so the page comes back with it.
    expect(next.path).toContain(`${base}/a44?new=a44_06`);
    const after = await guest.submit(next, '#section', {}, 'next');
    expect(after.path).toBe(`${base}/a45`);
    expect((await stored()).draft.answers).toEqual({ a44_01: 'no' });
  });

  it('keeps what cannot be read, says so at the field, and shows it again on another device', async () => {
    const page = await guest.get(`${base}/a42`);
    const failed = await guest.submit(
      page,
      '#section',
      { 'a42_05.amount': 'about a million', a42_07: ['none'] },
      'next',
    );
    expect(failed.status).toBe(422);
    expect(failed.text('title')).toMatch(/^Error: /);
    const link = failed.root.querySelector('.summary a')?.getAttribute('href') ?? '';
    expect(failed.root.querySelector(link)?.getAttribute('value')).toBe('about a million');
    expect(failed.root.querySelector(link)?.getAttribute('aria-invalid')).toBe('true');
    expect((await stored()).draft.answers).toEqual({ a42_07: ['none'] });

    const elsewhere = visitor(on.app);
    await elsewhere.get(await linkFor(on, round, 'KHM', 'affected'));
    const again = await elsewhere.get(`${base}/a42`);
    expect(again.root.querySelector('#a42_05-amount')?.getAttribute('value')).toBe(
      'about a million',
    );
    expect(again.text('#error-a42_05')).toContain('Enter a number');
    const mended = await elsewhere.submit(
      again,
      '#section',
      { 'a42_05.amount': '1,250,000.50' },
      'later',
    );
    expect(mended.path).toBe(`${base}?saved=1`);
    expect((await stored()).draft).toMatchObject({
      answers: { a42_05: { amount: 1_250_000.5, currency: 'USD' } },
      unparsed: {},
    });
  });

  it('takes what was mended on the very page that told what was wrong', async () => {
    const page = await guest.get(`${base}/a42`);
    const failed = await guest.submit(page, '#section', { 'a42_05.amount': 'much' }, 'next');
    const mended = await guest.submit(failed, '#section', { 'a42_05.amount': '7' }, 'next');
    expect(mended.path).toContain(`${base}/a42?new=a42_06`);
    expect((await stored()).draft).toMatchObject({
      answers: { a42_05: { amount: 7, currency: 'USD' } },
      unparsed: {},
    });
  });

  it('shows no question before its branch opens, and the first new one in focus', async () => {
    const page = await guest.get(`${base}/a43`);
    expect(shownIn(page)).not.toContain('a43_02');
    const back = await guest.submit(page, '#section', { a43_01: 'yes' }, 'next');
    expect(shownIn(back)).toContain('a43_02');
    expect(back.root.querySelector('[autofocus]')?.getAttribute('name')).toBe('a43_02');
    // A browser gives the focus to the fragment; "autofocus" counts where there is none, as after a change of language.
    const [, field] = back.path.split('#');
    expect(back.root.querySelector(`#${field}`)?.getAttribute('name')).toBe('a43_02');
  });

  it('knows for every question the field that takes the focus', async () => {
    const questionnaire = bundledQuestionnaire();
    for (const { id } of questionnaire.sections('affected')) {
      const page = await guest.get(`${base}/${id}`);
      const fields = questionnaire
        .questions(id)
        .map((question) => page.root.querySelector(`#${firstElement(question)}`)?.tagName);
      expect(fields.filter((tag) => !/^(INPUT|SELECT|TEXTAREA)$/.test(tag ?? ''))).toEqual([]);
    }
  });

  it('keeps the answers of a branch that closes, counts them no more, and brings them back', async () => {
    const first = await guest.submit(
      await guest.get(`${base}/a43`),
      '#section',
      { a43_01: 'yes' },
      'next',
    );
    await guest.submit(first, '#section', { a43_02: 'adopted', a43_04: ['article7'] }, 'later');
    await guest.submit(await guest.get(`${base}/a43`), '#section', { a43_01: 'no' }, 'later');
    const closed = await guest.get(`${base}/a43`);
    expect(shownIn(closed)).not.toContain('a43_02');
    const open = await guest.submit(closed, '#section', { a43_01: 'yes' }, 'next');
    expect(fieldsOfForm(open.root.querySelector('#section') as never)['a43_02']).toBe('adopted');
  });

  it('saves before it changes the language, and then speaks it', async () => {
    const page = await guest.get(`${base}/a46`);
    const arabic = await guest.submit(page, '#section', { a46_03: 'A pooled fund' }, 'language:ar');
    expect(arabic.path).toBe(`${base}/a46`);
    expect(arabic.root.querySelector('html')?.getAttribute('dir')).toBe('rtl');
    expect(arabic.text('#a46_03')).toBe('A pooled fund');
  });

  it('refuses two answers that exclude each other, and keeps both to choose from', async () => {
    const page = await guest.get(`${base}/a42`);
    const failed = await guest.submit(page, '#section', { a42_07: ['climate', 'none'] }, 'next');
    expect(failed.status).toBe(422);
    expect(failed.text('#error-a42_07')).toContain('None explored so far');
    expect(fieldsOfForm(failed.root.querySelector('#section') as never)['a42_07']).toEqual([
      'climate',
      'none',
    ]);
  });

  it('takes the longest text that is allowed and refuses one letter more with both lengths', async () => {
    const page = await guest.get(`${base}/a46`);
    const longest = 'é'.repeat(1000);
    await guest.submit(page, '#section', { a46_03: longest }, 'later');
    expect((await stored()).draft.answers['a46_03']).toBe(longest);
    const failed = await guest.submit(
      await guest.get(`${base}/a46`),
      '#section',
      { a46_03: `${longest}x` },
      'next',
    );
    expect(failed.text('#error-a46_03')).toContain('1,000 characters. The text has 1,001');
    expect(failed.text('#a46_03')).toHaveLength(1001);
  });
});

describe('two people at once', () => {
  it('shows the second one both texts and loses neither', async () => {
    const colleague = visitor(on.app);
    await colleague.get(await linkFor(on, round, 'KHM', 'affected'));
    const [mine, theirs] = [await guest.get(`${base}/a46`), await colleague.get(`${base}/a46`)];
    await colleague.submit(theirs, '#section', { a46_03: 'Their text', a46_02: ['gaps'] }, 'next');
    const conflict = await guest.submit(mine, '#section', { a46_03: 'My text' }, 'next');
    expect(conflict.status).toBe(409);
    expect(conflict.text('#a46_03')).toBe('My text');
    expect(conflict.text('#theirs-a46_03')).toContain('Their text');
    // What only the colleague touched is taken over.
    expect(fieldsOfForm(conflict.root.querySelector('#section') as never)['a46_02']).toBe('gaps');
    expect((await stored()).draft.answers['a46_03']).toBe('Their text');

    const saved = await guest.submit(
      conflict,
      '#section',
      { a46_03: 'My text and their text' },
      'next',
    );
    expect(saved.path).toBe(`${base}/a47`);
    expect((await stored()).draft.answers).toMatchObject({
      a46_02: ['gaps'],
      a46_03: 'My text and their text',
    });
  });

  it('keeps words that cannot be read, and the currency beside them', async () => {
    const colleague = visitor(on.app);
    await colleague.get(await linkFor(on, round, 'KHM', 'affected'));
    const [mine, theirs] = [await guest.get(`${base}/a42`), await colleague.get(`${base}/a42`)];
    await colleague.submit(theirs, '#section', { a42_07: ['none'] }, 'next');
    const typed = { 'a42_05.amount': 'a lot', 'a42_05.currency': 'EUR' };
    const conflict = await guest.submit(mine, '#section', typed, 'next');
    expect(conflict.status).toBe(409);
    const fields = fieldsOfForm(conflict.root.querySelector('#section') as never);
    expect(fields).toMatchObject({ ...typed, a42_07: 'none' });
    await guest.submit(conflict, '#section', {}, 'later');
    const again = await guest.get(`${base}/a42`);
    expect(fieldsOfForm(again.root.querySelector('#section') as never)).toMatchObject(typed);
    expect(again.all('#q-a42_05 .problem')).toHaveLength(1);
  });

  it('lets people save different sections side by side', async () => {
    const [a46, a47] = [await guest.get(`${base}/a46`), await guest.get(`${base}/a47`)];
    const results = await Promise.all([
      guest.submit(a46, '#section', { a46_03: 'Text' }, 'later'),
      guest.submit(a47, '#section', { a47_04: 'no' }, 'later'),
    ]);
    expect(results.map((page) => page.status)).toEqual([200, 200]);
    expect((await stored()).draft.answers).toEqual({ a46_03: 'Text', a47_04: 'no' });
  });

  it('takes one of twenty saves from twenty pages at once', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => guest.get(`${base}/a46`)));
    const answers = await Promise.all(
      pages.map((page, i) => guest.submit(page, '#section', { a46_03: `Text ${i}` }, 'later')),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(19);
    expect((await stored()).sections['a46']?.revision).toBe(1);
  });

  it('lets the second choose, question by question, whose answer is kept', async () => {
    const mine = await guest.get(`${base}/a46`);
    const theirs = await guest.get(`${base}/a46`);
    const saved = { a46_01: '4', a46_03: 'Theirs' };
    await guest.submit(theirs, '#section', saved, 'later');
    const both = await guest.submit(mine, '#section', { a46_01: '2', a46_03: 'Mine' }, 'later');
    expect(both.status).toBe(409);
    expect(both.text('#theirs-a46_03')).toContain('Theirs');
    const done = await guest.submit(
      both,
      '#section',
      { 'keep.a46_01': 'mine', 'keep.a46_03': 'theirs' },
      'later',
    );
    expect(done.status).toBe(200);
    expect((await stored()).draft.answers).toMatchObject({ a46_01: 2, a46_03: 'Theirs' });
  });
});

describe('a save whose reply was lost', () => {
  const words = async () => (await stored()).draft.answers['a46_03'];

  it('can be sent again from the same page, with the same words or newer ones', async () => {
    const page = await guest.get(`${base}/a46`);
    await guest.submit(page, '#section', { a46_03: 'First' }, 'later');
    expect((await guest.submit(page, '#section', { a46_03: 'First' }, 'later')).status).toBe(200);
    expect((await guest.submit(page, '#section', { a46_03: 'Second' }, 'later')).status).toBe(200);
    expect(await words()).toBe('Second');
  });

  it('may arrive twenty times at once', async () => {
    const page = await guest.get(`${base}/a46`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => guest.submit(page, '#section', { a46_03: 'Once' }, 'later')),
    );
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([200]));
    expect(await words()).toBe('Once');
  });

  it('does not undo a later one that overtook it', async () => {
    const page = await guest.get(`${base}/a46`);
    await guest.submit(page, '#section', { a46_03: 'Later', turn: '2' }, 'later');
    const late = await guest.submit(page, '#section', { a46_03: 'Earlier', turn: '1' }, 'later');
    expect(late.status).toBe(200);
    expect(await words()).toBe('Later');
  });

  it('is a conflict all the same once somebody else has saved', async () => {
    const page = await guest.get(`${base}/a46`);
    await guest.submit(page, '#section', { a46_03: 'Mine' }, 'later');
    const other = await guest.get(`${base}/a46`);
    await guest.submit(other, '#section', { a46_03: 'Other page' }, 'later');
    expect((await guest.submit(page, '#section', { a46_03: 'Mine' }, 'later')).status).toBe(409);
    expect(await words()).toBe('Other page');
  });
});

describe('saving by itself', () => {
  const auto = async (page: SeenPage, fields: Record<string, string>) => {
    const form = page.root.querySelector('#section');
    if (!form) throw new Error('no form');
    return guest.agent
      .post(`${base}/a46`)
      .type('form')
      .send({ ...fieldsOfForm(form), ...fields, go: 'auto' });
  };

  it('answers with the revision and the marks that the page goes on from', async () => {
    const page = await guest.get(`${base}/a46`);
    const reply = await auto(page, { a46_03: 'By itself' });
    expect(reply.body).toMatchObject({ revision: 1, text: expect.stringContaining('15:00') });
    const next = await auto(page, {
      a46_03: 'And on',
      revision: String(reply.body.revision),
      'was.a46_03': reply.body.marks['was.a46_03'],
    });
    expect(next.body.revision).toBe(2);
    expect((await stored()).draft.answers['a46_03']).toBe('And on');
  });

  it('says in one line when somebody else has saved, and when it is too late', async () => {
    const page = await guest.get(`${base}/a46`);
    await guest.submit(await guest.get(`${base}/a46`), '#section', { a46_03: 'Other' }, 'later');
    const conflict = await auto(page, { a46_03: 'Mine' });
    expect([conflict.status, conflict.body.reason]).toEqual([409, 'conflict']);
    expect(conflict.body.text).toContain('see both texts');
    await on.services.connection
      .collection('rounds')
      .updateOne({ _id: SLUG as never }, { $set: { status: 'closed' } });
    const closed = await auto(page, { a46_03: 'Mine' });
    await on.services.connection
      .collection('rounds')
      .updateOne({ _id: SLUG as never }, { $set: { status: 'open' } });
    expect([closed.status, closed.body.reason]).toEqual([409, 'closed']);
  });
});

/** The least that can be submitted: every required question with a way out. */
const LEAST: Record<string, Record<string, string | string[]>> = {
  about: { r_currency: 'USD', r_use: 'attributed', r_quote: 'no' },
  a42: { a42_01: 'no', a42_07: ['none'] },
  a43: { a43_01: 'no', a43_07: 'no' },
  a44: { a44_01: 'dont_know' },
  a45: {
    a45_04: 'no',
    a45_08: 'prefer_not',
    ...Object.fromEntries(
      ['survey_clearance', 'risk_education', 'victim_assistance', 'stockpile', 'coordination'].map(
        (row) => [`a45_01.${row}`, 'none'],
      ),
    ),
  },
  a46: { a46_01: 'dont_know' },
  a47: { a47_01: 'no', a47_05: 'no' },
};
async function fillIn(person: Visitor, at: string): Promise<SeenPage> {
  for (const [section, fields] of Object.entries(LEAST))
    await person.submit(await person.get(`${at}/${section}`), '#section', fields, 'later');
  return person.get(`${at}/check`);
}

describe('submitting', () => {
  it('lists what is missing with a link to each, and offers no button until nothing is', async () => {
    const check = await guest.get(`${base}/check`);
    expect(check.root.querySelector('#submit')).toBeNull();
    const links = check.all('.summary a').map((one) => one.getAttribute('href'));
    expect(links).toContain(`${base}/a43#q-a43_01`);
    // A draft needs nothing: optional questions are not in the list.
    expect(links).not.toContain(`${base}/a46#q-a46_03`);
    const done = await fillIn(guest, base);
    expect(done.all('.summary')).toEqual([]);
    expect(done.root.querySelector('#submit')).not.toBeNull();
  });

  it('takes the words beside "Other" only where it is chosen, and keeps them in the draft', async () => {
    await fillIn(guest, base);
    const words = { a42_07: ['other'], 'a42_07.other': 'A lottery of our own' };
    await guest.submit(await guest.get(`${base}/a42`), '#section', words, 'later');
    await guest.submit(
      await guest.get(`${base}/a42`),
      '#section',
      { a42_07: ['climate'] },
      'later',
    );
    await guest.submit(await guest.get(`${base}/check`), '#submit', { confirm: 'yes' });
    const { submitted, draft } = await stored();
    expect(submitted?.other).toEqual({});
    expect(draft.other).toEqual({ a42_07: 'A lottery of our own' });
  });

  it('asks for a name, a post, an address and a confirmation, and keeps what was typed', async () => {
    const check = await fillIn(guest, base);
    const failed = await guest.submit(check, '#submit', {
      name: 'Alice Chan',
      post: '',
      email: 'no address',
    });
    expect(failed.status).toBe(422);
    expect(failed.all('.summary a').map((one) => one.getAttribute('href'))).toEqual([
      '#submitter-post',
      '#submitter-email',
      '#submitter-confirm',
    ]);
    expect(failed.root.querySelector('#submitter-email')?.getAttribute('value')).toBe('no address');
    expect((await stored()).submitted).toBeNull();
  });

  it('gives twenty submits of one page one receipt', async () => {
    const check = await fillIn(guest, base);
    const pages = await Promise.all(
      Array.from({ length: 20 }, () => guest.submit(check, '#submit', { confirm: 'yes' })),
    );
    expect(new Set(pages.map((page) => page.text('.reference'))).size).toBe(1);
    expect(pages.every((page) => page.status === 200)).toBe(true);
    expect(await on.services.responses.revisions((await stored())._id)).toHaveLength(1);
    expect(
      await on.services.connection.collection('messages').countDocuments({ template: 'receipt' }),
    ).toBe(1);
  });

  it('does not take a submission when somebody saved after the page was opened', async () => {
    const check = await fillIn(guest, base);
    await guest.submit(
      await guest.get(`${base}/a46`),
      '#section',
      { a46_03: 'Saved late' },
      'later',
    );
    const refused = await guest.submit(check, '#submit', { confirm: 'yes' });
    expect(refused.status).toBe(409);
    expect(refused.text('.summary')).toContain('changed since you opened');
    expect((await stored()).submitted).toBeNull();
    const receipt = await guest.submit(refused, '#submit', { confirm: 'yes' });
    expect(receipt.text('.reference')).toMatch(/^R-/);
  });

  it('can be repeated until the deadline, and counts the last submission until then', async () => {
    await guest.submit(await fillIn(guest, base), '#submit', { confirm: 'yes' });
    await guest.submit(await guest.get(`${base}/a44`), '#section', { a44_01: 'no' }, 'later');
    const between = await stored();
    expect(between.ahead).toBe(true);
    expect(between.submitted?.answers['a44_01']).toBe('dont_know');
    expect((await guest.get(base)).text('.note')).toContain('count only when you submit again');
    const check = await guest.get(`${base}/check`);
    const second = await guest.submit(check, '#submit', { confirm: 'yes' });
    expect(second.path).toBe(`${base}/receipt`);
    const revisions = await on.services.responses.revisions(between._id);
    expect(revisions.map((one) => [one.revision, one.answers['a44_01']])).toEqual([
      [2, 'no'],
      [1, 'dont_know'],
    ]);
    expect(new Set(revisions.map((one) => one.reference)).size).toBe(2);
  });
});

describe('the deadline', () => {
  it('leaves fifteen silent minutes for a save that was under way, and then only reads', async () => {
    const page = await guest.get(`${base}/a46`);
    on.setTime('2023-06-30T16:15:00.000Z');
    const renewed = await guest.get(await linkFor(on, round, 'KHM', 'affected'));
    expect(renewed.status).toBe(200);
    expect((await guest.submit(page, '#section', { a46_03: 'Just in time' }, 'later')).status).toBe(
      200,
    );
    const late = await guest.get(`${base}/a46`);
    on.setTime('2023-06-30T16:15:00.001Z');
    const refused = await guest.submit(late, '#section', { a46_03: 'Too late' }, 'later');
    expect(refused.status).toBe(422);
    expect(refused.text('.note')).toContain('deadline has passed');
    // What was typed is still on the page.
    expect(refused.text('#a46_03')).toBe('Too late');
    expect((await stored()).draft.answers['a46_03']).toBe('Just in time');
    const landing = await guest.get(base);
    expect(landing.text('main')).toContain('You can read your answers, but not change them');
    expect((await guest.get(`${base}/answers`)).text('main')).toContain('Just in time');
  });
});

describe('a session that has ended', () => {
  it('holds the typed text until the link is opened again, and then saves it', async () => {
    const page = await guest.get(`${base}/a46`);
    on.setTime('2023-05-03T12:00:00Z');
    const held = await guest.submit(
      page,
      '#section',
      { a46_03: 'Written over a long lunch' },
      'later',
    );
    expect(held.status).toBe(401);
    expect(held.text('h1')).toContain('away for a long time');
    expect((await stored()).draft.answers['a46_03']).toBeUndefined();
    await guest.get(await linkFor(on, round, 'KHM', 'affected'));
    const saved = await guest.submit(held, 'main form');
    expect(saved.status).toBe(200);
    expect((await stored()).draft.answers['a46_03']).toBe('Written over a long lunch');
  });

  it("does not take another State's form, nor one that no page made", async () => {
    const other = await respondent(on, round, 'IRQ');
    const page = await other.visitor.get(`${other.base}/a46`);
    const foreign = await guest.submit(page, '#section', { a46_03: 'For Iraq?' }, 'later');
    // The form is real, but this browser never opened Iraq's link.
    expect(foreign.status).toBe(401);
    const forged = await guest.post(`${base}/a46`, {
      link: 'x',
      token: 'y',
      shown: 'a46_03',
      a46_03: 'Forged',
    });
    expect(forged.status).toBe(403);
    expect((await stored('IRQ')).draft.answers).toEqual({});
    expect((await stored()).draft.answers).toEqual({});
  });
});

describe('files', () => {
  const pdf = Buffer.from('%PDF-1.7\nplan\n%%EOF');
  const PLAN = { field: 'a43_03.file', go: 'attach:a43_03' };
  const atPlan = async () => {
    const page = await guest.submit(
      await guest.get(`${base}/a43`),
      '#section',
      { a43_01: 'yes' },
      'next',
    );
    return guest.submit(page, '#section', { a43_02: 'adopted' }, 'next');
  };

  it('are taken with the form of their section, offered as downloads, and can be removed', async () => {
    const page = await atPlan();
    expect(page.text('#hint-a43_03')).toContain('PDF');
    const taken = await guest.upload(page, '#section', {
      ...PLAN,
      name: 'خطة 2023.pdf',
      content: pdf,
    });
    expect(taken.status).toBe(200);
    expect(taken.text('ul.files a')).toBe('خطة 2023.pdf');
    const href = taken.root.querySelector('ul.files a')?.getAttribute('href') ?? '';
    const file = await guest.agent.get(href).buffer(true);
    expect(file.body.equals?.(pdf) ?? Buffer.from(file.text).equals(pdf)).toBe(true);
    expect(file.headers['content-disposition']).toContain('attachment');
    expect(file.headers['content-security-policy']).toContain('sandbox');
    // Another State may not have it.
    const other = await respondent(on, round, 'IRQ');
    expect((await other.visitor.get(href)).status).toBe(401);
    const id = href.split('/').at(-1);
    expect((await other.visitor.get(`${other.base}/files/${id}`)).status).toBe(404);
    const removed = await guest.submit(taken, '#section', {}, `detach:a43_03:${id}`);
    expect(removed.all('ul.files li')).toEqual([]);
  });

  it.each([
    [
      'a program that is called PDF',
      'plan.pdf',
      Buffer.from('MZ\u0090 this is no document'),
      'This kind of file',
    ],
    ['an empty file', 'plan.pdf', Buffer.alloc(0), 'it was empty'],
    [
      'one beyond the limit',
      'plan.pdf',
      Buffer.concat([pdf, Buffer.alloc(10.2 * 1_048_576)]),
      'too large',
    ],
    [
      'one beyond what is read at all',
      'plan.pdf',
      Buffer.concat([pdf, Buffer.alloc(11 * 1_048_576)]),
      'too large',
    ],
    [
      'a page of HTML',
      'plan.html',
      Buffer.from('<html><script>alert(1)</script>'),
      'This kind of file',
    ],
  ])(
    'refuses %s with a plain message at the question, and keeps the other answers',
    async (_what, name, content, message) => {
      const page = await atPlan();
      const refused = await guest.upload(page, '#section', { ...PLAN, name, content });
      expect(refused.text('#q-a43_03')).toContain(message);
      expect(refused.text('.summary')).toContain(message);
      expect((await stored()).draft.answers).toMatchObject({ a43_01: 'yes', a43_02: 'adopted' });
      expect((await stored()).draft.answers['a43_03']).toBeUndefined();
    },
  );

  it('come with whatever button is pressed, together with the words of the page', async () => {
    const page = await atPlan();
    const next = await guest.upload(page, '#section', {
      name: 'plan.pdf',
      content: pdf,
      field: 'a43_03.file',
      go: 'later',
      with: { a43_07: 'planned' },
    });
    expect(next.path).toContain('saved=1');
    const { answers } = (await stored()).draft;
    expect(answers['a43_07']).toBe('planned');
    expect((answers['a43_03'] as FileAnswer).files).toEqual([
      expect.objectContaining({ name: 'plan.pdf', size: pdf.length }),
    ]);
  });

  it('that are too large cost none of the words on the page, before or after them', async () => {
    const page = await atPlan();
    const refused = await guest.upload(page, '#section', {
      ...PLAN,
      name: 'plan.pdf',
      content: Buffer.alloc(11 * 1_048_576),
      with: { a43_07: 'planned' },
      after: { a43_06: 'form' },
    });
    expect(refused.status).toBe(422);
    expect((await stored()).draft.answers).toMatchObject({
      a43_07: 'planned',
      a43_06: 'form',
    });
  });

  it('are kept when somebody else saved first, beside what the other attached', async () => {
    const page = await atPlan();
    const colleague = await respondent(on, round, 'KHM');
    const theirs = await colleague.visitor.get(`${base}/a43`);
    await colleague.visitor.upload(theirs, '#section', { ...PLAN, name: 'A.pdf', content: pdf });
    const conflict = await guest.upload(page, '#section', {
      ...PLAN,
      name: 'B.pdf',
      content: pdf,
      with: { a43_07: 'planned' },
    });
    expect(conflict.status).toBe(409);
    expect(conflict.all('ul.files a').map((one) => one.text)).toEqual(['A.pdf', 'B.pdf']);
    const merged = await guest.submit(conflict, '#section', {}, 'next');
    expect(merged.status).toBe(200);
    const { answers } = (await stored()).draft;
    expect(answers['a43_07']).toBe('planned');
    expect((answers['a43_03'] as FileAnswer).files.map(({ name }) => name)).toEqual([
      'A.pdf',
      'B.pdf',
    ]);
  });

  it('are asked for when the button is pressed without one', async () => {
    const page = await atPlan();
    const asked = await guest.submit(page, '#section', {}, 'attach:a43_03');
    expect(asked.status).toBe(422);
    expect(asked.text('#q-a43_03')).toContain('Choose a file first');
  });

  it('are at most as many as the question allows', async () => {
    let page = await atPlan();
    for (let n = 0; n < 3; n += 1)
      page = await guest.upload(page, '#section', { ...PLAN, name: `${n}.pdf`, content: pdf });
    expect(page.all('ul.files li')).toHaveLength(3);
    expect(page.root.querySelector('#a43_03-file')).toBeNull();
  });
});
