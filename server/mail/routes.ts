/** The outbox: every mail with its outcome; where no mail server is set, the mails themselves with their links. */
import { type Request, type Response, Router } from 'express';
import type { Account } from '../accounts/account.ts';
import type { Services, Session } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { sendSandboxed } from '../web/sandbox.ts';
import { controlRoutes } from './control-routes.ts';
import { historyOf } from './history.ts';
import type { Message } from './message.ts';
import { filterIn, type OutboxProblem, outboxPage, queryOf } from './outbox-page.ts';
import { recipientsOf } from './recipients.ts';
import type { MessageFilter } from './store.ts';
import type { Mail } from './transport.ts';

/** What a person may do with mails, and how the audit calls it: for one, and for many at once. */
const DEEDS = {
  resend: [{ event: 'message.resent' }, { event: 'messages.resent' }],
  settle: [{ event: 'message.settled' }, { event: 'messages.settled' }],
  cancel: [{ event: 'message.cancelled' }, { event: 'messages.cancelled' }],
} as const;
type Deed = keyof typeof DEEDS;

export function mailRoutes(services: Services, desk: Desk): Router {
  const { messages, secrets, config } = services;
  const router = Router();
  router.use(controlRoutes(services, desk));

  /** The content of a mail that was kept instead of sent. Never on an address that others can reach. */
  async function kept(message: Message): Promise<Mail | null> {
    if (config.smtpUrl || config.publicUrl.startsWith('https:')) return null;
    const sealed = await messages.findSealed(message._id);
    if (!sealed) return null;
    try {
      return JSON.parse(secrets.unseal('outbox', sealed).toString());
    } catch {
      // Sealed with the key of before: SECRET was changed, or the folder of the keys is a new one.
      return null;
    }
  }

  router.get('/admin/outbox', async (req, res) => {
    const account = await desk.require(req, 'mail.manage');
    const id = (name: string) => /^[0-9a-f]{24}$/.exec(String(req.query[name] ?? ''))?.[0];
    const [before, doubtful] = [id('before'), id('doubtful')];
    const page = await outboxPage(services, desk.voice(req, account), filterIn(req.query), {
      ...(before ? { before } : {}),
      ...(doubtful ? { doubtful } : {}),
    });
    await desk.send(req, res, account, page);
  });

  async function refuse(req: Request, res: Response, account: Account, problem: OutboxProblem) {
    const filter = filterIn(req.body);
    const page = await outboxPage(services, desk.voice(req, account), filter, { problem });
    await desk.send(req, res, account, page);
  }

  /** With one row in the audit for all of them. */
  function change(deed: Deed, chosen: MessageFilter, account: Account, subject: string | null) {
    return services.transaction(async (session: Session) => {
      const now = services.clock();
      const [before] = subject ? await messages.list({ ids: [subject] }, 1) : [];
      const count = await messages[deed](chosen, account._id, now, session);
      if (count === 0) return 0;
      await services.audit.record(
        {
          actor: { kind: 'account', id: account._id },
          ...DEEDS[deed][subject ? 0 : 1],
          subject: subject ? { kind: 'message', id: subject } : { kind: 'outbox', id: 'outbox' },
          details: before ? { was: before.status } : { count, ...detailsOf(chosen) },
        },
        now,
        session,
      );
      return count;
    });
  }

  /** Many at once: the chosen ones, or all that are doubtful. */
  router.post('/admin/outbox/doubtful', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    const go = String(req.body['go'] ?? '');
    const ids = [req.body['message'] ?? []].flat().map(String);
    if (go !== 'all' && ids.length === 0) return refuse(req, res, account, 'chosen');
    const chosen: MessageFilter = { status: 'unknown', ...(go === 'all' ? {} : { ids }) };
    await change(go === 'arrived' ? 'settle' : 'resend', chosen, account, null);
    res.redirect(303, '/admin/outbox');
  });

  router.post('/admin/outbox/cancellation', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    if (req.body['sure'] !== 'yes') return refuse(req, res, account, 'sure');
    const filter = filterIn(req.body);
    await change('cancel', filter, account, null);
    res.redirect(303, `/admin/outbox${queryOf(filter)}`);
  });

  async function messageAt(req: Request): Promise<{ account: Account; message: Message }> {
    const account = await desk.require(req, 'mail.manage');
    const message = await messages.find(String(req.params['message']));
    if (!message) throw new Refusal('not-found');
    return { account, message };
  }

  router.get('/admin/outbox/:message', async (req, res) => {
    const { account, message } = await messageAt(req);
    const voice = desk.voice(req, account);
    const when = (date: Date | null) => (date ? voice.dateTime(date, 'UTC') : '');
    const mail = await kept(message);
    const people = new Map((await services.accounts.all()).map((one) => [one._id, one.email]));
    await desk.send(req, res, account, {
      view: 'mail-pages/message',
      title: mail?.subject ?? voice.t(`outbox.template.${message.template}`),
      locals: {
        message,
        to: (await recipientsOf(services, [message], voice.language))(message),
        mail,
        links: [...(mail?.text.matchAll(/https?:\/\/\S+/g) ?? [])].map(([link]) => link),
        next: ['soft', 'queued'].includes(message.status) ? when(message.nextAttemptAt) : '',
        history: historyOf(message).map((line) => ({
          ...line,
          when: when(line.at),
          by: line.by ? (people.get(line.by) ?? line.by) : null,
        })),
        may: {
          resend: ['unknown', 'hard', 'soft'].includes(message.status),
          settle: message.status === 'unknown',
          cancel: ['queued', 'soft'].includes(message.status),
        },
      },
    });
  });

  /** The HTML part as it was sent. */
  router.get('/admin/outbox/:message/html', async (req, res) => {
    const { message } = await messageAt(req);
    const mail = await kept(message);
    if (!mail) throw new Refusal('not-found');
    sendSandboxed(res, mail.html);
  });

  for (const [path, deed] of [
    ['resend', 'resend'],
    ['arrival', 'settle'],
    ['cancellation', 'cancel'],
  ] as const)
    router.post(`/admin/outbox/:message/${path}`, formBody, async (req, res) => {
      const { message } = await messageAt(req);
      const account = await desk.requireForm(req, 'mail.manage');
      const changed = await change(deed, { ids: [message._id] }, account, message._id);
      if (changed === 0) throw new Refusal('not-found');
      res.redirect(303, `/admin/outbox/${message._id}`);
    });

  return router;
}

/** Of a choice by hand the ids, as far as a row of the audit holds them. */
const detailsOf = ({ ids, ...filter }: MessageFilter) => ({
  ...filter,
  ...(ids ? { messages: ids.slice(0, 50) } : {}),
});
