/** The whole main job over HTTP, on a real MongoDB and a real SMTP server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { fieldsOf } from '../../server/responses/fields.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { bundledQuestionnaire, CAST, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type Fields, type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let post: Mailbox;
let questionnaire: Questionnaire;

/** What each State said, as the test posted it. */
const said = new Map<
  string,
  { state: string; audience: string; answers: Answers; other: Record<string, string> }
>();

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, mailReplyTo: 'isu@example.org' });
  questionnaire = bundledQuestionnaire();
  await openedRound(on);
  await on.sendMail();
});
afterAll(async () => {
  await on.close();
  await post.close();
});

const PEOPLE = CAST.trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [cells = []]: string[][] = parse(line);
    return {
      state: cells[0] as string,
      audience: cells[1] as string,
      email: cells[4] as string,
      language: cells[5] as string,
    };
  });

describe('from the contacts file to the chart', () => {
  it('brings each contact one invitation in their language, as text and as HTML', () => {
    expect(post.mails).toHaveLength(PEOPLE.length);
    for (const person of PEOPLE) {
      const [mail, second] = post.to(person.email);
      expect(second).toBeUndefined();
      expect(mail?.headers.get('content-language')).toBe(person.language);
      expect(mail?.html).toContain(person.language === 'ar' ? 'dir="rtl"' : 'dir="ltr"');
      const [personal, ...others] = linksIn(mail as never);
      expect(personal).toMatch(/\/r\/[\w-]{43}$/);
      expect(others).toEqual([`${on.url}/r/lost`]);
      expect(mail?.text).toContain(new URL(on.url).host);
      expect([mail?.replyTo].flat()[0]?.value[0]?.address).toBe('isu@example.org');
    }
    expect(post.to('alice@example.org')[0]?.text).toContain(
      '30 June 2023, 23:00 (Indochina Time); 18:00 (Central European Time)',
    );
    expect(post.to('bob@example.org')[0]?.subject).toContain('العراق');
    expect(post.to('chantal@example.org')[0]?.text).toContain('30 juin 2023');
  });

  it.each(PEOPLE)(
    'lets $email answer for $state as $audience, in $language, and gives a receipt',
    async (person) => {
      const guest = visitor(on.app);
      const [invitation] = post.to(person.email);
      const landing = await guest.get(linksIn(invitation as never)[0] as string);
      expect(landing.status).toBe(200);
      expect(landing.path).toMatch(/^\/r\/[0-9a-f]{24}$/);
      expect(landing.root.querySelector('html')?.getAttribute('lang')).toBe(person.language);

      const place = PEOPLE.indexOf(person);
      const { answers, other } = inventAnswers(
        questionnaire,
        person.audience,
        seededRandom(4200 + place),
        ['Words: é, العربية, 中文\nsecond line'],
      );
      answers['r_use'] = 'attributed';
      said.set(`${person.state} ${person.audience}`, { ...person, answers, other });
      const check = await answerAll(guest, landing.path, person.audience, { answers, other });
      expect(check.path).toBe(`${landing.path}/check`);

      const receipt = await guest.submit(check, '#submit', { confirm: 'yes' });
      expect(receipt.path).toBe(`${landing.path}/receipt`);
      expect(receipt.status).toBe(200);
      const reference = receipt.text('.reference');
      expect(reference).toMatch(/^R-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);

      await on.sendMail();
      const mails = post.to(person.email);
      expect(mails).toHaveLength(2);
      expect(mails[1]?.text).toContain(reference);
      expect(mails[1]?.headers.get('content-language')).toBe(person.language);
    },
  );

  it('shows the Committee the figures that the answers give', async () => {
    const committee = await signedIn(on, 'committee');
    const overview = await committee.get(`/results/${SLUG}`);
    expect(overview.all('.figures b').map((one) => one.text.trim())).toEqual(['4 of 4', '3 of 3']);

    for (const { audience, question } of closedQuestions()) {
      const page = await committee.get(`/results/${SLUG}/questions/${question.id}`);
      expect(page.status).toBe(200);
      // Of a matrix, the chart of each row.
      const lists = page.all('ul.bars');
      const rows = question.type === 'matrix' ? question.rows.map((row) => row.value) : [null];
      expect(lists).toHaveLength(rows.length);
      for (const [at, row] of rows.entries())
        for (const bar of lists[at]?.querySelectorAll('a') ?? []) {
          const address = new URL(bar.getAttribute('href') ?? '', on.url);
          const answer = address.searchParams.get('answer') ?? '';
          expect([question.id, row, answer, Number(bar.querySelector('b')?.text)]).toEqual([
            question.id,
            row,
            answer,
            statesWho(audience, question.id, row, answer).length,
          ]);
        }
    }
  });

  it('leads from a bar to its States and from there to the answer', async () => {
    const committee = await signedIn(on, 'committee');
    const page = await committee.get(`/results/${SLUG}/questions/a43_01`);
    const bar = page.all('ul.bars a').find((one) => Number(one.querySelector('b')?.text) > 0);
    const href = bar?.getAttribute('href') ?? '';
    const list = await committee.get(href);
    const named = list.all('ul.states li > a:not(.ask)');
    const answer = new URL(href, on.url).searchParams.get('answer') ?? '';
    expect(named.map((one) => one.getAttribute('href')?.split('/')[4]).sort()).toEqual(
      statesWho('affected', 'a43_01', null, answer).sort(),
    );
    const state = await committee.get((named[0]?.getAttribute('href') ?? '').replace(/#.*/, ''));
    const option = questionnaire.question('a43_01')?.options.find((one) => one.value === answer);
    expect(state.text('#q-a43_01 dd .said')).toBe(option?.label);
  });

  it('evaluates the indicators of the plan as their rules say', async () => {
    const committee = await signedIn(on, 'committee');
    const page = await committee.get(`/results/${SLUG}/actions/44`);
    const met = [...said.values()].filter(
      ({ audience, answers }) =>
        audience === 'affected' &&
        answers['a44_01'] === 'yes' &&
        ['monthly', 'quarterly', 'biannual'].includes(String(answers['a44_02'])),
    ).length;
    // 41 affected States Parties, of which four were asked here.
    expect(page.text('.indicator .quiet')).toContain(`${met} of 41`);
    expect(page.text('.indicator .quiet')).toContain('4 answered');
    const donors = await committee.get(`/results/${SLUG}/actions/46`);
    const coordinate = ['NOR', 'TUR'].filter((state) =>
      ['regularly', 'occasionally'].includes(String(said.get(`${state} donor`)?.answers['d46_01'])),
    ).length;
    // The United States is no State Party, so it stands apart.
    expect(donors.text('.indicator .quiet')).toContain(`${coordinate} of 28`);
  });

  it('exports a CSV that equals the answers', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/results/${SLUG}`);
    const file = await admin.submit(page, 'form[action$="/exports/csv"]');
    expect(file.status).toBe(200);
    expect(file.html.charCodeAt(0)).toBe(0xfeff);
    const rows: Record<string, string>[] = parse(file.html, { bom: true, columns: true });
    expect(rows).toHaveLength(said.size);
    for (const row of rows) {
      const one = said.get(`${row['state']} ${row['audience']}`);
      if (!one) throw new Error(`nobody said ${row['state']}`);
      for (const question of questionnaire.asked(one.audience)) {
        const answer = one.answers[question.id];
        const { id } = question;
        if (question.type === 'single' || question.type === 'scale' || question.type === 'number')
          expect([id, row[id]]).toEqual([id, answer === undefined ? '' : String(answer)]);
        else if (question.type === 'text') expect([id, row[id]]).toEqual([id, answer ?? '']);
        else if (question.type === 'multi')
          for (const option of question.options)
            expect([id, option.value, row[`${id}.${option.value}`]]).toEqual([
              id,
              option.value,
              answer === undefined ? '' : (answer as string[]).includes(option.value) ? '1' : '0',
            ]);
        else if (question.type === 'money')
          expect(row[`${id}.amount`]).toBe(
            answer ? String((answer as { amount: number }).amount) : '',
          );
        else if (question.type === 'matrix')
          for (const line of question.rows) {
            const cells = (answer as Record<string, unknown> | undefined)?.[line.value];
            if (question.cell.type === 'single')
              expect(row[`${id}.${line.value}`]).toBe(cells ?? '');
            else if (question.cell.type === 'money')
              for (const column of question.columns)
                expect(row[`${id}.${line.value}.${column.value}`]).toBe(
                  cells ? String((cells as Record<string, number>)[column.value]) : '',
                );
          }
      }
    }
  });
});

/** Posts each section in turn, as often as it reveals new questions, and returns the last page. */
async function answerAll(
  guest: Visitor,
  base: string,
  audience: string,
  given: { answers: Answers; other: Record<string, string> },
): Promise<SeenPage> {
  let page = await guest.get(`${base}/about`);
  for (let step = 0; step < 60 && !page.path.endsWith('/check'); step += 1) {
    if (page.status !== 200)
      throw new Error(`${page.path}: ${page.status} ${page.text('.summary')}`);
    const language = page.root.querySelector('html')?.getAttribute('lang') ?? 'en';
    const shown = page
      .all('#section > [data-question]')
      .filter((one) => one.tagName !== 'TEMPLATE')
      .map((one) => one.getAttribute('data-question') ?? '');
    const fields: Fields = {};
    for (const id of shown) {
      const question = questionnaire.question(id);
      if (!question) throw new Error(`no question ${id}`);
      for (const [name, value] of Object.entries(
        fieldsOf(question, { ...given, unparsed: {} }, language),
      ))
        if (value !== undefined) fields[name] = value;
    }
    page = await guest.submit(page, '#section', fields, 'next');
  }
  expect(questionnaire.asked(audience).length).toBeGreaterThan(30);
  return page;
}

function closedQuestions() {
  return ['affected', 'donor'].flatMap((audience) =>
    questionnaire
      .asked(audience)
      .filter((question) => question.action !== null)
      .filter(
        (q) =>
          ['single', 'multi', 'scale'].includes(q.type) ||
          (q.type === 'matrix' && ['single', 'multi'].includes(q.cell.type)),
      )
      .map((question) => ({ audience, question })),
  );
}

/** Counted here from what was posted, with nothing of `progress/`. */
function statesWho(audience: string, id: string, row: string | null, answer: string): string[] {
  const asked = [...said.values()].filter((one) => one.audience === audience);
  const given = (answers: Answers): unknown => {
    const whole = answers[id];
    return row === null ? whole : (whole as Record<string, unknown> | undefined)?.[row];
  };
  return asked
    .filter(({ answers }) => {
      const value = given(answers);
      // The invented answers hold only questions that are shown; which are not is told by the ones before them.
      if (value === undefined)
        return answer === (isShown(id, answers) ? '_no_answer' : '_not_applicable');
      return [value].flat().map(String).includes(answer);
    })
    .map((one) => one.state);
}

type AnyCondition =
  | { q: string; op: string; value?: unknown }
  | { all: AnyCondition[] }
  | { any: AnyCondition[] };

function isShown(id: string, answers: Answers): boolean {
  const rule = questionnaire.question(id)?.shownWhen as AnyCondition | undefined;
  const holds = (one: AnyCondition): boolean => {
    if ('all' in one) return one.all.every(holds);
    if ('any' in one) return one.any.some(holds);
    const answer = answers[one.q];
    if (answer === undefined) return false;
    if (one.op === 'eq') return answer === one.value;
    if (one.op === 'in') return (one.value as unknown[]).includes(answer);
    if (one.op === 'answered') return true;
    throw new Error(`the test does not know ${one.op}`);
  };
  return rule === undefined || holds(rule);
}
