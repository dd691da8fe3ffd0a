/** Both stacks as processes of their own on one database, and people with a link each who have the page of twenty questions open. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import { isMember } from '../../server/states/state.ts';
import { readStates } from '../../server/states/state-file.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { freePort, run } from '../support/process.ts';
import { linkFor, openedRound, statesCsv } from '../support/rounds.ts';
import { type Fields, fieldsOfForm } from '../support/visitor.ts';
import { SECTION, TWENTY, twentyQuestions } from './questions.ts';

export const PEOPLE = 50;

export type Respondent = {
  /** Of the invitation's pages, "/r/…". */
  base: string;
  cookie: string;
  /** As the page had it. */
  fields: Fields;
};

export type Stacks = {
  bare: string;
  ours: string;
  people: Respondent[];
  on: TestApp;
  close(): Promise<void>;
};

export async function bothStacks(): Promise<Stacks> {
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
  const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-bench-'));
  const port = await freePort();
  const ours = `http://127.0.0.1:${port}`;
  const environment = { MONGODB_URI: on.databaseUri, NODE_ENV: 'production', LOG_LEVEL: 'warn' };
  const server = run('server/main.ts', [], {
    ...environment,
    PORT: String(port),
    PUBLIC_URL: ours,
    DATA_DIR: dataDir,
  });
  await server.says('Rapporteur is at');
  const bare = run('test/bench/bare-server.ts', [], environment, { stdin: 'pipe' });
  const barePort = /listening on (\d+)/.exec(await bare.says('listening on'))?.[1];
  const invitations = await on.services.invitations.ofRound(round._id);
  const people: Respondent[] = [];
  for (const { state } of invitations)
    people.push(await arrive(ours, await linkFor(on, round, state, 'affected')));
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

async function arrive(url: string, link: string): Promise<Respondent> {
  const opened = await fetch(url + new URL(link).pathname, { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const base = opened.headers.get('location') ?? '';
  const page = await fetch(`${url}${base}/${SECTION}`, { headers: { cookie } });
  const form = parse(await page.text()).querySelector('#section');
  if (!form) throw new Error(`no form on ${base}/${SECTION}`);
  return { base, cookie, fields: fieldsOfForm(form) };
}

/** What a person sends: some of the answers, others each time. */
export function saving(fields: Fields, turn: number): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) form.append(name, one);
  TWENTY.forEach(({ id, options }, place) => {
    form.set(id, options[(turn + place) % options.length]?.value ?? '');
  });
  form.set('turn', String(turn));
  form.set('go', 'later');
  return form;
}
