/** The server is killed in the middle of 300 saves: every save that was answered is there after a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import type { Round } from '../../server/rounds/round.ts';
import { isMember } from '../../server/states/state.ts';
import { readStates } from '../../server/states/state-file.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { freePort, type Program, run } from '../support/process.ts';
import { linkFor, openedRound, statesCsv } from '../support/rounds.ts';
import { type Fields, fieldsOfForm } from '../support/visitor.ts';

const STATES = 13;
const SECTIONS = ['a42', 'a43', 'a44', 'a45', 'a46', 'a47'];
/** What each section is answered with. */
const FIELD: Record<string, (n: number) => Fields> = {
  a42: (n) => ({ 'a42_05.amount': String(1000 + n) }),
  a43: () => ({ a43_07: 'planned' }),
  a44: () => ({ a44_01: 'being_set_up' }),
  a45: (n) => ({ a45_09: String(n % 100) }),
  a46: (n) => ({ a46_03: `Text number ${n}` }),
  a47: () => ({ a47_04: 'discussed' }),
};

let on: TestApp;
let round: Round;
let server: Program;
let dataDir: string;
let url: string;
let environment: Record<string, string>;

beforeAll(async () => {
  on = await testApp();
  const read = readStates(statesCsv());
  if (!read.ok) throw new Error('the States cannot be read');
  const contacts = read.states
    .filter((state) => isMember(state, 'affectedStatesParties', '2023-05-01'))
    .slice(0, STATES)
    .map(({ _id }) => `${_id},affected,Name,Director,${_id}@example.org,en`);
  on.setTime(new Date().toISOString());
  round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...contacts].join('\n'),
    closes: new Date(Date.now() + 86_400_000).toISOString(),
  });
  dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-kill-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const database = new URL(process.env['TEST_MONGODB_URI'] as string);
  database.pathname = on.services.connection.name;
  environment = {
    PORT: String(port),
    MONGODB_URI: database.href,
    DATA_DIR: dataDir,
    PUBLIC_URL: url,
  };
  server = run('server/main.ts', [], environment);
  await server.says('Rapporteur is at');
}, 40_000);

afterAll(async () => {
  await server.kill('SIGKILL');
  await on.close();
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

type Form = { address: string; cookie: string; fields: Fields };

/** Opens a State's link as a browser would and reads the form of each section. */
async function formsOf(state: string): Promise<Form[]> {
  const link = await linkFor(on, round, state, 'affected');
  const opened = await fetch(url + new URL(link).pathname, { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const base = url + (opened.headers.get('location') ?? '');
  return Promise.all(
    SECTIONS.map(async (section) => {
      const page = await fetch(`${base}/${section}`, { headers: { cookie } });
      const form = parse(await page.text()).querySelector('#section');
      if (!form) throw new Error(`no form on ${base}/${section}`);
      return { address: `${base}/${section}`, cookie, fields: fieldsOfForm(form) };
    }),
  );
}

async function post({ address, cookie, fields }: Form, changes: Fields): Promise<number> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...fields, ...changes, go: 'later' }))
    for (const one of [value].flat()) body.append(name, one);
  const response = await fetch(address, {
    method: 'POST',
    body,
    headers: { cookie, connection: 'close' },
    redirect: 'manual',
  });
  return response.status;
}

describe('a server that is killed', () => {
  it('has on disk every save that it answered, and none half written', async () => {
    const invitations = await on.services.invitations.ofRound(round._id);
    const forms = (await Promise.all(invitations.map((one) => formsOf(one.state)))).flat();
    // Each form is posted four times, so that 300 requests are under way; of those on one revision one wins.
    const jobs = [...forms, ...forms, ...forms, ...forms]
      .slice(0, 300)
      .map((form, n) => ({ form, n }));
    expect(jobs).toHaveLength(300);
    /** What the client was told: the address, and the fields of each save that was answered with 303. */
    const ledger: { address: string; changes: Fields }[] = [];
    let answered = 0;
    await Promise.all(
      jobs.map(async ({ form, n }) => {
        const section = form.address.split('/').at(-1) ?? '';
        const changes = (FIELD[section] as (n: number) => Fields)(n);
        // Each as a page of its own, so that of those on one revision one wins.
        const status = await post(form, { ...changes, key: `page-of-job-${n}` }).catch(() => 0);
        if (status === 303) ledger.push({ address: form.address, changes });
        if (status !== 0) answered += 1;
        // In the middle: about a third has been answered, the rest is under way.
        if (answered === 100) server.child.kill('SIGKILL');
      }),
    );
    expect(await server.ended).toBeNull();
    expect(ledger.length).toBeGreaterThan(10);
    expect(ledger.length).toBeLessThan(300);

    server = run('server/main.ts', [], environment);
    await server.says('Rapporteur is at');
    for (const { address, changes } of ledger) {
      const { state, section } = placeOf(address, invitations);
      const response = await on.services.responses.find(state);
      const saved = response?.sections[section];
      expect([address, saved?.revision]).toEqual([address, 1]);
      const [[name, value]] = Object.entries(changes) as [[string, string]];
      const answer = response?.draft.answers[name.replace('.amount', '')];
      expect([
        address,
        typeof answer === 'object' ? String((answer as { amount: number }).amount) : String(answer),
      ]).toEqual([address, value]);
    }
    // A section that was saved holds its answer, also where nobody was told.
    for (const invitation of invitations) {
      const response = await on.services.responses.find(invitation._id);
      for (const section of Object.keys(response?.sections ?? {}))
        expect(
          Object.keys(response?.draft.answers ?? {}).some((id) => id.startsWith(section)),
        ).toBe(true);
      if (Object.keys(response?.sections ?? {}).length > 0)
        expect(response?.startedAt).not.toBeNull();
    }
  }, 60_000);

  it('ends in an orderly way on SIGTERM while saves are under way: each is answered or refused, none lost', async () => {
    const invitations = await on.services.invitations.ofRound(round._id);
    const forms = (await Promise.all(invitations.map((one) => formsOf(one.state)))).flat();
    const results: { form: Form; status: number }[] = [];
    await Promise.all(
      forms.map(async (form, n) => {
        const section = form.address.split('/').at(-1) ?? '';
        results.push({
          form,
          status: await post(form, (FIELD[section] as (n: number) => Fields)(5000 + n)).catch(
            () => 0,
          ),
        });
        if (results.length === 30) server.child.kill('SIGTERM');
      }),
    );
    expect(await server.ended).toBe(0);
    for (const { form, status } of results.filter((one) => one.status === 303)) {
      const { state, section } = placeOf(form.address, invitations);
      const response = await on.services.responses.find(state);
      expect([status, response?.sections[section]?.revision]).toEqual([
        303,
        Number(form.fields['revision']) + 1,
      ]);
    }
    server = run('server/main.ts', [], environment);
    await server.says('Rapporteur is at');
  }, 60_000);
});

function placeOf(address: string, invitations: { _id: string }[]) {
  const [, , , , id = '', section = ''] = address.split('/');
  if (!invitations.some((one) => one._id === id)) throw new Error(`unknown ${address}`);
  return { state: id, section };
}
