/** What says nothing: a round that nobody has answered, a zero, nobody asked, and figures that cannot be read. No one looks like another. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answeredRound } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

const base = `/results/${SLUG}`;
const QUESTION = `${base}/questions/a44_01`;
const CROSS = `${base}/cross?of=a44_01&by=a42_01`;
const ASKED = ['AGO', 'SEN', 'KHM'];
const EMPTY = 'No answers yet';
const NOBODY = 'No State in this selection was asked.';

async function opened(silent: string[]): Promise<{ on: TestApp; committee: Visitor }> {
  const on = await testApp();
  const answers = () => ({ a44_01: 'yes', a44_02: 'quarterly', a42_01: 'yes' });
  await answeredRound(on, { affected: ASKED, donor: ['NOR'], silent, answers });
  return { on, committee: await signedIn(on, 'committee') };
}
const barsOf = (page: SeenPage) =>
  Object.fromEntries(
    page
      .all('ul.bars a')
      .map((bar) => [bar.querySelector('span')?.text, bar.querySelector('b')?.text]),
  );

describe('a round that nobody has answered', () => {
  let on: TestApp;
  let committee: Visitor;
  beforeAll(async () => {
    ({ on, committee } = await opened([...ASKED, 'NOR']));
  });
  afterAll(() => on.close());

  it('says "no answers yet" on each page with figures', async () => {
    for (const path of [
      `${base}/actions/44`,
      QUESTION,
      CROSS,
      `${base}/cross?of=a44_01&by=_region`,
      `${base}/compare`,
      `${base}/indicators/i44a`,
    ]) {
      const page = await committee.get(path);
      expect([path, page.status, page.text('main').includes(EMPTY)]).toEqual([path, 200, true]);
    }
    const page = await committee.get(QUESTION);
    expect(barsOf(page)).toMatchObject({ Yes: '0', 'No answer': '3' });
    const figures = (await committee.get(`${base}/compare`)).all('table.compare td');
    expect(figures.map((one) => one.text).filter((text) => /\b0%/.test(text))).toEqual([]);
  });

  it('says so in the files of its charts too', async () => {
    for (const kind of ['svg', 'csv']) {
      const { body, text } = await committee.agent.get(`${QUESTION}/chart.${kind}`);
      expect(text ?? String(body)).toContain(`${EMPTY}. 0 of 3 answered`);
    }
  });

  it('has cut-offs that say so, whatever is answered later', async () => {
    const page = await committee.get(`${base}/cut-offs`);
    await committee.submit(page, 'main form', { name: 'Nothing', slug: 'nothing' });
    const at = await committee.get(`${QUESTION}?cutoff=nothing`);
    expect(at.text('figure')).toContain(EMPTY);
  });
});

describe('a zero', () => {
  let on: TestApp;
  let committee: Visitor;
  beforeAll(async () => {
    ({ on, committee } = await opened([]));
  });
  afterAll(() => on.close());

  it('is a 0 on bars, in tables, in files and in cells, and a link to nobody', async () => {
    const page = await committee.get(QUESTION);
    expect(page.text('figure')).not.toContain(EMPTY);
    expect(barsOf(page)).toMatchObject({ Yes: '3', No: '0', 'No answer': '0' });
    expect(page.all('figure tbody tr').map((row) => row.querySelector('td')?.text)).toContain('0');
    const { text } = await committee.agent.get(`${QUESTION}/chart.csv`);
    expect(text).toContain('"No",0');
    const none = page.all('ul.bars a').find((bar) => bar.querySelector('span')?.text === 'No');
    const list = await committee.get(none?.getAttribute('href') ?? '');
    expect(list.text('#states')).toContain('0 States');
    expect(list.all('#states li')).toEqual([]);
    const cross = await committee.get(CROSS);
    const cells = cross.all('table.cross tbody td').map((one) => one.text.trim());
    expect(cells).toContain('0');
    expect(cells.every((one) => /^\d/.test(one))).toBe(true);
  });

  it('is not shown where nobody was asked', async () => {
    for (const path of [`${QUESTION}?region=grulac`, `${CROSS}&region=grulac`]) {
      const page = await committee.get(path);
      expect(page.text('main')).toContain(NOBODY);
      expect(page.text('main')).not.toContain(EMPTY);
      expect(page.all('ul.bars, table.cross, figure table')).toEqual([]);
    }
  });

  // Last: the collection does not come back.
  it('is not shown where the figures cannot be read: the pages and files say that it failed', async () => {
    const db = on.services.connection.getClient().db(on.services.connection.name);
    const kept = await db.collection('responses').rename('responsesKept');
    await db.createCollection('responses', {
      viewOn: kept.collectionName,
      pipeline: [{ $set: { round: { $toString: { $divide: [1, 0] } } } }],
    });
    for (const path of [QUESTION, CROSS, `${base}/compare?with=${SLUG}`, `${base}/cut-offs`]) {
      const page = await committee.get(path);
      expect([path, page.status]).toEqual([path, 500]);
      expect(page.text('h1')).toContain('Failed');
      expect(page.text('main')).not.toMatch(/\b0\b|No answers yet/);
      expect(page.all('main table, main [data-picture]')).toEqual([]);
    }
    for (const path of [
      `${QUESTION}/chart.svg`,
      `${QUESTION}/chart.csv`,
      `${base}/cross/chart.png?of=a44_01&by=a42_01`,
      `${base}/compare/percentage/chart.svg`,
    ]) {
      const { status, headers } = await committee.agent.get(path);
      expect([path, status]).toEqual([path, 500]);
      expect(headers['content-type']).toContain('html');
      expect(headers['content-disposition']).toBeUndefined();
    }
  });
});
