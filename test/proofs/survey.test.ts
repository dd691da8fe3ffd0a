/** The command line, as schedulers and other programs use it: what it prints, and how it fails. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { run } from '../support/process.ts';
import { bundled, CAST, statesCsv } from '../support/rounds.ts';
import { sheetsIn } from '../support/taken.ts';
import { visitor } from '../support/visitor.ts';
import { readWord } from '../support/word.ts';

jest.setTimeout(30_000);

// The parser reads the parameters of the program as soon as it is there; these are the test runner's.
process.argv = process.argv.slice(0, 2);
const { Failure, values } = await import('../../scripts/command-line.ts');
const { COMMANDS } = await import('../../scripts/commands.ts');

type Options = Record<string, string | boolean>;
let on: TestApp;
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  on = await testApp();
  folder = await mkdtemp(join(tmpdir(), 'rapporteur-survey-'));
  await writeFile(at('questionnaire.json'), JSON.stringify(bundled()));
  await writeFile(at('states.csv'), statesCsv());
  await writeFile(at('contacts.csv'), CAST);
  await writeFile(at('broken.json'), '{\n  "key": "a",\n  oops\n}\n');
});
afterAll(async () => {
  await on.close();
  await rm(folder, { recursive: true });
});

/** Runs a command as `survey.ts` does, and returns the lines that it printed and why it failed, if it did. */
async function called(command: string, options: Options, operand: string) {
  for (const name of Object.keys(values)) delete (values as Options)[name];
  Object.assign(values, { json: true, 'dry-run': false, ...options });
  const lines: string[] = [];
  const before = console.log;
  console.log = (text: string) => void lines.push(text);
  try {
    const known = COMMANDS[command];
    if (!known) throw new Error(`there is no command ${command}`);
    await known(on.services, operand);
    return { lines, failure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { lines, failure: error.message };
  } finally {
    console.log = before;
  }
}

/** The one document that a command prints with --json. */
async function said(command: string, options: Options = {}, operand = '') {
  const { lines, failure } = await called(command, options, operand);
  expect([failure, lines.length]).toEqual([null, 1]);
  return JSON.parse(lines[0] ?? '');
}
/** What a person reads without it. */
async function told(command: string, options: Options = {}, operand = ''): Promise<string> {
  const { lines, failure } = await called(command, { ...options, json: false }, operand);
  expect(failure).toBeNull();
  return lines.join('\n');
}

const ROUND = {
  slug: 'oap-2023',
  questionnaire: 'oap-cooperation-assistance-2023@1',
  opens: '2023-05-01T09:00',
  closes: '2023-06-30T18:00',
  zone: 'Europe/Zurich',
};
const round = { round: 'oap-2023' };

// The commands in the order in which a round needs them; each test goes on where the one before ended.
describe('a round from the command line', () => {
  it('questionnaire load and list', async () => {
    expect(await said('questionnaire load', {}, at('questionnaire.json'))).toMatchObject({
      ok: true,
      name: ROUND.questionnaire,
      changed: true,
    });
    expect(await said('questionnaire load', {}, at('questionnaire.json'))).toMatchObject({
      changed: false,
    });
    expect(await said('questionnaire list')).toMatchObject([
      { _id: ROUND.questionnaire, key: 'oap-cooperation-assistance-2023', version: 1 },
    ]);
  });

  it('state load', async () => {
    expect(await said('state load', {}, at('states.csv'))).toEqual({ ok: true, states: 170 });
  });

  it('contact load, after a dry run that writes nothing', async () => {
    const report = {
      rows: 7,
      new: 7,
      changed: 0,
      unchanged: 0,
      refused: [],
      duplicates: [],
      unknownColumns: [],
    };
    const dry = { 'dry-run': true };
    expect(await said('contact load', dry, at('contacts.csv'))).toEqual(report);
    expect(await on.services.contacts.all()).toEqual([]);
    expect(await said('contact load', {}, at('contacts.csv'))).toEqual(report);
    expect(await said('contact load', {}, at('contacts.csv'))).toEqual({
      ...report,
      new: 0,
      unchanged: 7,
    });
  });

  it('contact load of a file with bad rows prints them all and loads nothing', async () => {
    const bad = 'KHM,affected,New,Director,new@example.org,en\nXXX,donor,N,P,nobody,de\n';
    await writeFile(at('bad.csv'), `${CAST.split('\n', 1)}\n${bad}`);
    const { lines, failure } = await called('contact load', {}, at('bad.csv'));
    expect(failure).toBe('Rows were refused, so nothing was loaded.');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      rows: 2,
      new: 1,
      changed: 0,
      unchanged: 0,
      refused: [{ line: 3, reason: expect.stringContaining('there is no State "XXX"') }],
      duplicates: [],
      unknownColumns: [],
    });
    expect(await on.services.contacts.all()).toHaveLength(7);
  });

  it('contact export, which loads again as it is, as CSV and as a workbook', async () => {
    for (const format of ['csv', 'xlsx']) {
      const out = at(`register.${format}`);
      expect(await said('contact export', { out })).toEqual({ out, format, contacts: 7 });
      expect(await said('contact load', {}, out)).toMatchObject({ rows: 7, unchanged: 7 });
    }
    const { failure } = await called('contact export', { out: at('register.ods') }, '');
    expect(failure).toBe('--out ends in .csv or .xlsx.');
  });

  it('round create, open and list', async () => {
    expect(await said('round create', ROUND)).toMatchObject({
      _id: 'oap-2023',
      status: 'planned',
      opensAt: '2023-05-01T07:00:00.000Z',
      closesAt: '2023-06-30T16:00:00.000Z',
    });
    expect(await said('round open', {}, 'oap-2023')).toMatchObject({ status: 'open' });
    expect(await said('round list')).toMatchObject([{ _id: 'oap-2023', status: 'open' }]);
    expect(await told('round list')).toBe('oap-2023\topen\t2023-06-30T16:00:00.000Z');
  });

  it('account create and link, which signs in', async () => {
    const account = { role: 'committee', state: 'NOR', language: 'fr' };
    expect(await said('account create', account, 'c@example.org')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email: 'c@example.org',
      role: 'committee',
    });
    const { link } = await said('account link', {}, 'C@example.org');
    const person = visitor(on.app);
    const page = await person.submit(await person.get(link), 'main form');
    expect([page.status, page.root.querySelector('html')?.getAttribute('lang')]).toEqual([
      200,
      'fr',
    ]);
  });

  it('invite, after a dry run', async () => {
    const dry = await said('invite', { ...round, 'dry-run': true });
    expect(dry).toMatchObject({ selected: 7, enqueued: 0 });
    expect(dry.skipped).toContainEqual({
      state: 'AFG',
      audience: 'affected',
      reason: 'no contact',
    });
    const mailing = expect.stringMatching(/^[0-9a-f]{24}$/);
    expect(await said('invite', round)).toEqual({ ...dry, enqueued: 7, mailing });
    expect(await said('invite', round)).toMatchObject({ selected: 7, enqueued: 0 });
  });

  it('mail status and run', async () => {
    const none = { queued: 0, sending: 0, accepted: 0, soft: 0, hard: 0, unknown: 0, cancelled: 0 };
    expect(await said('mail status')).toEqual({ ...none, queued: 7 });
    expect(await said('mail pause')).toEqual({ paused: true, changed: true });
    expect(await told('mail pause')).toBe('It was paused already.');
    expect(await said('mail run')).toEqual({ ...none, worked: 0, queued: 7 });
    expect(await said('mail resume')).toEqual({ paused: false, changed: true });
    expect(await said('mail run')).toEqual({ ...none, worked: 7, accepted: 7 });
    expect(await told('mail status')).toContain('accepted\t7');
  });

  it('link, which opens the questionnaire', async () => {
    const { link } = await said('link', { ...round, state: 'khm', audience: 'affected' });
    expect((await visitor(on.app).get(link)).path).toMatch(/^\/r\/[0-9a-f]{24}$/);
    expect(await told('link', { ...round, state: 'KHM', audience: 'affected' })).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/r\/[A-Za-z0-9_-]{43}$/,
    );
  });

  it('extend, which gives one State more time, and says so by mail', async () => {
    const TCD = { state: 'TCD', audience: 'affected' };
    const wanted = { ...round, ...TCD, state: 'tcd', until: '2023-07-14T18:00' };
    const until = '2023-07-14T16:00:00.000Z';
    expect(await said('extend', wanted)).toEqual({ ...round, ...TCD, until, enqueued: 1 });
    expect(await told('extend', { ...wanted, until })).toContain(`until ${until}; 1 mails queued`);
    expect(await said('mail run')).toMatchObject({ worked: 2 });
  });

  it.each([
    [{}, '--until is missing.'],
    [{ until: 'soon' }, /^--until is no time/],
    [{ until: '2023-06-30T17:59' }, /^--until lies before the deadline of the round/],
    [{ until: '2043-06-30T18:00' }, '--until is more than a year away.'],
    [{ until: '2023-07-14T18:00', state: 'AFG' }, 'AFG was not invited as affected.'],
  ])('extend %j is refused in one line', async (options, why) => {
    const of = { ...round, state: 'TCD', audience: 'affected', ...options };
    const { lines, failure } = await called('extend', of, '');
    expect(failure).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
    expect(lines).toEqual([]);
  });

  it('remind passes over who has submitted', async () => {
    const open = await on.services.rounds.find('oap-2023');
    if (!open) throw new Error('no round');
    const answers = { r_use: 'attributed', a44_01: 'yes', a44_02: 'monthly' };
    await answered(on, open, 'KHM', { answers });
    const dry = await said('remind', { ...round, 'dry-run': true });
    expect(dry).toMatchObject({ selected: 6, enqueued: 0 });
    expect(dry.skipped).toEqual([{ state: 'KHM', audience: 'affected', reason: 'submitted' }]);
    expect(await said('remind', round)).toMatchObject({ selected: 6, enqueued: 6 });
    const again = await said('remind', round);
    expect(again).toMatchObject({ selected: 0, enqueued: 0 });
    expect(again.skipped).toContainEqual({
      state: 'IRQ',
      audience: 'affected',
      reason: 'reminded within a day',
    });
  });

  it('mailing list, show, pause, resume and cancel', async () => {
    const list = await said('mailing list', round);
    expect(list.map((one: { kind: string; status: string }) => [one.kind, one.status])).toEqual([
      ['reminder', 'running'],
      ['invitation', 'done'],
    ]);
    const [{ id }] = list;
    expect(await said('mailing show', {}, id)).toMatchObject({
      id,
      round: 'oap-2023',
      kind: 'reminder',
      outcomes: { queued: 6, accepted: 0 },
      texts: expect.arrayContaining([
        { template: 'reminder-not-started', language: 'en', version: 1 },
      ]),
    });
    expect(await said('mailing pause', {}, id)).toEqual({ id, paused: true });
    expect(await said('mail run')).toMatchObject({ worked: 0 });
    expect(await said('mailing resume', {}, id)).toEqual({ id, paused: false });
    expect(await said('mailing cancel', {}, id)).toEqual({ id, cancelled: 6, gone: 0 });
    expect(await told('mailing show', {}, id)).toMatch(/^reminder, cancelled\nqueued\t0/);
  });

  it('mail run follows the reminder plans where no server does', async () => {
    const steps = [{ days: 59, kind: 'reminder' as const }];
    const plan = { _id: 'oap-2023', on: true, steps, gapHours: 1, most: 9, time: '09:00' };
    const made = { clock: 'round' as const, changedBy: { kind: 'system' as const, id: 'test' } };
    await on.services.transaction((session) =>
      on.services.reminders.save({ ...plan, ...made, changedAt: new Date() }, session),
    );
    // Chad has more time, so its day is a later one.
    expect(await said('mail run')).toMatchObject({ worked: 5 });
    expect(await said('mail run')).toMatchObject({ worked: 0 });
  });

  it('template list, export and load', async () => {
    const list = await said('template list');
    expect(list).toHaveLength(24);
    expect(list[0]).toEqual({
      template: 'invitation',
      language: 'en',
      version: 1,
      origin: 'shipped',
    });
    const out = at('texts.json');
    expect(await said('template export', { out })).toEqual({ out, templates: 24 });
    const document = JSON.parse(await readFile(out, 'utf8'));
    expect(await said('template export')).toEqual(document);
    document.templates[0].subject = 'Please answer for {{state}}';
    await writeFile(out, JSON.stringify(document));
    expect(await said('template load', {}, out)).toEqual({ ok: true, saved: 1, unchanged: 23 });
    document.templates[1].body = 'No link, and {{nothing}}.';
    await writeFile(out, JSON.stringify(document));
    const { failure } = await called('template load', { json: false }, out);
    expect(failure).toContain('invitation ar: There is no field {{nothing}}.');
    expect(failure).toContain('invitation ar: The field {{link}} is needed');
  });

  it('results, of all and of a region', async () => {
    const results = await said('results', round);
    expect(results).toMatchObject({
      format: 1,
      round: 'oap-2023',
      cutOff: expect.stringMatching(/^2023-05-02T/),
      filters: {},
      invited: 7,
      responded: {
        affected: { invited: 4, submitted: 1 },
        donor: { invited: 3, submitted: 0 },
      },
    });
    for (const one of results.indicators) {
      expect(Object.keys(one)).toEqual(
        expect.arrayContaining([
          ...['key', 'action', 'kind', 'value', 'numerator', 'denominator', 'respondents'],
        ]),
      );
      if (one.kind === 'percentage' && one.value !== null)
        expect([one.key, one.value]).toEqual([one.key, one.numerator / one.denominator]);
    }
    const dialogue = results.indicators.find((one: { key: string }) => one.key === 'i44a');
    expect(dialogue).toMatchObject({ action: 44, numerator: 1, denominator: 41, respondents: 1 });
    const question = results.questions.find((one: { id: string }) => one.id === 'a44_01');
    expect(question).toMatchObject({ audience: 'affected', type: 'single', answered: 1 });
    expect(question.counts['yes']).toBe(1);
    // Of a matrix each row is a question.
    expect(results.questions.map((one: { id: string }) => one.id)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^a45_01\/.+/)]),
    );
    const african = await said('results', { ...round, region: 'african' });
    expect(african).toMatchObject({
      filters: { region: 'african' },
      responded: { affected: { invited: 1, submitted: 0 } },
    });
    expect(await told('results', round)).toContain('#44 i44a\t1 of 41, 1 answered');
  });

  it('cutoff take and list, and results at a cut-off', async () => {
    const taken = await said('cutoff take', { ...round, name: 'For the Intersessional' });
    expect(taken).toMatchObject({
      round: 'oap-2023',
      slug: 'for-the-intersessional',
      name: 'For the Intersessional',
      submitted: 1,
    });
    expect(await said('cutoff list', round)).toMatchObject([{ slug: taken.slug, by: 'system' }]);
    expect(await told('cutoff list', round)).toContain('For the Intersessional');
    const now = await said('results', round);
    const then = await said('results', { ...round, cutoff: taken.slug });
    expect(now.snapshot).toBeNull();
    expect(then.snapshot).toEqual({ slug: taken.slug, name: 'For the Intersessional' });
    expect(then.cutOff).toBe(taken.takenAt);
    expect([then.invited, then.responded, then.indicators, then.questions]).toEqual([
      now.invited,
      now.responded,
      now.indicators,
      now.questions,
    ]);
    const donors = await said('results', { ...round, audience: 'donor' });
    expect(donors).toMatchObject({
      filters: { audience: 'donor' },
      responded: { affected: { invited: 0 } },
    });
  });

  it.each(['xlsx', 'csv', 'csv-long', 'json', 'codebook'])(
    'export as %s is a whole file, and a row of the audit',
    async (format) => {
      const out = at(`answers.${format}`);
      const { rows, ...rest } = await said('export', { ...round, format, out });
      expect(rest).toEqual({ out, format });
      if (format !== 'codebook') expect(rows).toBe(7);
      const file = await readFile(out);
      if (format === 'xlsx') expect((await sheetsIn(file)).get('answers')).toHaveLength(8);
      else if (format === 'json') expect(JSON.parse(file.toString()).responses).toHaveLength(7);
      else if (format === 'csv-long') expect(parse(file, { bom: true }).length).toBeGreaterThan(7);
      else expect(parse(file, { bom: true })).toHaveLength(rows + 1);
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
      const [row] = await on.services.audit.list(1);
      expect(row).toMatchObject({
        event: 'round.exported',
        actor: { kind: 'system' },
        details: { format, rows },
      });
    },
  );

  it('export as text is what one State said, and is in the audit', async () => {
    const out = at('khm.txt');
    const of = { ...round, format: 'text', state: 'khm', language: 'fr', out };
    expect(await said('export', of)).toEqual({ out, format: 'text', rows: 1 });
    expect(await readFile(out, 'utf8')).toContain('CAMBODGE');
    const [row] = await on.services.audit.list(1);
    expect(row?.details).toMatchObject({ format: 'text', state: 'KHM' });
    const { failure } = await called('export', { ...of, state: 'AFG' }, '');
    expect(failure).toBe(`AFG was not invited in ${round.round}.`);
  });

  it('paper is a Word file, also at a cut-off, and is in the audit', async () => {
    const out = at('paper.docx');
    const of = { ...round, out, language: 'fr' };
    expect(await said('paper', of)).toEqual({ out, language: 'fr' });
    expect(readWord(await readFile(out)).text).toContain('Document de travail');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'round.exported',
      actor: { kind: 'system' },
      details: { format: 'paper', language: 'fr' },
    });
    const { failure } = await called('paper', { ...of, cutoff: 'none' }, '');
    expect(failure).toBe(`Round ${round.round} has no cut-off "none".`);
  });

  it('audit verify, which also puts the newest rows into the chain', async () => {
    const verified = await said('audit verify');
    expect(verified).toEqual({
      ok: true,
      rows: expect.any(Number),
      unchained: 0,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await on.services.connection
      .collection('audit')
      .updateOne({ event: 'round.exported' }, { $set: { 'details.format': 'nothing' } });
    const { lines, failure } = await called('audit verify', {}, '');
    expect(failure).toMatch(/^The audit is broken: row \d+ was changed\.$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: false });
  });

  it('round close', async () => {
    expect(await said('round close', {}, 'oap-2023')).toMatchObject({ status: 'closed' });
  });
});

