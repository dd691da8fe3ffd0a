/**
 * The bare stack: Express, EJS, i18next, zod and the driver, and nothing of ours. Each request looks up whose it is by its
 * link. The page of twenty questions has the texts, the answers and about the bytes of ours (`pages.ts` refuses to compare others); a save
 * is one update of one document, with majority and journal; a submission is one transaction of as many writes as ours.
 * What only ours does is left out: branching, the checks of what is stored, translations of the questions that may lack a text,
 * the fields' marks. `MONGODB_URI` as for the server.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ejs from 'ejs';
import express, { type NextFunction, type Request, type Response } from 'express';
import i18next from 'i18next';
import { type Collection, MongoClient } from 'mongodb';
import { z } from 'zod';
import type { BareDraft, BareLink } from './bare-records.ts';
import { TWENTY } from './questions.ts';

const client = await MongoClient.connect(process.env['MONGODB_URI'] ?? '', {
  writeConcern: { w: 'majority', j: true },
  readConcern: { level: 'majority' },
});
const database = client.db();
type Row = { _id: string; [more: string]: unknown };
const links = database.collection<BareLink>('bare_links');
const drafts = database.collection<BareDraft>('bare_drafts');
const [revisions, audit, messages] = ['revisions', 'audit', 'messages'].map((name) =>
  database.collection<Row>(`bare_${name}`),
) as [Collection<Row>, Collection<Row>, Collection<Row>];

const texts = (language: string) =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'locales', `${language}.json`), 'utf8'),
  );
await i18next.init({
  lng: 'en',
  resources: { en: { translation: texts('en') }, fr: { translation: texts('fr') } },
  interpolation: { escapeValue: false },
});
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });

const app = express();
app.disable('x-powered-by');
app.engine('ejs', (file, data, done) => {
  ejs.renderFile(file, data, { cache: true }, done);
});
app.set('views', join(import.meta.dirname));
app.set('view cache', true);

/** Whose request it is; the link is looked up each time, so that revoking it ends it. */
async function signedIn(req: Request, res: Response, next: NextFunction) {
  const [, token = ''] = /link=([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
  const _id = createHash('sha256').update(token).digest('hex');
  const link = await links.findOne({ _id, draft: String(req.params['id']), revokedAt: null });
  if (!link) return res.sendStatus(401);
  res.locals['link'] = link;
  return next();
}

const words = ['offline', 'ended', 'failed', 'found', 'restore', 'discard', 'shared', 'sharedNow'];

/** What stands on every page of a language, looked up once: the library takes longer for a text than EJS for a line. */
const standing = (language: string) => {
  const t = i18next.getFixedT(language);
  return {
    t,
    language,
    title: 'Cooperation and assistance 2023',
    plan: 'Oslo Action Plan 2020-2024',
    heading: t('section.heading', { action: 44, title: 'National dialogue' }),
    summary:
      'Strengthen national coordination through regular dialogue with national and international stakeholders and consider a national platform',
    intro:
      'How your authorities meet with national and international stakeholders about progress, challenges and support.',
    saving: JSON.stringify(Object.fromEntries(words.map((name) => [name, t(`saving.${name}`)]))),
    uses: [
      { value: '', label: t('answerUse.choice.like') },
      { value: 'committee', label: t('answerUse.choice.committee') },
      { value: 'aggregate', label: t('answerUse.choice.aggregate') },
    ],
    useTitle: t('answerUse.title'),
    useLabel: t('answerUse.label'),
    optional: t('optional'),
    clear: t('clearChoice'),
    questions: TWENTY,
  };
};
const pages: Record<string, ReturnType<typeof standing>> = {
  en: standing('en'),
  fr: standing('fr'),
};

app.get('/form/:id', signedIn, async (req, res) => {
  const id = String(req.params['id']);
  const link: BareLink = res.locals['link'];
  const draft = await drafts.findOne({ _id: id });
  if (!draft) return res.sendStatus(404);
  const { answers, revision } = draft;
  const answered = TWENTY.filter((question) => answers[question.id]).length;
  res.render('bare-form.ejs', {
    ...pages[link.language],
    id,
    state: link.state,
    deadline: dates.format(link.closesAt),
    savedAt: dates.format(draft.savedAt),
    token: createHmac('sha256', 'a key').update(`${link._id} ${id}`).digest('base64url'),
    revision,
    answers,
    sections: [
      { id: 'about', label: 'About your answers', answered: 4, shown: 4 },
      { id: 'a44', label: '44. National dialogue', answered, shown: TWENTY.length },
    ],
  });
  return;
});

const choice = z.enum(['yes', 'partly', 'planned', 'no', 'dont_know']);
const posted = z.object({
  revision: z.coerce.number().int(),
  ...Object.fromEntries(TWENTY.map(({ id }) => [id, choice.optional()])),
});

app.post('/form/:id', express.urlencoded({ extended: false }), signedIn, async (req, res) => {
  const { revision: _, ...answers } = posted.parse(req.body);
  const _id = String(req.params['id']);
  await drafts.updateOne(
    { _id },
    { $set: { answers, savedAt: new Date() }, $inc: { revision: 1 } },
  );
  res.redirect(303, `/form/${_id}`);
});

const submitter = z.object({ name: z.string(), post: z.string(), email: z.email() });

// What any such application needs: no revision, reference or mail twice, a queue, and the audit of one record.
await revisions.createIndex({ response: 1, revision: -1 }, { unique: true });
await revisions.createIndex({ reference: 1 }, { unique: true });
await messages.createIndex({ key: 1 }, { unique: true });
await messages.createIndex({ status: 1, nextAttemptAt: 1 });
await audit.createIndex({ subject: 1 });

app.post('/submission/:id', express.urlencoded({ extended: false }), signedIn, async (req, res) => {
  const _id = String(req.params['id']);
  const by = submitter.parse(req.body);
  await client.withSession((session) =>
    session.withTransaction(
      async () => {
        const draft = await drafts.findOne({ _id }, { session });
        const at = new Date();
        const revision = (draft?.submitted?.revision ?? 0) + 1;
        const reference = randomUUID();
        const submission = { revision, reference, at, by, answers: draft?.answers };
        await drafts.updateOne({ _id }, { $set: { submitted: submission } }, { session });
        const id = `${_id}:${revision}`;
        await revisions.insertOne({ _id: id, response: _id, ...submission }, { session });
        const row = { at, actor: by.email, event: 'submitted', subject: _id, revision, reference };
        await audit.insertOne({ _id: randomUUID(), ...row }, { session });
        const mail = { key: `receipt:${id}`, status: 'queued', nextAttemptAt: at, to: by.email };
        await messages.insertOne({ _id: randomUUID(), ...mail }, { session });
      },
      { writeConcern: { w: 'majority', j: true }, readConcern: { level: 'snapshot' } },
    ),
  );
  res.redirect(303, `/form/${_id}`);
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
process.stdin.once('end', () => process.exit(0)).resume();
