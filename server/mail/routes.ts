/** The outbox: every mail with its outcome; where no mail server is set, the mails themselves with their links. */
import { type Request, Router } from 'express';
import type { Account } from '../accounts/account.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { MESSAGE_STATUSES, type Message } from './message.ts';
import type { Mail } from './transport.ts';

const MOST_SHOWN = 500;

export function mailRoutes(services: Services, desk: Desk): Router {
  const { messages, contacts, invitations, states, accounts, secrets, config } = services;
  const router = Router();

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

  async function recipients(list: Message[], language: string) {
    const [people, invited, all] = await Promise.all([
      contacts.all(),
      Promise.all(
        [...new Set(list.map((m) => m.invitation))].map((id) => (id ? invitations.find(id) : null)),
      ),
      states.all(),
    ]);
    const byId = new Map(people.map((contact) => [contact._id, contact]));
    const stateOf = new Map(
      invited.map((one) => [one?._id, all.find((state) => state._id === one?.state)]),
    );
    const signedIn = new Map((await accounts.all()).map((account) => [account._id, account]));
    return (message: Message) => {
      const contact = byId.get(message.contact ?? '');
      const state = stateOf.get(message.invitation ?? '');
      return {
        state: state ? nameIn(state, language) : '',
        name: contact?.name ?? '',
        email: contact?.email ?? signedIn.get(message.account ?? '')?.email ?? '',
        language: contact?.language ?? '',
      };
    };
  }

  router.get('/admin/outbox', async (req, res) => {
    const account = await desk.require(req, 'mail.manage');
    const status = MESSAGE_STATUSES.find((known) => known === req.query['status']);
    const [list, counts] = await Promise.all([
      messages.list(status ? { status } : {}, MOST_SHOWN),
      messages.counts(),
    ]);
    const voice = desk.voice(req, account);
    const to = await recipients(list, voice.language);
    await desk.send(req, res, account, {
      view: 'mail-pages/outbox',
      title: voice.t('outbox.title'),
      locals: {
        counts: MESSAGE_STATUSES.map((one) => ({
          status: one,
          count: counts[one],
          chosen: one === status,
        })),
        chosen: status ?? '',
        messages: list.map((message) => ({
          ...message,
          to: to(message),
          at: voice.dateTime(message.endedAt ?? message.createdAt, 'UTC'),
        })),
        most: MOST_SHOWN,
      },
    });
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
    await desk.send(req, res, account, {
      view: 'mail-pages/message',
      title: mail?.subject ?? voice.t(`outbox.template.${message.template}`),
      locals: {
        message,
        to: (await recipients([message], voice.language))(message),
        mail,
        links: [...(mail?.text.matchAll(/https?:\/\/\S+/g) ?? [])].map(([link]) => link),
        times: {
          created: when(message.createdAt),
          handed: when(message.handedAt),
          ended: when(message.endedAt),
          next: message.status === 'soft' ? when(message.nextAttemptAt) : '',
        },
      },
    });
  });

  /** The HTML part as it was sent, in a frame that runs nothing; its own policy lets the mail's inline styles work. */
  router.get('/admin/outbox/:message/html', async (req, res) => {
    const { message } = await messageAt(req);
    const mail = await kept(message);
    if (!mail) throw new Refusal('not-found');
    res.set({
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'",
      'X-Frame-Options': 'SAMEORIGIN',
      'Cache-Control': 'no-store',
    });
    res.type('html').send(mail.html);
  });

  router.post('/admin/outbox/:message/resend', formBody, async (req, res) => {
    const { account, message } = await messageAt(req);
    await desk.requireForm(req, 'mail.manage');
    await services.transaction(async (session) => {
      const chosen = { ids: [message._id] };
      if (!(await messages.resend(chosen, account._id, services.clock(), session)))
        throw new Refusal('not-found');
      await services.audit.record(
        {
          actor: { kind: 'account', id: account._id },
          event: 'message.resent',
          subject: { kind: 'message', id: message._id },
          details: { was: message.status },
        },
        services.clock(),
        session,
      );
    });
    res.redirect(303, `/admin/outbox/${message._id}`);
  });

  return router;
}
