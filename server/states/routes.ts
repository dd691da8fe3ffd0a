/** Contacts: the register, and loading a file after a look at what it would do. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { filesBody, uploadsOf } from '../web/files-body.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { loadContacts } from './load.ts';
import { nameIn, whyUnreachable } from './state.ts';

/** About 4,000 contacts. The confirmation carries the text in a form, where a byte can take three times its place. */
const MOST_BYTES = 300_000;

export function stateRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const audiencesOf = async () => {
    const list = await services.catalogue.list();
    const editions = await Promise.all(list.map((one) => services.catalogue.find(one)));
    return [
      ...new Set(editions.flatMap((e) => e?.source.definition.audiences.map((a) => a.id) ?? [])),
    ];
  };

  async function page(req: Request, locals: object) {
    const account = await desk.require(req, 'rounds.manage');
    const voice = desk.voice(req, account);
    const states = new Map((await services.states.all()).map((state) => [state._id, state]));
    const contacts = (await services.contacts.all()).map((contact) => {
      const state = states.get(contact.state);
      return {
        ...contact,
        stateName: state ? nameIn(state, voice.language) : contact.state,
        bounced: whyUnreachable(contact) !== null,
      };
    });
    return {
      account,
      page: {
        view: 'states/contacts',
        title: voice.t('contacts.title'),
        locals: { contacts, report: null, csv: '', loaded: null, ...locals },
      },
    };
  }

  router.get('/admin/contacts', async (req, res) => {
    const { account, page: shown } = await page(req, { loaded: req.query['loaded'] ?? null });
    await desk.send(req, res, account, shown);
  });

  /** A dry run: what would be new, changed, unchanged or refused. Nothing is written. */
  router.post('/admin/contacts/preview', filesBody(desk.isOurs), async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const [file] = uploadsOf(req);
    if (file && (!file.content || file.content.length > MOST_BYTES)) throw new Refusal('too-large');
    const csv = file?.content?.toString('utf8') ?? '';
    const actor = { kind: 'account', id: account._id } as const;
    const report = await loadContacts(services, csv, await audiencesOf(), { dryRun: true, actor });
    const { page: shown } = await page(req, { report, csv });
    await desk.send(req, res, account, { ...shown, status: report.refused.length > 0 ? 422 : 200 });
  });

  router.post('/admin/contacts', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const csv = String(req.body.csv ?? '');
    const actor = { kind: 'account', id: account._id } as const;
    const report = await loadContacts(services, csv, await audiencesOf(), { dryRun: false, actor });
    if (report.refused.length > 0) {
      const { page: shown } = await page(req, { report, csv });
      return desk.send(req, res, account, { ...shown, status: 422 });
    }
    return res.redirect(303, `/admin/contacts?loaded=${report.new + report.changed}`);
  });

  return router;
}
