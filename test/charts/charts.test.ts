/** A chart says the same on the page, in its table and in each file that is made of it, and each file can be cited. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILLS } from '../../server/charts/fills.ts';
import { linesOf, textWidth } from '../../server/charts/lines.ts';
import type { Picture } from '../../server/charts/picture.ts';
import { chartPng } from '../../server/charts/png.ts';
import { chartSvg } from '../../server/charts/svg.ts';
import { answeredRound } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { SLUG, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let committee: Visitor;
beforeAll(async () => {
  on = await testApp();
  await answeredRound(on, { silent: ['KHM'], uses: { IRQ: 'aggregate' } });
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const question = `/results/${SLUG}/questions/a44_01`;

describe('a chart', () => {
  it.each([42, 43, 44, 45, 46, 47])(
    'of action %i has the numbers of its bars in its table, in what is drawn, and in its files',
    async (action) => {
      const page = await committee.get(
        `/results/${SLUG}/actions/${action}?group=affectedStatesParties`,
      );
      const charts = page
        .all('figure.chart')
        .filter((one) => one.querySelector('ul.bars:not(.grouped)'));
      expect(charts.length).toBeGreaterThan(3);
      for (const chart of charts) {
        const bars = chart.querySelectorAll('ul.bars a').map((bar) => ({
          label: bar.querySelector('span')?.text ?? '',
          count: Number(bar.querySelector('b')?.text),
          href: bar.getAttribute('href'),
        }));
        const table = chart.querySelectorAll('tbody tr').map((row) => ({
          label: row.querySelector('th')?.text ?? '',
          count: Number(row.querySelector('td')?.text),
          href: row.querySelector('a')?.getAttribute('href'),
        }));
        expect(table).toEqual(bars);
        const { rows } = JSON.parse(
          chart.querySelector('ul.bars')?.getAttribute('data-picture') ?? '',
        ) as Picture;
        expect(
          rows.map(({ label, cells }) => ({
            label,
            count: cells[0]?.value,
            href: cells[0]?.href,
          })),
        ).toEqual(bars);
      }
      // Two questions side by side: the table goes on with what is no answer.
      for (const pair of page.all('figure.pair')) {
        const { rows } = JSON.parse(
          pair.querySelector('[data-picture]')?.getAttribute('data-picture') ?? '',
        ) as Picture;
        const lines = pair.querySelectorAll('tbody tr').slice(0, rows.length);
        expect(rows.length).toBeGreaterThan(1);
        expect(
          lines.map((row) => [
            row.querySelector('th')?.text,
            ...row.querySelectorAll('td').map((one) => one.text),
          ]),
        ).toEqual(rows.map(({ label, cells }) => [label, ...cells.map(({ text }) => text)]));
      }
      const [first] = charts;
      const [svg, , csv] = first?.querySelectorAll('.take a') ?? [];
      const drawn = await file(svg?.getAttribute('href') ?? '');
      const lines = await file(csv?.getAttribute('href') ?? '');
      for (const bar of first?.querySelectorAll('ul.bars a') ?? []) {
        const [label, count] = [bar.querySelector('span'), bar.querySelector('b')].map(
          (one) => one?.innerHTML ?? '',
        );
        expect(drawn.body).toContain(`${label}: ${count}`);
        expect(lines.body).toContain(`,${count}\r\n`);
      }
    },
  );

  it('as a file says what is asked, how many answered, which filter, from where and until when', async () => {
    for (const kind of ['svg', 'csv']) {
      const { body, headers } = await file(`${question}/chart.${kind}?region=asia_pacific`);
      const text = body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
      expect(text).toContain('Is there a national platform');
      expect(text).toMatch(/\d+ of 6 answered/);
      expect(text).toContain('Asia');
      expect(text).toContain(`round ${SLUG}; answers until 2 May 2023, 10:00`);
      expect(text).not.toContain('invented');
      expect(headers['content-disposition']).toContain(`${SLUG}-2023-05-02-a44_01.${kind}`);
      expect(headers['cache-control']).toContain('no-store');
    }
  });

  it('holds back in its files what it holds back on the page', async () => {
    // Iraq alone answered in totals only.
    const { body } = await file(`${question}/chart.csv?region=asia_pacific`);
    expect(body).toContain('"In totals only, not shown for so few",1');
  });

  it('of a row of a matrix is a file of its own', async () => {
    const page = await committee.get(`/results/${SLUG}/actions/42`);
    const link = page.all('.take a').find((one) => one.getAttribute('href')?.includes('row='));
    const { status, body } = await file(link?.getAttribute('href') ?? '');
    expect(status).toBe(200);
    expect(body).toContain('<svg');
  });

  it('is not there for an unknown question, row or kind, nor for who is not signed in', async () => {
    for (const path of [
      `/results/${SLUG}/questions/nothing/chart.svg`,
      `${question}/chart.svg?row=nothing`,
      `${question}/chart.gif`,
      `/results/nothing/questions/a44_01/chart.svg`,
    ])
      expect([path, (await committee.get(path)).status]).toEqual([path, 404]);
    expect((await visitor(on.app).get(`${question}/chart.svg`)).path).toContain('/sign-in');
  });
});

describe('a picture', () => {
  const picture: Picture = {
    form: 'stacked',
    title: 'Does <your> State & others "share"? \u0007\ud800',
    subtitle: '',
    series: [
      { label: 'نعم', fill: 'deep' },
      { label: 'No', fill: 'zigzag' },
    ],
    rows: [
      {
        label: 'A & B',
        cells: [
          { value: 4, text: '4', fill: null, href: '/x' },
          { value: null, text: '–', fill: null, href: '' },
        ],
      },
    ],
    max: 4,
    notes: ['4 of 4 answered'],
    mark: 'Demonstration data',
    language: 'ar',
    rtl: true,
  };

  it('is well formed whatever stands in it, and leads nowhere', () => {
    const svg = chartSvg(picture);
    expect(svg).toContain('Does &lt;your&gt; State &amp; others &quot;share&quot;?');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(svg).not.toMatch(/[\u0000-\u0008\ud800]/u);
    expect(svg).not.toContain('href');
    expect(svg).toContain('Demonstration data');
  });

  it('of shares over time has a line for each series, from one end to the other', () => {
    const day = (n: number) => ({
      label: `${n} May`,
      cells: [0.1 * n, 0.05 * n].map((value) => ({
        value,
        text: `${Math.round(100 * value)}%`,
        fill: null,
        href: '',
      })),
    });
    const lines = { ...picture, form: 'lines' as const, rtl: false, rows: [1, 2, 3, 9].map(day) };
    const svg = chartSvg(lines);
    expect(svg.match(/stroke-width="2"/g)).toHaveLength(2);
    expect(svg.match(/stroke-dasharray="6 4"/g)).toHaveLength(1);
    for (const words of ['1 May', '9 May', '90%', '45%', '100%']) expect(svg).toContain(words);
    // Each step of each line is marked, and each line once beside its name.
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(chartSvg({ ...lines, rows: [], rtl: true })).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('tells every fill from the others by its pattern or its ground', () => {
    const looks = Object.values(FILLS).map(({ ground, path }) => `${path || ground}`);
    expect(new Set(looks).size).toBe(looks.length);
  });

  it('is drawn as PNG with the fonts that come with the program, Arabic too', async () => {
    const of = async (label: string) =>
      (await chartPng({ ...picture, rows: [{ label, cells: picture.rows[0]?.cells ?? [] }] }))
        .content;
    const [one, same, other] = [await of('نعم'), await of('نعم'), await of('كلا')];
    expect(one.subarray(1, 4).toString()).toBe('PNG');
    expect(one.equals(same)).toBe(true);
    // Two words of one length differ only where their letters are drawn, not boxes in their place.
    expect(one.equals(other)).toBe(false);
    expect((await chartPng(picture, 1)).width).toBe(900);
  });

  it('breaks its lines where they are too long, a word without end too', () => {
    const lines = linesOf(`one two three ${'x'.repeat(90)} four`, 14, 120);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(textWidth(line, 14)).toBeLessThanOrEqual(120);
    expect(lines.join('').replaceAll(' ', '')).toBe(`onetwothree${'x'.repeat(90)}four`);
  });
});

async function file(path: string) {
  const { status, text, body, headers } = await committee.agent.get(path);
  return { status, body: text ?? (Buffer.isBuffer(body) ? body.toString() : ''), headers };
}
