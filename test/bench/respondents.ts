/** Both stacks as processes of their own on one database, and people with a link each who have the page of twenty questions open. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import { pauseOutbox } from '../../server/mail/pause.ts';
import { isMember } from '../../server/states/state.ts';
import { readStates } from '../../server/states/state-file.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { freePort, run } from '../support/process.ts';
import { linkFor, openedRound, statesCsv } from '../support/rounds.ts';
import { type Fields, fieldsOfForm } from '../support/visitor.ts';
import type { BareDraft, BareLink } from './bare-records.ts';
import { SECTION, TWENTY, twentyQuestions } from './questions.ts';

export const PEOPLE = 50;

/** The same person at both stacks, with the same answers. */
export type Respondent = { ours: Seen; bare: Omit<Seen, 'fields'> };
type Seen = {
  /** Of the pages of the invitation, "/r/…". */
  base: string;
  cookie: string;
  /** Of the page of twenty questions, as it was after the first save. */
  fields: Fields;
};

export type Stacks = {
  bare: string;
  ours: string;
  people: Respondent[];
  on: TestApp;
  close(): Promise<void>;
};

let running: Promise<Stacks> | null = null;

/** The same ones for all rows of a run: to start them takes longer than many a row. */
export function bothStacks(): Promise<Stacks> {
  running ??= startStacks();
  return running;
}

export async function endStacks(): Promise<void> {
  await (await running)?.close();
  running = null;
}

async function startStacks(): Promise<Stacks> {
  const on = await testApp({ logLevel: 'silent' });
  on.setTime(new Date().toISOString());
  const read = readStates(statesCsv());
  if (!read.ok) throw new Error('the States cannot be read');
  const contacts = read.states
    .filter((state) => isMember(state, 'allStatesParties', '2023-05-01'))
    .slice(0, PEOPLE)
    .map(({ _id }) => `${_id},affected,Name,Director,${_id}@example.org,en`);
  const round = await openedRound(on, {
    definition: twentyQuestions(),
    contacts: ['state,audience,name,post,email,language', ...contacts].join('\n'),
    closes: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await on.services.connection.collection('messages').deleteMany({});
  // Receipts wait: how fast mail goes out has a row of its own.
  await pauseOutbox(on.services, { why: 'person', reply: null, by: null });
  const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-bench-'));
  const port = await freePort();
  const ours = `http://127.0.0.1:${port}`;
  const environment = { MONGODB_URI: on.databaseUri, NODE_ENV: 'production', LOG_LEVEL: 'warn' };
  const server = run('scripts/start.mjs', [], {
    ...environment,
    PORT: String(port),
    PUBLIC_URL: ours,
    DATA_DIR: dataDir,
  });
  await server.says('Rapporteur is at');
  const bare = run('test/bench/bare-server.ts', [], environment, { stdin: 'pipe' });
  const barePort = /listening on (\d+)/.exec(await bare.says('listening on'))?.[1];
  const invitations = await on.services.invitations.ofRound(round._id);
  const people = await Promise.all(
    invitations.map(
      async ({ state }, place): Promise<Respondent> => ({
        ours: await arrive(ours, await linkFor(on, round, state, 'affected')),
        bare: await arriveBare(on, state, place),
      }),
    ),
  );
  return {
    bare: `http://127.0.0.1:${barePort}`,
    ours,
    people,
    on,
    async close() {
      bare.child.stdin?.end();
      await Promise.all([server.kill('SIGTERM'), bare.ended]);
      await on.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Opens the link and saves both sections, so that the page has answers on it. */
async function arrive(url: string, link: string): Promise<Seen> {
  const opened = await fetch(url + new URL(link).pathname, { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const base = opened.headers.get('location') ?? '';
  const form = async (section: string) => {
    const page = await fetch(`${url}${base}/${section}`, { headers: { cookie } });
    const found = parse(await page.text()).querySelector('#section');
    if (!found) throw new Error(`no form on ${base}/${section}`);
    return fieldsOfForm(found);
  };
  const save = async (section: string, body: URLSearchParams) => {
    const saved = await fetch(`${url}${base}/${section}`, {
      method: 'POST',
      headers: { cookie },
      body,
      redirect: 'manual',
    });
    if (saved.status !== 303) throw new Error(`${base}/${section} was not saved: ${saved.status}`);
  };
  const about = { r_currency: 'USD', r_use: 'attributed', r_quote: 'yes', r_both: 'no' };
  await save('about', encoded({ ...(await form('about')), ...about, go: 'later' }));
  await save(SECTION, saving(await form(SECTION), 1));
  return { base, cookie, fields: await form(SECTION) };
}

/** The records that the bare stack has of the same person. */
async function arriveBare(on: TestApp, state: string, place: number): Promise<Respondent['bare']> {
  const { connection } = on.services;
  const [id, token] = [`draft-${place}`, `token-${place}-0123456789012345678901234567890123`];
  const link: BareLink = {
    _id: createHash('sha256').update(token).digest('hex'),
    draft: id,
    state,
    language: 'en',
    closesAt: new Date(Date.now() + 86_400_000),
    revokedAt: null,
  };
  const draft: BareDraft = {
    _id: id,
    revision: 1,
    savedAt: new Date(),
    answers: Object.fromEntries(answering(1)),
  };
  await connection.collection<BareLink>('bare_links').insertOne(link);
  await connection.collection<BareDraft>('bare_drafts').insertOne(draft);
  return { base: `/form/${id}`, cookie: `link=${token}` };
}

/** An answer to each of the twenty questions, others each time. */
const answering = (turn: number): [string, string][] =>
  TWENTY.map(({ id, options }, place) => [
    id,
    options[(turn + place) % options.length]?.value ?? '',
  ]);

function encoded(fields: Fields): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) form.append(name, one);
  return form;
}

/** What a person sends from the page of twenty questions. */
export function saving(fields: Fields, turn: number): URLSearchParams {
  const form = encoded(fields);
  for (const [id, value] of answering(turn)) form.set(id, value);
  form.set('turn', String(turn));
  form.set('go', 'later');
  return form;
}
