/** A round taken away: as CSV, codebook and JSON, as the page does it, by those who may and as far as they may. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { exportRound } from '../../server/exports/export.ts';
import { type Taker, takingOf } from '../../server/exports/rows.ts';
import { tableColumns } from '../../server/exports/table.ts';
import { invite } from '../../server/invitations/invite.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { ADMIN, COMMITTEE, takenFile } from '../support/taken.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';
import { readWord } from '../support/word.ts';

jest.setTimeout(30_000);

const HOSTILE = '=HYPERLINK("http://example.org","open")';
const WORDS = 'She said "so", then:\r\nالجزائر، 中文';
const FILE = {
  id: 'f'.repeat(24),
  name: '=خطة.pdf',
  size: 1234,
  type: 'application/pdf',
  sha256: 'a'.repeat(64),
};

let on: TestApp;
let round: Round;
let questionnaire: Questionnaire;
let admin: Visitor;
let committee: Visitor;
/** By State and audience. Bob of Iraq is in the middle of it, Emine of Türkiye has not begun. */
const said = new Map<string, { answers: Answers; other: Record<string, string> }>();

beforeAll(async () => {
  on = await testApp();
  questionnaire = bundledQuestionnaire();
  round = await openedRound(on);
  const use = (kind: 'attributed' | 'aggregate') => ({ r_use: kind, r_currency: 'EUR' });
  await say('KHM', 'affected', {
    ...use('attributed'),
    a42_01: 'financial',
    a42_02: { '2021': { survey_clearance: 0, stockpile: 1_500_000.5 } },
    a42_05: { amount: 250_000, currency: 'EUR' },
    a42_07: ['other'],
    a43_03: { files: [FILE], url: 'https://example.org/plan' },
    a46_01: 3,
    a46_03: WORDS,
    a47_06: HOSTILE,
  });
  await say('TCD', 'affected', {
    ...use('aggregate'),
    a42_01: 'financial',
    a46_03: 'Secret words',
  });
  await say('NOR', 'donor', use('attributed'));
  await say('TUR', 'donor', use('attributed'));
  await draftOf('IRQ', { a42_01: 'no' });
  admin = await signedIn(on, 'admin');
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

async function say(state: string, audience: string, answers: Answers): Promise<void> {
  const random = seededRandom(said.size + 7);
  const invented = inventAnswers(questionnaire, audience, random, ['Plain words']);
  const one = {
    answers: { ...invented.answers, ...answers },
    other: { ...invented.other, ...(answers['a42_07'] ? { a42_07: '+1 more' } : {}) },
  };
  said.set(`${state} ${audience}`, one);
  await submitted(on, questionnaire, { round: SLUG, state, audience }, one.answers, one.other);
}

async function draftOf(state: string, answers: Record<string, string>): Promise<void> {
  const invitation = await on.services.invitations.ofState(SLUG, state, 'affected');
  const [id, at] = [invitation?._id ?? '', on.services.clock()];
  const change = { section: 'a42', seen: 0, answers, other: {}, unparsed: {} };
  await on.services.responses.saveSection(id, change, { key: null, turn: 0, link: 'none', at });
  await on.services.transaction((session) => on.services.responses.start(id, at, session));
}

async function taken(by: Visitor, format: string, slug = SLUG): Promise<SeenPage> {
  const page = await by.get(`/results/${slug}`);
  return by.submit(page, `form[action$="/exports/${format}"]`);
}
type Row = Record<string, string>;
const rowsOf = (file: SeenPage): Row[] => parse(file.html, { bom: true, columns: true });
const rowOf = (file: SeenPage, state: string, audience = 'affected'): Row =>
  rowsOf(file).find((row) => row['state'] === state && row['audience'] === audience) ?? {};

type ExportedResponse = {
  state: string;
  audience: string;
  answers: Record<string, unknown>;
  respondent: Record<string, unknown>;
  other: Record<string, string>;
  [more: string]: unknown;
};
type Exported = {
  format: number;
  round: string;
  questionnaire: string;
  demonstration: boolean;
  responses: ExportedResponse[];
};
const jsonOf = (file: SeenPage): Exported => JSON.parse(file.html);
const responseOf = (file: SeenPage, state: string, audience = 'affected'): ExportedResponse => {
  const { responses } = jsonOf(file);
  const found = responses.find((one) => one.state === state && one.audience === audience);
  if (!found) throw new Error(`${state} is not in the export`);
  return found;
};
const exportsInAudit = async () =>
  (await on.services.audit.list(1000)).filter((row) => row.event === 'round.exported');

describe('the CSV', () => {
  let file: SeenPage;
  beforeAll(async () => {
    file = await taken(admin, 'csv');
  });

  it('is a download with the round and the day in its name, for nobody to keep', () => {
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename=${SLUG}-2023-05-02-answers.csv`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(file.html.charCodeAt(0)).toBe(0xfeff);
  });

  it('has a row for each invitation, answered or not, in the order of State and audience', () => {
    expect(rowsOf(file).map((row) => [row['state'], row['audience'], row['status']])).toEqual([
      ['IRQ', 'affected', 'draft'],
      ['KHM', 'affected', 'submitted'],
      ['NOR', 'donor', 'submitted'],
      ['TCD', 'affected', 'submitted'],
      ['TUR', 'affected', 'not_started'],
      ['TUR', 'donor', 'submitted'],
      ['USA', 'donor', 'not_started'],
    ]);
  });

  it('has as its first line the columns of the questionnaire, which the codebook explains', async () => {
    const [header] = parse(file.html, { bom: true, to: 1 }) as string[][];
    expect(header).toEqual(
      tableColumns([questionnaire], questionnaire, false).map((column) => column.header),
    );
    const codebook = await taken(admin, 'codebook');
    expect(codebook.headers['content-disposition']).toContain('-codebook.csv');
    const explained = rowsOf(codebook);
    expect(explained.map((row) => row['column'])).toEqual(header);
    expect(explained.find((row) => row['column'] === 'a42_01')).toMatchObject({
      question: 'a42_01',
      type: 'single',
      codes: expect.stringMatching(/^financial = .+; .+/),
    });
  });

  it('has what was answered, in codes and in words', () => {
    const row = rowOf(file, 'KHM');
    const option = questionnaire.question('a42_01')?.options.find((o) => o.value === 'financial');
    expect(row).toMatchObject({
      state_name: 'Cambodia',
      region: 'asia_pacific',
      revision: '1',
      reference: 'R-KHM-affected',
      submitted_at: '2023-05-02T08:00:00.000Z',
      attribution: 'attributed',
      review: 'received',
      a42_01: 'financial',
      'a42_01.label': option?.label,
      'a42_02.2021.survey_clearance': '0',
      'a42_02.2021.stockpile': '1500000.5',
      'a42_02.2022.stockpile': '',
      'a42_05.amount': '250000',
      'a42_05.currency': 'EUR',
      'a42_07.other': '1',
      'a43_03.url': 'https://example.org/plan',
      a46_01: '3',
      a46_03: WORDS,
    });
  });

  it('has for each option of a multiple choice a column with 1 or 0, and nothing where nothing was chosen', () => {
    const multi = questionnaire.asked('affected').filter(({ type }) => type === 'multi');
    expect(multi.length).toBeGreaterThan(5);
    for (const [key, { answers }] of said) {
      const [state = '', audience = ''] = key.split(' ');
      if (audience !== 'affected') continue;
      const row = rowOf(file, state);
      for (const { id, options } of multi) {
        const chosen = answers[id] as string[] | undefined;
        const label = (value: string) => options.find((option) => option.value === value)?.label;
        expect([id, row[id]]).toEqual([id, (chosen ?? []).join(' ')]);
        expect([id, row[`${id}.label`]]).toEqual([id, (chosen ?? []).map(label).join('; ')]);
        for (const { value } of options)
          expect([id, value, row[`${id}.${value}`]]).toEqual([
            id,
            value,
            chosen ? String(Number(chosen.includes(value))) : '',
          ]);
      }
    }
  });

  it('lets no answer, no words beside "Other" and no name of a file begin a formula', () => {
    const row = rowOf(file, 'KHM');
    expect(row['a47_06']).toBe(`'${HOSTILE}`);
    expect(row['a42_07.in_words']).toBe("'+1 more");
    expect(row['a43_03.files']).toBe("'=خطة.pdf");
  });

  it('has nothing of a draft', () => {
    const { status: _status, ...row } = rowOf(file, 'IRQ');
    expect(row['a42_01']).toBe('');
    expect(row['revision']).toBe('0');
  });
});

describe('the JSON', () => {
  let file: SeenPage;
  beforeAll(async () => {
    file = await taken(admin, 'json');
  });

  it('is one document with format, round, questionnaire and a response for each invitation', () => {
    expect(file.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(file.headers['content-disposition']).toContain('-answers.json');
    const { responses, ...head } = jsonOf(file);
    expect(head).toEqual({
      format: 1,
      round: SLUG,
      questionnaire: questionnaire.name,
      demonstration: false,
      cutOff: '2023-05-02T08:00:00.000Z',
      snapshot: null,
      filters: { region: null, group: null, review: null },
    });
    expect(responses).toHaveLength(7);
  });

  it('has each answer as the value that it is', () => {
    const { answers, ...rest } = responseOf(file, 'KHM');
    expect(answers).toMatchObject({
      a42_01: 'financial',
      a42_02: { '2021': { survey_clearance: 0, stockpile: 1_500_000.5 } },
      a42_05: { amount: 250_000, currency: 'EUR' },
      a42_07: ['other'],
      a43_03: {
        files: [{ name: FILE.name, size: FILE.size, sha256: FILE.sha256 }],
        url: 'https://example.org/plan',
      },
      a46_01: 3,
      a46_03: WORDS,
      a47_06: HOSTILE,
    });
    expect(rest).toEqual({
      state: 'KHM',
      audience: 'affected',
      status: 'submitted',
      reference: 'R-KHM-affected',
      submittedAt: '2023-05-02T08:00:00.000Z',
      attribution: 'attributed',
      uses: {},
      review: 'received',
      noteVerbale: null,
      respondent: expect.objectContaining({ use: 'attributed', currency: 'EUR' }),
      other: expect.objectContaining({ a42_07: '+1 more' }),
    });
  });

  it('equals everything that every State said', () => {
    for (const [key, { answers }] of said) {
      const [state = '', audience = ''] = key.split(' ');
      const own = Object.entries(answers).filter(([id]) => !id.startsWith('r_') && id !== 'a43_03');
      expect(responseOf(file, state, audience).answers).toMatchObject(Object.fromEntries(own));
    }
  });

  it('has of a draft, and of who has not begun, the status and nothing else', () => {
    for (const [state, status] of [
      ['IRQ', 'draft'],
      ['TUR', 'not_started'],
    ] as const)
      expect(responseOf(file, state)).toEqual({
        state,
        audience: 'affected',
        status,
        reference: null,
        submittedAt: null,
        attribution: null,
        uses: {},
        review: null,
        noteVerbale: null,
        respondent: {},
        answers: {},
        other: {},
      });
  });
});

describe('"in totals only"', () => {
  const answerColumns = () =>
    tableColumns([questionnaire], questionnaire, false).filter(
      (column) => column.question !== null,
    );

  it('leaves the row of the State for a Committee member, without any answer', async () => {
    const row = rowOf(await taken(committee, 'csv'), 'TCD');
    expect(row).toMatchObject({ status: 'submitted', attribution: 'aggregate' });
    expect(answerColumns().filter((column) => row[column.header] !== '')).toEqual([]);
    const response = responseOf(await taken(committee, 'json'), 'TCD');
    expect(response).toMatchObject({ answers: {}, other: {}, respondent: {} });
  });

  it('shows an administrator the pair of State and answer', async () => {
    expect(rowOf(await taken(admin, 'csv'), 'TCD')['a46_03']).toBe('Secret words');
    expect(responseOf(await taken(admin, 'json'), 'TCD').answers['a46_03']).toBe('Secret words');
  });

  it('holds for a question that is so by itself, also where the State is named', async () => {
    const row = rowOf(await taken(committee, 'csv'), 'KHM');
    expect([row['a46_01'], row['a46_03']]).toEqual(['', WORDS]);
    const { answers } = responseOf(await taken(committee, 'json'), 'KHM');
    expect([answers['a46_01'], answers['a46_03']]).toEqual([undefined, WORDS]);
  });

  it.each(['xlsx', 'csv', 'csv-long', 'json'] as const)(
    'as %s lets no such answer through in any other place',
    async (format) => {
      const text = async (taker: Taker) => {
        const file = await takenFile(on, round, format, { taker });
        return format === 'xlsx' ? [...readWord(file).parts.values()].join() : file.toString();
      };
      expect(await text(COMMITTEE)).toContain('She said');
      expect(await text(COMMITTEE)).not.toContain('Secret words');
      expect(await text({ identifies: false, manages: false })).not.toContain('Secret words');
      expect(await text(ADMIN)).toContain('Secret words');
    },
  );
});

describe('who may export', () => {
  it.each(['admin', 'committee', 'gender-focal-point'])(
    'a %s may, and each export is a row of the audit with who and what',
    async (role) => {
      const person = await signedIn(on, role);
      const before = (await exportsInAudit()).length;
      for (const format of ['csv', 'json', 'codebook']) await taken(person, format);
      const [codebook, json, csv, ...older] = await exportsInAudit();
      expect(older).toHaveLength(before);
      const [account] = (await on.services.accounts.all()).filter(
        (one) => one._id === csv?.actor.id,
      );
      expect(account?.role).toBe(role);
      for (const [row, format] of [
        [csv, 'csv'],
        [json, 'json'],
        [codebook, 'codebook'],
      ] as const)
        expect(row).toMatchObject({
          actor: { kind: 'account', id: account?._id },
          subject: { kind: 'round', id: SLUG },
          details: { format },
        });
    },
  );

  it.each(['csv', 'json', 'codebook'])(
    'a viewer may not have the %s: no button, 403, no row in the audit',
    async (format) => {
      const viewer = await signedIn(on, 'viewer');
      const page = await viewer.get(`/results/${SLUG}`);
      expect(page.all('form[action*="/exports/"]')).toEqual([]);
      const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
      const before = await exportsInAudit();
      const refused = await viewer.post(`/results/${SLUG}/exports/${format}`, { token });
      expect([refused.status, refused.text('h1')]).toEqual([403, 'You may not see this page']);
      expect(await exportsInAudit()).toEqual(before);
    },
  );

  it('nobody may by a link: a GET is no export', async () => {
    const before = await exportsInAudit();
    expect((await admin.get(`/results/${SLUG}/exports/csv`)).status).toBe(404);
    expect(await exportsInAudit()).toEqual(before);
  });

  it('nobody may without the token of the page', async () => {
    const before = await exportsInAudit();
    expect((await admin.post(`/results/${SLUG}/exports/csv`, {})).status).toBe(403);
    expect(await exportsInAudit()).toEqual(before);
  });
});

describe('a format that there is not', () => {
  it.each([
    `/results/${SLUG}/exports/ods`,
    `/results/${SLUG}/exports/docx`,
    `/results/${SLUG}/exports/constructor`,
    '/results/nowhere/exports/csv',
  ])('%s is a page that does not exist, and leaves nothing in the audit', async (address) => {
    const page = await admin.get(`/results/${SLUG}`);
    const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    const before = await exportsInAudit();
    const refused = await admin.post(address, { token });
    expect([refused.status, refused.text('h1')]).toEqual([404, 'This page does not exist']);
    expect(await exportsInAudit()).toEqual(before);
  });
});

describe('a demonstration', () => {
  it('says so in the name and in every row of its CSV, in its codebook and in its JSON', async () => {
    const { services } = on;
    const wanted = {
      slug: 'shown',
      questionnaire: round.questionnaire,
      opens: '2023-05-01T09:00',
      closes: '2023-06-30T18:00',
      zone: 'UTC',
      demonstration: true,
    };
    await createRound(services, wanted, SYSTEM);
    const opened = await openRound(services, 'shown', SYSTEM);
    if (!opened.ok) throw new Error(opened.reason);
    await invite(services, opened.round, { dryRun: false, actor: SYSTEM });
    const csv = await taken(admin, 'csv', 'shown');
    expect(csv.headers['content-disposition']).toContain('shown-demonstration-2023-05-02');
    expect(new Set(rowsOf(csv).map((row) => row['data']))).toEqual(
      new Set(['demonstration data, invented']),
    );
    const codebook = await taken(admin, 'codebook', 'shown');
    expect(codebook.headers['content-disposition']).toContain('shown-demonstration-');
    expect(rowsOf(codebook).map((row) => row['column'])).toContain('data');
    expect(jsonOf(await taken(admin, 'json', 'shown')).demonstration).toBe(true);
  });
});

describe('a large round', () => {
  const STATES = 450;
  const LONG = 'Words. '.repeat(5000);
  let cookie: string;
  let token: string;

  beforeAll(async () => {
    const { services } = on;
    const states = (await services.states.all()).map((state) => state._id);
    const answers = { r_use: 'attributed', a46_03: LONG };
    const submission = {
      revision: 1,
      reference: 'R',
      submittedAt: services.clock(),
      by: { name: '', post: '', email: '' },
      link: 'none',
      answers,
      other: {},
      use: 'attributed',
    };
    await createRound(
      services,
      {
        slug: 'large',
        questionnaire: round.questionnaire,
        opens: '2023-05-01T09:00',
        closes: '2023-06-30T18:00',
        zone: 'UTC',
      },
      SYSTEM,
    );
    // More audiences than there are, so that there are more responses than States.
    const responses = Array.from({ length: STATES }, (_, place) => ({
      _id: `large-${place}`,
      round: 'large',
      state: states[place % states.length],
      audience: `a${Math.floor(place / states.length)}`,
      startedAt: services.clock(),
      draft: { answers: {}, other: {}, unparsed: {} },
      sections: {},
      ahead: false,
      submitted: submission,
      review: 'received',
      noteVerbale: null,
    }));
    await services.connection.collection('responses').insertMany(responses as never);
    const page = await admin.get('/results/large');
    const form = page.root.querySelector('form[action$="/exports/csv"]');
    token = form?.querySelector('input')?.getAttribute('value') ?? '';
    cookie = admin.agent.jar
      .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
      .toValueString();
  });

  /** The answer to an export as soon as its head is there. */
  const begun = (): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
      const request = http.request(`${on.url}/results/large/exports/csv`, {
        method: 'POST',
        headers,
        agent: false,
      });
      request.once('response', resolve).once('error', reject).end(`token=${token}`);
    });
  const finished = () =>
    on.logged.filter((line) => line.includes('/results/large/exports/csv')).length;

  it('comes as it is read: the first rows are here while the last ones still wait in the database', async () => {
    const answer = await begun();
    const first = await new Promise<Buffer>((resolve) => answer.once('data', resolve));
    answer.pause();
    expect(answer.statusCode).toBe(200);
    expect(first.toString().slice(0, 8)).toBe('\ufeff"state"');
    // Whoever does not read on holds the reading from the database back.
    await sleep(500);
    expect(finished()).toBe(0);
    let [bytes, rest] = [first.length, ''];
    for await (const part of answer) {
      bytes += part.length;
      rest = (rest + part).slice(-1000);
    }
    expect(bytes).toBeGreaterThan(STATES * LONG.length);
    expect(finished()).toBe(1);
    expect(rest.endsWith('\r\n')).toBe(true);
  });

  it('that nobody waits for any more is given up, and the server goes on', async () => {
    const answer = await begun();
    await new Promise((resolve) => answer.once('data', resolve));
    answer.destroy();
    await sleep(100);
    expect((await admin.get(`/results/${SLUG}`)).status).toBe(200);
    expect(on.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  it('reads no more than it was asked for', async () => {
    const large = { ...round, _id: 'large' };
    const taker = { identifies: true, manages: true };
    const taking = await takingOf(on.services, large, taker, NO_FILTER);
    if (!taking) throw new Error('there is nothing to take');
    const pieces = exportRound(on.services, 'csv', taking, voiceOf('en'));
    const { value } = await pieces.next();
    // Header and as many rows as make a piece of 64 KiB; the first has 35,000 letters.
    expect(parse(value as string, { bom: true })).toHaveLength(3);
    await pieces.return(undefined);
  });
});
