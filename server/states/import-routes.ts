/** Loading contacts from a file: choose it, look at what it would do, load exactly that. */
import type { Request, Response, Router } from 'express';
import type { Account } from '../accounts/account.ts';
import { refusedCsv } from '../exports/contacts.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { filesBody, uploadsOf } from '../web/files-body.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { audienceLabels } from './audiences.ts';
import { ALL_COLUMNS, CONTACT_COLUMNS } from './contact-columns.ts';
import { MOST_BYTES, MOST_ROWS } from './contact-table.ts';
import { keepFile, loadSeen, lookAt, type Seen } from './import.ts';
import { importPage, type NotLoaded, shownIn } from './import-page.ts';
import { pageIn } from './register-page.ts';
import { type Remark, remark, wordsOf } from './remark.ts';

export function importRoutes(router: Router, services: Services, desk: Desk): void {
  async function showUpload(
    req: Request,
    res: Response,
    account: Account,
    failed: { name: string; line: number; problem: Remark } | null = null,
  ) {
    const voice = desk.voice(req, account);
    const title = voice.t('contactImport.title');
    await desk.send(req, res, account, {
      view: 'states/upload',
      title: failed ? voice.t('errorTitle', { title }) : title,
      locals: {
        columns: CONTACT_COLUMNS,
        optional: ALL_COLUMNS.filter((name) => !CONTACT_COLUMNS.some((known) => known === name)),
        size: voice.fileSize(MOST_BYTES),
        rows: voice.number(MOST_ROWS),
        audiences: await audienceLabels(services, voice.language),
        problem: failed && wordsOf(failed.problem, voice),
        fileName: failed?.name ?? '',
      },
      status: failed ? 422 : 200,
    });
  }

  router.get('/admin/contacts/file', async (req, res) => {
    await showUpload(req, res, await desk.require(req, 'rounds.manage'));
  });

  /** Keeps the rows for a while and shows what they would do. Nothing of the register changes. */
  router.post('/admin/contacts/preview', filesBody(desk.isOurs), async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const [upload] = uploadsOf(req);
    // A browser sends an empty file without a name when none was chosen.
    if (!upload || (upload.name === '' && upload.content?.length === 0))
      return showUpload(req, res, account, { name: '', line: 1, problem: remark('noFile') });
    const kept = await keepFile(services, upload, account._id);
    if (!kept.ok) return showUpload(req, res, account, { name: upload.name, ...kept });
    return res.redirect(303, `/admin/contacts/imports/${kept.id}`);
  });

  async function seenAt(req: Request): Promise<{ account: Account; seen: Seen }> {
    const account = await desk.require(req, 'rounds.manage');
    const seen = await lookAt(services, String(req.params['import']), account._id);
    if (!seen) throw new Refusal('not-found');
    return { account, seen };
  }

  async function showPreview(
    req: Request,
    res: Response,
    { account, seen }: { account: Account; seen: Seen },
    problem: NotLoaded = null,
  ) {
    const voice = desk.voice(req, account);
    const of = {
      states: await services.states.all(),
      audiences: await audienceLabels(services, voice.language),
    };
    const at = { shown: shownIn(req.query['shown']), page: pageIn(req.query['page']), problem };
    await desk.send(req, res, account, {
      view: 'states/import',
      title: voice.t(seen.file.done ? 'contactImport.done.title' : 'contactImport.preview'),
      locals: importPage(seen, of, voice, at),
      status: problem ? 422 : 200,
    });
  }

  router.get('/admin/contacts/imports/:import', async (req, res) => {
    await showPreview(req, res, await seenAt(req));
  });

  router.post('/admin/contacts/imports/:import', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const of = { id: String(req.params['import']), account: account._id };
    const said = { digest: postedText(req.body.digest), goodOnly: req.body.rows === 'good' };
    const loaded = await loadSeen(services, of, said);
    if (loaded.ok) return res.redirect(303, `/admin/contacts/imports/${of.id}`);
    if (loaded.reason === 'gone') throw new Refusal('not-found');
    return showPreview(req, res, await seenAt(req), loaded.reason);
  });

  router.get('/admin/contacts/imports/:import/refused.csv', async (req, res) => {
    const { account, seen } = await seenAt(req);
    res
      .attachment('contacts-refused.csv')
      .type('text/csv; charset=utf-8')
      .set('Cache-Control', 'private, no-store')
      .send(refusedCsv(seen.decisions, desk.voice(req, account)));
  });
}