describe('a wrong use fails with one line and prints nothing', () => {
  const { slug: _slug, ...unnamed } = { ...ROUND, slug: '' };
  it.each([
    ['questionnaire load', {}, '', 'Name a file.'],
    ['questionnaire load', {}, '/nowhere.json', '/nowhere.json cannot be read: ENOENT'],
    ['questionnaire load', {}, 'broken.json', /broken\.json is no JSON: .+/],
    ['state load', {}, '', 'Name a file.'],
    ['state load', {}, 'contacts.csv', /^line 1: The first line lacks key/],
    ['contact load', {}, '', 'Name a file.'],
    ['round create', unnamed, '', '--slug is missing.'],
    ['round create', { ...ROUND, slug: 'Two Words' }, '', /^--slug has small letters/],
    ['round create', ROUND, '', 'There is a round with this slug.'],
    ['round create', { ...ROUND, slug: 'b', zone: 'Mars' }, '', /^--zone is no time zone/],
    ['round create', { ...ROUND, slug: 'b', opens: 'soon' }, '', /^--opens or --closes is no time/],
    ['round create', { ...ROUND, slug: 'b', closes: ROUND.opens }, '', /^--closes must come after/],
    ['round create', { ...ROUND, slug: 'b', questionnaire: 'x' }, '', /written KEY@VERSION/],
    ['round create', { ...ROUND, slug: 'b', questionnaire: 'x@1' }, '', /is not loaded\.$/],
    ['round open', {}, '', 'Name a round.'],
    ['round open', {}, 'nowhere', 'There is no round nowhere.'],
    ['round open', {}, 'oap-2023', 'The round cannot become open now.'],
    ['round close', {}, 'oap-2023', 'The round cannot become closed now.'],
    ['invite', {}, '', '--round is missing.'],
    ['invite', { round: 'nowhere' }, '', 'There is no round nowhere.'],
    ['invite', round, '', 'Round oap-2023 is not open.'],
    ['remind', round, '', 'Round oap-2023 is not open.'],
    ['mailing list', {}, '', '--round is missing.'],
    ['mailing list', { round: 'nowhere' }, '', 'There is no round nowhere.'],
    ['mailing show', {}, '', 'Name a mailing.'],
    ['mailing cancel', {}, 'nowhere', 'There is no mailing nowhere.'],
    ['template load', {}, '', 'Name a file.'],
    ['link', { ...round, audience: 'affected' }, '', '--state is missing.'],
    ['link', { ...round, state: 'KHM' }, '', '--audience is missing.'],
    ['link', { ...round, state: 'AFG', audience: 'affected' }, '', /^AFG was not invited/],
    ['results', { ...round, region: 'mars' }, '', 'There is no region "mars".'],
    ['results', { ...round, group: 'all' }, '', 'There is no group "all".'],
    ['results', { ...round, review: 'x' }, '', 'There is no review "x".'],
    ['results', { ...round, audience: 'x' }, '', 'There is no audience "x".'],
    ['results', { ...round, cutoff: 'x' }, '', 'Round oap-2023 has no cut-off "x".'],
    ['cutoff take', round, '', '--name is missing.'],
    [
      'cutoff take',
      { ...round, name: 'For the Intersessional' },
      '',
      'The round has a cut-off with this slug.',
    ],
    [
      'cutoff take',
      { ...round, name: 'A', slug: 'A/B' },
      '',
      '--slug has small letters, digits and hyphens only.',
    ],
    ['export', { ...round, out: 'x' }, '', '--format is missing.'],
    ['export', { ...round, format: 'csv' }, '', '--out is missing.'],
    [
      'export',
      { ...round, format: 'ods', out: 'x' },
      '',
      '--format is one of xlsx, csv, csv-long, json, codebook, text.',
    ],
    [
      'export',
      { ...round, format: 'csv', out: 'x', region: 'mars' },
      '',
      'There is no region "mars".',
    ],
    [
      'export',
      { ...round, format: 'csv', out: '/nowhere/x.csv' },
      '',
      /^\/nowhere\/x\.csv cannot be written: ENOENT/,
    ],
    ['account create', {}, 'new@example.org', '--role is missing.'],
    ['account create', { role: 'admin' }, '', 'This is no mail address.'],
    ['account create', { role: 'king' }, 'new@example.org', /^--role is one of admin/],
    ['account create', { role: 'admin' }, 'c@example.org', 'This address has an account.'],
    [
      'account create',
      { role: 'admin', state: 'XXX' },
      'new@example.org',
      'There is no such State.',
    ],
    [
      'account create',
      { role: 'admin', language: 'de' },
      'new@example.org',
      '--language is one of en, ar, fr.',
    ],
    ['account link', {}, 'nobody@example.org', 'There is no active account nobody@example.org.'],
  ] as [string, Options, string, string | RegExp][])(
    '%s %j %s',
    async (command, options, operand, why) => {
      for (const json of [true, false]) {
        const file = /^\w+\.\w+$/.test(operand) ? at(operand) : operand;
        const { lines, failure } = await called(command, { ...options, json }, file);
        expect(failure).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
        expect(failure).not.toContain('\n');
        expect(lines).toEqual([]);
      }
    },
  );

  it('a questionnaire that is refused is the exception: its problems are printed', async () => {
    const wrong = { ...(bundled() as object), key: 'Two Words' };
    await writeFile(at('wrong.json'), JSON.stringify(wrong));
    const { lines, failure } = await called('questionnaire load', {}, at('wrong.json'));
    expect(failure).toBe(`${at('wrong.json')} was refused: 1 problem.`);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: false, problems: [{ where: 'key' }] });
  });

  it('contact load before there is a questionnaire says that one is needed', async () => {
    await on.services.connection.collection('questionnaires').deleteMany({});
    const { failure } = await called('contact load', {}, at('contacts.csv'));
    expect(failure).toBe('Load a questionnaire first: it names the audiences.');
  });
});

