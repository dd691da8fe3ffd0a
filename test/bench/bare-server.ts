/**
 * The bare stack: Express, EJS, zod and the driver, and nothing of ours. A page of twenty questions; a save that is one update of one
 * document, with majority and journal; a submission that is one transaction of as many writes as ours. `MONGODB_URI` as for the server.
 */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ejs from 'ejs';
import express from 'express';
import { type Collection, MongoClient } from 'mongodb';
import { z } from 'zod';
import { TWENTY } from './questions.ts';

const client = await MongoClient.connect(process.env['MONGODB_URI'] ?? '', {
  writeConcern: { w: 'majority', j: true },
});
const database = client.db();
type Row = { _id: string; [more: string]: unknown };
type Rows = Collection<Row>;
type Kept = { _id: string; revision?: number; answers?: object | undefined };
const drafts = database.collection<Kept>('bare_drafts');
const [revisions, audit, messages] = ['revisions', 'audit', 'messages'].map((name) =>
  database.collection<Row>(`bare_${name}`),
) as [Rows, Rows, Rows];

const app = express();
app.disable('x-powered-by');
app.engine('ejs', (file, data, done) => {
  ejs.renderFile(file, data, { cache: true }, done);
});
app.set('views', join(import.meta.dirname));
app.set('view cache', true);

app.get('/form/:id', (req, res) => {
  res.render('bare-form.ejs', { id: req.params['id'], questions: TWENTY });
});

const choice = z.enum(['yes', 'partly', 'planned', 'no', 'dont_know']);
const posted = z.object({
  revision: z.coerce.number().int(),
  ...Object.fromEntries(TWENTY.map(({ id }) => [id, choice.optional()])),
});

app.post('/form/:id', express.urlencoded({ extended: false }), async (req, res) => {
  const { revision: _, ...answers } = posted.parse(req.body);
  const saved = await drafts.findOneAndUpdate(
    { _id: String(req.params['id']) },
    { $set: { answers, savedAt: new Date() }, $inc: { revision: 1 } },
    { upsert: true, returnDocument: 'after' },
  );
  res.redirect(303, `/form/${saved?._id}`);
});

let made = 0;
app.post('/submission/:id', express.urlencoded({ extended: false }), async (req, res) => {
  const _id = String(req.params['id']);
  await client.withSession((session) =>
    session.withTransaction(async () => {
      made += 1;
      const draft = await drafts.findOne({ _id }, { session });
      const submission = { answers: draft?.answers, at: new Date(), by: req.body };
      const id = `${_id}:${made}`;
      await drafts.updateOne({ _id }, { $set: { submitted: submission } }, { session });
      await revisions.insertOne({ _id: id, ...submission }, { session });
      await audit.insertOne({ _id: id, event: 'submitted', at: new Date() }, { session });
      await messages.insertOne({ _id: id, to: _id, status: 'queued' }, { session });
    }),
  );
  res.redirect(303, `/form/${_id}`);
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
process.stdin.once('end', () => process.exit(0)).resume();
