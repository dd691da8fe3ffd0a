/** The pages of signed-in people: who they are, whether they may, and the frame around what they see. */
import type { Request, Response } from 'express';
import { type Account, may, type Permission } from '../accounts/account.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES, type Voice, voiceOf } from '../texts.ts';
import { formToken, isFormToken } from './form-token.ts';
import { languageOf } from './language.ts';
import type { NavItem } from './pages.ts';
import { Refusal, SignInNeeded } from './refusal.ts';
import { ABSOLUTE_SECONDS } from './session.ts';
import type { Web } from './web.ts';

export type DeskPage = {
  view: string;
  title: string;
  heading?: string;
  round?: Round | null;
  /** A second navigation, of the part of the site that the page is in. */
  places?: NavItem[];
  locals: object;
  scripts?: string[];
  status?: number;
};

export type Desk = ReturnType<typeof desk>;

export function desk(services: Services, web: Web) {
  const { config, secrets } = services;
  /** Null when nobody is signed in, or no longer. */
  async function current(req: Request): Promise<Account | null> {
    const { account, signedInAt } = req.session ?? {};
    if (!account || !signedInAt) return null;
    const age = services.clock().getTime() - signedInAt;
    return age > ABSOLUTE_SECONDS * 1000 ? null : services.accounts.active(account);
  }

  /** @throws SignInNeeded, or a Refusal when the role does not allow it */
  async function require(req: Request, permission: Permission): Promise<Account> {
    const account = await current(req);
    if (!account) throw new SignInNeeded(req.method === 'GET' ? req.originalUrl : '/');
    // A page that refuses speaks the language of the account too.
    if (req.res) req.res.locals['language'] = account.language;
    if (!may(account, permission)) {
      services.log.warn({ account: account._id, permission }, 'access denied');
      throw new Refusal('forbidden');
    }
    return account;
  }

  /** Whether a page of this session made this form, as far as its fields have been read. */
  const isOurs = (req: Request): boolean =>
    isFormToken(secrets, `session ${req.sessionID}`, req.body?.token);

  const voice = (req: Request, account: Account): Voice =>
    voiceOf(languageOf(req, config.publicUrl, account.language));

  /** Signed in and allowed, and the round of the address with its questionnaire. @throws Refusal for another one */
  async function roundAt(req: Request, permission: Permission) {
    const [account, round] = await Promise.all([
      require(req, permission),
      services.rounds.find(String(req.params['round'])),
    ]);
    const edition = round && (await services.catalogue.lately(round.questionnaire));
    if (!round || !edition) throw new Refusal('not-found');
    const actor = { kind: 'account', id: account._id } as const;
    return { account, actor, round, edition, voice: voice(req, account) };
  }

  return {
    current,
    require,
    roundAt,
    voice,
    formToken: (req: Request) => formToken(secrets, `session ${req.sessionID}`),
    isOurs,
    /** Like `require`, and the form must be one of this session's. */
    async requireForm(req: Request, permission: Permission): Promise<Account> {
      const account = await require(req, permission);
      if (!isOurs(req)) throw new Refusal('bad-form');
      return account;
    },
    async send(req: Request, res: Response, account: Account, page: DeskPage): Promise<void> {
      const own = voice(req, account);
      const { t } = own;
      const manages = may(account, 'rounds.manage');
      const held = may(account, 'mail.manage') ? await services.outbox.heldBack() : null;
      const round = page.round?._id;
      const here = req.path;
      const item = (href: string, label: string, ...parts: string[]) => ({
        href,
        label,
        current: (parts.length > 0 ? parts : [href]).some((part) => here.startsWith(part)),
      });
      await web.pages.send(
        res,
        page.view,
        {
          title: page.title,
          voice: own,
          heading: page.heading ?? t('product'),
          who: t(`role.${account.role}`),
          nav: [
            item(round ? `/results/${round}` : '/results', t('nav.results'), '/results'),
            ...(manages
              ? [
                  item('/admin/rounds', t('nav.rounds'), '/admin/rounds', '/admin/mailings'),
                  item('/admin/contacts', t('nav.contacts')),
                  item('/admin/outbox', t('nav.outbox'), '/admin/outbox', '/admin/templates'),
                  item('/admin/audit', t('nav.audit')),
                ]
              : []),
          ],
          languages: { codes: INTERFACE_LANGUAGES },
          path: req.originalUrl,
          notices: [
            ...(page.round?.demonstration ? [t('notice.demonstration')] : []),
            ...(manages && !config.smtpUrl ? [t('notice.noMail')] : []),
            ...(held ? [t(`sending.notice.${held}`)] : []),
          ],
          signOut: formToken(secrets, `session ${req.sessionID}`),
          places: page.places ?? [],
          scripts: page.scripts ?? [],
          wide: true,
        },
        { ...page.locals, token: formToken(secrets, `session ${req.sessionID}`) },
        page.status ?? 200,
      );
    },
  };
}