describe('mail and what comes back', () => {
  it('mail dkim-key makes a key once and prints the record to publish', async () => {
    const made = await said('mail dkim-key');
    expect(made).toMatchObject({ made: true, record: { type: 'TXT' } });
    expect(await said('mail dkim-key')).toEqual({ ...made, made: false });
    // A zone file takes no string of more than 255 characters.
    const printed = (await told('mail dkim-key')).match(/"[^"]*"/g) ?? [];
    expect(printed.map((part) => part.length).every((length) => length <= 257)).toBe(true);
    expect(printed.map((part) => part.slice(1, -1)).join('')).toBe(made.record.value);
  });

  it('mail check tells each finding, and fails where the DNS cannot be reached', async () => {
    const { lines, failure } = await called('mail check', {}, '');
    const findings = JSON.parse(lines[0] ?? '');
    expect(findings.map(({ check }: { check: string }) => check)).toEqual(
      expect.arrayContaining(['mx', 'spf', 'dkim', 'dmarc', 'returnAddress']),
    );
    expect(failure).toMatch(/^DNS cannot be reached from here: nothing can be said/);
  });

  it('bounce read takes in a folder, and says when there is none', async () => {
    await mkdir(at('returned'));
    await writeFile(at('returned/one.eml'), 'Subject: hello\n\nhello\n');
    expect(await said('bounce read', {}, at('returned'))).toEqual({ noted: 0, odd: 1, seen: 0 });
    expect(await readdir(at('returned'))).toEqual(['odd']);
    expect((await called('bounce read', {}, at('nowhere'))).failure).toContain('nowhere');
    expect((await called('bounce read', {}, '')).failure).toContain('BOUNCE_IMAP_URL');
  });
});

