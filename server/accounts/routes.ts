/** Signing in by a link that works once, in the browser that asked for it, and signing out. */
import { type Request, Router } from 'express';
import { TOKEN } from '../invitations/invitation.ts';
import { newToken } from '../secrets.ts';
import type { Services } from '../services.ts';
import { isMailAddress } from '../states/mail-address.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import { cookieName, cookieOf, setCookie } from '../web/cookies.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { languageOf } from '../web/language.ts';
import { localPath } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { SIGN_IN_MINUTES } from './account.ts';

/** The browser that asked for a link is known by this cookie. */
const BROWSER = 'browser';

export function accountRoutes(services: Services, web: Web, desk: Desk): Router {
  const { config, accounts } = services;
  const router = Router();
  const frame = (req: Request, key: string) => {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    return {
      title: voice.t(key),
      voice,
      heading: voice.t('product'),
      languages: { codes: INTERFACE_LANGUAGES },
      path: req.originalUrl,
    };
  };
  const browserOf = (req: Request) => cookieOf(req, cookieName(config.publicUrl, BROWSER));

  router.get('/sign-in', async (req, res) => {
    const account = await desk.current(req);
    const to = pageAsked(req.query['to']);
    if (account) return res.redirect(303, firstPage(to));
    await web.pages.send(res, 'accounts/sign-in', frame(req, 'signIn.title'), {
      to,
      email: '',
      failed: false,
    });
  });

  /** The same answer whether the address is known or not. */
  router.post('/sign-in', formBody, async (req, res) => {
    const email = String(req.body.email ?? '').trim();
    const to = pageAsked(req.body.to);
    if (!isMailAddress(email))
      return web.pages.send(
        res,
        'accounts/sign-in',
        frame(req, 'signIn.title'),
        { to, email, failed: true },
        422,
      );
    await web.failures.ask('sign-in', req.ip);
    const browser = browserOf(req) ?? newToken();
    setCookie(res, config.publicUrl, BROWSER, browser, 3600);
    const account = await accounts.activeByEmail(email);
    if (account) await askLink(services, { account: account._id, browser, to });
    await web.pages.send(res, 'accounts/sent', frame(req, 'signIn.sent.title'), {
      email,
      minutes: SIGN_IN_MINUTES,
    });
  });

  /** Shows a button and changes nothing: a scanner that opens the link does not use it up. */
  router.get('/sign-in/:token', async (req, res) => {
    const token = String(req.params['token']);
    res.set('X-Robots-Tag', 'noindex');
    const open = TOKEN.test(token) ? await accounts.openSignIn(token, services.clock()) : null;
    // A bootstrap link is bound to no browser; the others are, and the page says so before the button is pressed.
    const here = open?.kind === 'bootstrap' || browserOf(req) !== null;
    await web.pages.send(
      res,
      'accounts/confirm',
      frame(req, 'signIn.confirm.title'),
      { open: open !== null, here, token },
      open ? 200 : 404,
    );
  });

  router.post('/sign-in/:token', formBody, async (req, res) => {
    const now = services.clock();
    const signIn = await accounts.useSignIn(String(req.params['token']), browserOf(req), now);
    const account = signIn && (await accounts.active(signIn.account));
    if (!account) {
      await web.failures.failed(req.ip ?? '');
      const locals = { open: false, here: true, token: '' };
      return web.pages.send(
        res,
        'accounts/confirm',
        frame(req, 'signIn.confirm.title'),
        locals,
        404,
      );
    }
    await settled((done) => req.session.regenerate(done));
    req.session.account = account._id;
    req.session.signedInAt = now.getTime();
    await services.audit.record(
      {
        actor: { kind: 'account', id: account._id },
        event: 'account.signed-in',
        subject: { kind: 'account', id: account._id },
      },
      now,
    );
    // Left to the end of the request, the head of the answer would go out first, and a quick browser be there before its session.
    await settled((done) => req.session.save(done));
    res.redirect(303, firstPage(signIn.to));
  });

  router.post('/sign-out', formBody, async (req, res) => {
    await desk.requireForm(req, 'results.read');
    await settled((done) => req.session.destroy(done));
    res.set('Clear-Site-Data', '"cache"');
    res.redirect(303, '/sign-in');
  });

  return router;
}

/** Longer paths than any page of ours has are not kept. */
const pageAsked = (path: unknown): string => {
  const to = localPath(path);
  return to.length > 500 ? '/' : to;
};
const firstPage = (to: string): string => (to === '/' ? '/results' : to);

const askLink = (
  services: Services,
  { account, browser, to }: { account: string; browser: string; to: string },
) =>
  services.transaction(async (session) => {
    const now = services.clock();
    const expiresAt = new Date(now.getTime() + SIGN_IN_MINUTES * 60_000);
    const asked = { account, browser, to, expiresAt };
    const signIn = await services.accounts.askSignIn(asked, session);
    await services.messages.enqueue(
      {
        key: `sign-in:${signIn._id}`,
        template: 'sign-in',
        account,
        about: { signIn: signIn._id },
        priority: 0,
      },
      now,
      session,
    );
  });

/** What express-session does to a session, as a promise. */
const settled = (act: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
