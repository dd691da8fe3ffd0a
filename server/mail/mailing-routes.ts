/** Mailings for admins: prepare, look at, try on oneself, confirm. */
import { type Request, Router } from 'express';
import { newId } from '../db/record.ts';
import { queueMailing } from '../invitations/queue-mailing.ts';
import { allowReminders } from '../invitations/stop-reminders.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { sendSandboxed } from '../web/sandbox.ts';
import { confirmPage } from './confirm-page.ts';
import { type DraftMailing, draftMailing } from './mailing-draft.ts';
import { queryOf, readMailingForm } from './mailing-form.ts';
import { mailingListPage } from './mailing-lists.ts';
import { type MailingHere, newMailingPage, offeredIn } from './mailing-pages.ts';
import { previewPage, sampleFor } from './mailing-sample.ts';

export function mailingRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const base = '/admin/rounds/:round/mailings';

  const at = (req: Request): Promise<MailingHere> => desk.roundAt(req, 'mail.manage');

  /** What was chosen, in an address or in a form. */
  async function drafted(here: MailingHere, source: Request['query']): Promise<DraftMailing> {
    const form = readMailingForm(source, offeredIn(here.edition));
    if (!form) throw new Refusal('not-found');
    return draftMailing(services, here.round, here.edition, form);
  }

  router.get(base, async (req, res) => {
    const here = await at(req);
    const page = await mailingListPage(services, here, { allowed: req.query['allowed'] === 'yes' });
    await desk.send(req, res, here.account, page);
  });

  router.get(`${base}/new`, async (req, res) => {
    const here = await at(req);
    const page = await newMailingPage(services, here, await drafted(here, req.query), false);
    await desk.send(req, res, here.account, page);
  });

  /** A choice that cannot stand is shown as it was made, with what is wrong at each field. */
  router.get(`${base}/confirm`, async (req, res) => {
    const here = await at(req);
    const draft = await drafted(here, req.query);
    const atFields = draft.problems.filter(({ field }) => field !== 'text');
    const page =
      atFields.length > 0
        ? await newMailingPage(services, here, draft, true)
        : confirmPage(here, draft, services.clock());
    await desk.send(req, res, here.account, page);
  });

  router.post(base, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const key = /^[0-9a-f]{24}$/.exec(String(req.body.key))?.[0];
    if (!key) throw new Refusal('bad-form');
    /** The same press twice: by now the selection is another one, since its people have their mail. */
    const pressedBefore = async () => {
      const there = await services.mailings.byKey(key);
      if (there) res.redirect(303, `/admin/mailings/${there._id}`);
      return there !== null;
    };
    if (await pressedBefore()) return;
    const draft = await drafted(here, req.body);
    if (draft.problems.length > 0) {
      const page = draft.problems.some(({ field }) => field !== 'text')
        ? await newMailingPage(services, here, draft, true)
        : { ...confirmPage(here, draft, services.clock()), status: 422 };
      return desk.send(req, res, here.account, page);
    }
    const changed = async () => {
      // The other press may have come through while this one looked.
      if (await pressedBefore()) return;
      const page = confirmPage(here, await drafted(here, req.body), services.clock(), {
        changed: true,
      });
      return desk.send(req, res, here.account, page);
    };
    if (draft.digest !== req.body.digest || draft.choice.chosen.length === 0) return changed();
    const { kind, criteria, message } = draft.form;
    const texts = draft.texts.flatMap(({ template, language, version }) =>
      version ? [{ template, language, version: version.version }] : [],
    );
    const wanted = { key, kind, criteria, message, texts, scheduledAt: draft.at };
    const made = await queueMailing(services, here.round, wanted, draft.choice, here.actor);
    // Somebody else wrote to all of them, or changed the words, in this moment.
    return made ? res.redirect(303, `/admin/mailings/${made.mailing._id}`) : changed();
  });

  router.get(`${base}/preview`, async (req, res) => {
    const here = await at(req);
    const draft = await drafted(here, req.query);
    const tested = req.query['tested'] === 'yes';
    const page = await previewPage(
      services,
      here,
      draft,
      String(req.query['person'] ?? ''),
      tested,
    );
    await desk.send(req, res, here.account, page);
  });

  router.get(`${base}/preview/html`, async (req, res) => {
    const here = await at(req);
    const sample = await sampleFor(
      services,
      here,
      await drafted(here, req.query),
      String(req.query['person'] ?? ''),
    );
    if (!sample) throw new Refusal('not-found');
    sendSandboxed(res, sample.content.html);
  });

  /** Goes to the account that asks, and to nobody else. */
  router.post(`${base}/test`, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const draft = await drafted(here, req.body);
    const person = String(req.body.person ?? '');
    const sample = await sampleFor(services, here, draft, person);
    if (!sample) throw new Refusal('not-found');
    const { template, language, version } = sample.text;
    const now = services.clock();
    await services.transaction(async (session) => {
      await services.templates.pin(template, language, now, session);
      const about = { text: template, language, version, contact: person };
      const mail = { key: `test:${newId()}`, template: 'test' as const, about };
      const to = { round: here.round._id, account: here.account._id, priority: 0 };
      await services.messages.enqueue({ ...mail, ...to }, now, session);
      await services.audit.record(
        {
          actor: here.actor,
          event: 'mailing.tested',
          subject: { kind: 'round', id: here.round._id },
          details: { text: template, language, version },
        },
        now,
        session,
      );
    });
    res.redirect(
      303,
      `${base.replace(':round', here.round._id)}/preview?${queryOf(draft.form, { person, tested: 'yes' })}`,
    );
  });

  /** A person who asked for no more reminders may be reminded again. */
  router.post(`${base}/allowed`, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const of = { invitation: String(req.body.invitation), contact: String(req.body.contact) };
    const invitation = await services.invitations.find(of.invitation);
    if (invitation?.round !== here.round._id) throw new Refusal('not-found');
    await allowReminders(services, of, here.actor);
    res.redirect(303, `${base.replace(':round', here.round._id)}?allowed=yes#stopped`);
  });

  return router;
}
