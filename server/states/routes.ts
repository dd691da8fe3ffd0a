/** Contacts: the register, one contact by hand, and the register as a file. */
import { type Request, type Response, Router } from 'express';
import type { Account } from '../accounts/account.ts';
import { CONTACT_FORMATS, exportContacts } from '../exports/contacts.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { ALL_COLUMNS } from './contact-columns.ts';
import { fieldsOf } from './contact-file.ts';
import { type ContactForm, contactPage } from './contact-page.ts';
import { importRoutes } from './import-routes.ts';
import { addContact, changeContact, type Kept, removeContact, restoreContact } from './register.ts';
import { registerPage, registerQuery } from './register-page.ts';
import type { Contact } from './state.ts';

const FILE_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export function stateRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const actorOf = (account: Account) => ({ kind: 'account', id: account._id }) as const;

  router.get('/admin/contacts', async (req, res) => {
    const account = await desk.require(req, 'rounds.manage');
    const voice = desk.voice(req, account);
    await desk.send(req, res, account, {
      view: 'states/contacts',
      title: voice.t('contacts.title'),
      locals: await registerPage(services, registerQuery(req.query), voice),
    });
  });

  router.post('/admin/contacts/exports/:format', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const format = CONTACT_FORMATS.find((known) => known === req.params['format']);
    if (!format) throw new Refusal('not-found');
    const { content } = await exportContacts(services, format, actorOf(account));
    const day = services.clock().toISOString().slice(0, 10);
    res
      .attachment(`contacts-${day}.${format}`)
      .type(FILE_TYPES[format])
      .set('Cache-Control', 'no-store')
      .send(content);
  });

  importRoutes(router, services, desk);

  async function showContact(
    req: Request,
    res: Response,
    { account, contact }: { account: Account; contact: Contact | null },
    more: Parameters<typeof contactPage>[3] = {},
  ) {
    const voice = desk.voice(req, account);
    const title = contact ? contact.name : voice.t('contacts.new');
    const hasFailed = Boolean(more.failed || more.removal);
    await desk.send(req, res, account, {
      view: 'states/contact',
      title: hasFailed ? voice.t('errorTitle', { title }) : title,
      locals: await contactPage(services, contact, voice, more),
      status: hasFailed ? 422 : 200,
    });
  }

  const formIn = (req: Request): ContactForm =>
    Object.fromEntries(
      ALL_COLUMNS.map((name) => [name, postedText(req.body?.[name])]),
    ) as ContactForm;

  router.get('/admin/contacts/new', async (req, res) => {
    const account = await desk.require(req, 'rounds.manage');
    const { state, audience } = registerQuery(req.query);
    await showContact(req, res, { account, contact: null }, { start: { state, audience } });
  });

  router.post('/admin/contacts/new', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const form = formIn(req);
    const kept = await addContact(
      services,
      fieldsOf((name) => form[name]),
      actorOf(account),
    );
    if (!kept.ok)
      return showContact(req, res, { account, contact: null }, { failed: { form, ...kept } });
    return res.redirect(303, `/admin/contacts/${kept.id}?done=added`);
  });

  async function contactAt(req: Request): Promise<{ account: Account; contact: Contact }> {
    const account = await desk.require(req, 'rounds.manage');
    const contact = await services.contacts.find(String(req.params['contact']));
    if (!contact) throw new Refusal('not-found');
    return { account, contact };
  }

  router.get('/admin/contacts/:contact', async (req, res) => {
    const { account, contact } = await contactAt(req);
    const done = ['added', 'saved', 'restored'].find((known) => known === req.query['done']) ?? '';
    await showContact(req, res, { account, contact }, { done });
  });

  router.post('/admin/contacts/:contact', formBody, async (req, res) => {
    const { account, contact } = await contactAt(req);
    await desk.requireForm(req, 'rounds.manage');
    const { state, audience } = contact;
    // Somebody removed it while the form was open: its page says so.
    if (contact.archived) return res.redirect(303, `/admin/contacts/${contact._id}`);
    const form = { ...formIn(req), state, audience };
    const written = fieldsOf((name) => form[name]);
    const kept: Kept = await changeContact(services, contact, written, actorOf(account));
    if (!kept.ok) return showContact(req, res, { account, contact }, { failed: { form, ...kept } });
    return res.redirect(303, `/admin/contacts/${contact._id}?done=saved`);
  });

  router.post('/admin/contacts/:contact/removal', formBody, async (req, res) => {
    const { account, contact } = await contactAt(req);
    await desk.requireForm(req, 'rounds.manage');
    const said = { reason: postedText(req.body.reason), endLinks: req.body.endLinks === 'yes' };
    const removed = await removeContact(services, contact, said, actorOf(account));
    if (!removed.ok)
      return showContact(
        req,
        res,
        { account, contact },
        { removal: { ...said, problem: removed.reason } },
      );
    return res.redirect(303, `/admin/contacts/${contact._id}`);
  });

  router.post('/admin/contacts/:contact/return', formBody, async (req, res) => {
    const { account, contact } = await contactAt(req);
    await desk.requireForm(req, 'rounds.manage');
    await restoreContact(services, contact, actorOf(account));
    res.redirect(303, `/admin/contacts/${contact._id}?done=restored`);
  });

  return router;
}