describe('as a program', () => {
  /** Exit code, standard output and standard error. */
  async function program(...args: string[]) {
    const database = new URL(process.env['TEST_MONGODB_URI'] as string);
    database.pathname = on.services.connection.name;
    const started = run('scripts/survey.ts', args, {
      MONGODB_URI: database.href,
      DATA_DIR: folder,
    });
    const code = await started.ended;
    return { code, out: started.stdout(), err: started.stderr() };
  }

  it('prints one document with --json, and nothing else on either side', async () => {
    const { code, out, err } = await program('round', 'list', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(out)).toMatchObject([{ _id: 'oap-2023' }]);
  });

  it('checks a questionnaire without a database', async () => {
    const sound = await program('questionnaire', 'check', at('questionnaire.json'), '--json');
    expect([sound.code, sound.err]).toEqual([0, '']);
    expect(JSON.parse(sound.out)).toMatchObject({ ok: true, warnings: expect.any(Array) });
  });

  it('says in one line that there is no such command or option, and leads to the help', async () => {
    const wrong = await Promise.all([
      program('toString'),
      program('round', 'burn', '--json'),
      program('round', 'list', '--verbose'),
    ]);
    const end = 'See npm run survey -- --help\n';
    expect(wrong).toEqual([
      { code: 1, out: '', err: `There is no command "toString". ${end}` },
      { code: 1, out: '', err: `There is no command "round burn". ${end}` },
      { code: 1, out: '', err: `Unknown option '--verbose'. ${end}` },
    ]);
  });

  it('lists its commands with --help, each of those that there are', async () => {
    const { code, out, err } = await program('--help');
    expect([code, err]).toEqual([0, '']);
    for (const [noun, verb] of Object.keys(COMMANDS).map((name) => name.split(' ')))
      expect(out).toMatch(new RegExp(`(^| {2,})${noun} (.*[ |])?${verb ?? '--round'} ?`, 'm'));
  });
});
