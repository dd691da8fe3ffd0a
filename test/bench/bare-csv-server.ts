/**
 * The bare stack of the CSV export: Express and a cursor of the driver, written out by hand, and nothing of ours. The same columns of
 * the same round, read from the definition's JSON. `MONGODB_URI` as for the server.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { MongoClient } from 'mongodb';

type Option = { value: string; label: string; text?: boolean };
type Question = {
  id: string;
  section: string;
  type: string;
  optionSet?: string;
  options?: Option[];
  extraOptions?: Option[];
  rows?: Option[];
  columns?: Option[];
  cell?: { type: string };
};
type Definition = {
  audiences: { id: string }[];
  sections: { id: string; audiences: string[] }[];
  questions: Question[];
  optionSets: Record<string, Option[]>;
};
// biome-ignore lint/suspicious/noExplicitAny: documents as they come, which is what one works with by hand
type Doc = any;
type Column = { header: string; value(doc: Doc): unknown };

const ROOT = join(import.meta.dirname, '..', '..');
const definition: Definition = JSON.parse(
  readFileSync(join(ROOT, 'questionnaires', 'oap-cooperation-assistance-2023.json'), 'utf8'),
);

const client = await MongoClient.connect(process.env['MONGODB_URI'] ?? '');
const responses = client.db().collection<Doc>('responses');
const states = client.db().collection<Doc>('states');

const about: Column[] = [
  { header: 'state', value: (doc) => doc.state },
  { header: 'state_name', value: (doc) => doc.of.names.en },
  { header: 'region', value: (doc) => doc.of.region },
  { header: 'audience', value: (doc) => doc.audience },
  {
    header: 'status',
    value: ({ submitted, ahead, startedAt }) =>
      submitted ? (ahead ? 'reopened' : 'submitted') : startedAt ? 'draft' : 'not_started',
  },
  { header: 'revision', value: (doc) => doc.submitted?.revision ?? 0 },
  { header: 'reference', value: (doc) => doc.submitted?.reference },
  { header: 'submitted_at', value: (doc) => doc.submitted?.submittedAt },
  { header: 'attribution', value: (doc) => doc.submitted?.use },
  {
    header: 'uses',
    value: ({ submitted }) =>
      Object.entries(submitted?.uses ?? {})
        .map(([id, use]) => `${id}=${use}`)
        .join(' ') || null,
  },
  {
    header: 'note_verbale',
    value: ({ submitted }) =>
      submitted?.note ? `${submitted.note.reference} (${submitted.note.dated})` : null,
  },
  { header: 'review', value: (doc) => (doc.submitted ? doc.review : null) },
];

function columnsOf(question: Question): Column[] {
  const { id, type, rows = [], columns = [] } = question;
  const options = [
    ...(question.options ?? []),
    ...(question.optionSet ? (definition.optionSets[question.optionSet] ?? []) : []),
    ...(question.extraOptions ?? []),
  ];
  const labels = Object.fromEntries(options.map(({ value, label }) => [value, label]));
  const column = (end: string, value: (answer: Doc, doc: Doc) => unknown): Column => ({
    header: id + end,
    value: (doc) => {
      const answer = doc.submitted?.answers[id];
      return answer === undefined ? null : value(answer, doc);
    },
  });
  const words = options.some(({ text }) => text)
    ? [column('.in_words', (_, doc) => doc.submitted.other[id])]
    : [];
  if (type === 'single')
    return [column('', (answer) => answer), column('.label', (answer) => labels[answer]), ...words];
  if (type === 'multi')
    return [
      column('', (answer) => answer.join(' ')),
      column('.label', (answer) => answer.map((code: string) => labels[code]).join('; ')),
      ...options.map(({ value }) =>
        column(`.${value}`, (answer) => (answer.includes(value) ? 1 : 0)),
      ),
      ...words,
    ];
  if (type === 'money')
    return ['amount', 'currency'].map((part) => column(`.${part}`, (answer) => answer[part]));
  if (type === 'file')
    return [
      column(
        '.files',
        (answer) => answer.files.map(({ name }: { name: string }) => name).join('; ') || null,
      ),
      column('.url', (answer) => answer.url),
    ];
  if (type === 'matrix' && question.cell?.type === 'single')
    return rows.map((row) => column(`.${row.value}`, (answer) => answer[row.value]));
  if (type === 'matrix')
    return rows.flatMap((row) =>
      columns.map((one) =>
        column(`.${row.value}.${one.value}`, (answer) => {
          const cell = answer[row.value];
          if (Array.isArray(cell)) return cell.includes(one.value) ? 1 : 0;
          return cell?.[one.value];
        }),
      ),
    );
  return [column('', (answer) => answer)];
}

const asked = new Set(
  definition.audiences.flatMap(({ id }) =>
    definition.sections
      .filter(({ audiences }) => audiences.includes(id))
      .flatMap((section) => definition.questions.filter((one) => one.section === section.id)),
  ),
);
const columns = [...about, ...[...asked].flatMap(columnsOf)];

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  return `"${String(value).replaceAll('"', '""')}"`;
}
const lineOf = (values: unknown[]) => `${values.map(cell).join(',')}\r\n`;

const app = express();
app.get('/:round/answers.csv', async (req, res) => {
  res.type('text/csv');
  res.write(`\ufeff${lineOf(columns.map(({ header }) => header))}`);
  const found = responses
    .find({ round: req.params['round'] })
    .project({ draft: 0, sections: 0, 'submitted.row': 0 })
    .sort({ state: 1, audience: 1 })
    .batchSize(1000);
  let batch: Doc[] = [];
  const write = async () => {
    const keys = batch.map(({ state }) => state);
    const of = new Map<string, Doc>();
    for await (const state of states.find({ _id: { $in: keys } })) of.set(state._id, state);
    let text = '';
    for (const doc of batch) {
      doc.of = of.get(doc.state);
      text += lineOf(columns.map(({ value }) => value(doc)));
    }
    batch = [];
    if (!res.write(text)) await once(res, 'drain');
  };
  for await (const doc of found) {
    batch.push(doc);
    if (batch.length === 100) await write();
  }
  await write();
  res.end();
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
process.stdin.once('end', () => process.exit(0)).resume();
