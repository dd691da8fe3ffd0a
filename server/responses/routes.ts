/** The respondent's pages: landing, sections, check answers, submission, receipt. Every GET only reads. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { TOKEN } from '../invitations/invitation.ts';
import type { Fields } from '../questionnaire/answers.ts';
import type { Services } from '../services.ts';
import { isMailAddress } from '../states/contact-file.ts';
import { voiceOf } from '../texts.ts';
import { setCookie } from '../web/cookies.ts';
import { formBody } from '../web/form-body.ts';
import { formToken, isFormToken } from '../web/form-token.ts';
import { chosenLanguage, LANGUAGE_YEAR_SECONDS, languageOf } from '../web/language.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { fileRoutes } from './file-routes.ts';
import { checkPage, conflictOf, landingPage, receiptPage, sectionPage } from './pages.ts';
import { saveSection } from './save.ts';
import { findSeat, type Seat } from './seat.ts';
import { submit } from './submit.ts';

const ID = /^[0-9a-f]{24}$/;

export function responseRoutes(services: Services, web: Web): Router {
  const { config, secrets } = services;
  const router = Router();
  const subjectOf = (link: string, invitation: string) => `${link} ${invitation}`;

  /** The person at the screen. Without a live link the page says how to get back in, and null comes back. */
  async function seatOf(req: Request, res: HttpResponse): Promise<Seat | null> {
    const id = String(req.params['invitation']);
    const links = web.grants.of(req, res);
    const seat = await findSeat(services, links, id, chosenLanguage(req, config.publicUrl));
    if (!seat) await needLink(req, res);
    return seat;
  }

  async function needLink(req: Request, res: HttpResponse, status = 401): Promise<void> {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const frame = { title: voice.t('link.needed.title'), voice, heading: voice.t('product') };
    await web.pages.send(res, 'responses/link-needed', frame, {}, status);
  }

  const frameOf = (seat: Seat, req: Request, title: string, form?: string) => ({
    title,
    voice: seat.voice,
    heading: seat.questionnaire.definition.shortTitle,
    subheading: seat.questionnaire.definition.plan,
    who: seat.voice.t('bar.answeringFor', { state: seat.stateName }),
    languages: { codes: seat.edition.languages, ...(form ? { form } : {}) },
    path: req.originalUrl,
    notices: [
      ...(seat.round.demonstration ? [seat.voice.t('notice.demonstration')] : []),
      ...(seat.edition.reviewed(seat.voice.language) ? [] : [seat.voice.t('notice.unreviewed')]),
    ],
    help: config.mailReplyTo,
    scripts: form ? ['scripts/section.js'] : [],
  });

  const send = (
    seat: Seat,
    req: Request,
    res: HttpResponse,
    page: { view: string; title: string; locals: object; form?: string },
    status = 200,
  ) => {
    const { link, invitation } = seat;
    return web.pages.send(
      res,
      `responses/${page.view}`,
      frameOf(seat, req, page.title, page.form),
      {
        ...page.locals,
        base: `/r/${invitation._id}`,
        link: link._id,
        token: formToken(secrets, subjectOf(link._id, invitation._id)),
      },
      status,
    );
  };

  /**
   * The personal link. It gives the browser a grant and leads to a clean address; nothing that anyone can see
   * changes, so a mail scanner may open it as often as it likes.
   */
  router.get('/r/:token', async (req, res, next) => {
    const token = String(req.params['token']);
    if (!TOKEN.test(token)) return next();
    res.set({
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      'X-Robots-Tag': 'noindex',
    });
    const address = req.ip ?? '';
    if (await web.failures.blocked(address)) throw new Refusal('too-many');
    const link = await services.links.live(token);
    if (!link) {
      await web.failures.failed(address);
      return needLink(req, res, 404);
    }
    web.grants.add(req, res, link._id);
    return res.redirect(303, `/r/${link.invitation}`);
  });

  router.param('invitation', (_req, _res, next, id) => next(ID.test(id) ? undefined : 'route'));

  router.get('/r/:invitation', async (req, res) => {
    const seat = await seatOf(req, res);
    if (seat) await send(seat, req, res, landingPage(seat));
  });

  router.get('/r/:invitation/check', async (req, res) => {
    const seat = await seatOf(req, res);
    if (seat) await send(seat, req, res, checkPage(seat));
  });

  router.get('/r/:invitation/answers', async (req, res) => {
    const seat = await seatOf(req, res);
    if (seat)
      await send(seat, req, res, {
        ...checkPage(seat),
        view: 'answers',
        title: seat.voice.t('answers.title'),
      });
  });

  router.get('/r/:invitation/receipt', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    if (!seat.response.submitted) return res.redirect(303, `/r/${seat.invitation._id}`);
    await send(seat, req, res, receiptPage(seat));
  });

  /** Refuses a form that no page of ours made; holds the text of one whose session has ended. */
  async function seatOfForm(req: Request, res: HttpResponse): Promise<Seat | null> {
    const invitation = String(req.params['invitation']);
    const { link, token } = req.body as { link?: string; token?: string };
    if (!isFormToken(secrets, subjectOf(String(link), invitation), token))
      throw new Refusal('bad-form');
    const links = web.grants.of(req, res);
    const seat = await findSeat(services, links, invitation, chosenLanguage(req, config.publicUrl));
    if (!seat) await holdText(req, res);
    return seat;
  }

  async function holdText(req: Request, res: HttpResponse): Promise<void> {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const fields = Object.entries(req.body as Fields).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => ({ name, value: one })),
    );
    const frame = { title: voice.t('held.title'), voice, heading: voice.t('product') };
    await web.pages.send(res, 'responses/held', frame, { fields, action: req.originalUrl }, 401);
  }

  router.post('/r/:invitation/submission', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    const { response, questionnaire, round, link } = seat;
    const body = req.body as Record<string, unknown>;
    const by = {
      name: text(body['name'], 200),
      post: text(body['post'], 200),
      email: text(body['email'], 254),
    };
    const errors = [
      ...(by.name === '' ? ['name'] : []),
      ...(by.post === '' ? ['post'] : []),
      ...(isMailAddress(by.email) ? [] : ['email']),
      ...(body['confirm'] === 'yes' ? [] : ['confirm']),
    ];
    if (errors.length > 0) return send(seat, req, res, checkPage(seat, { by, errors }), 422);
    const result = await submit(
      services,
      { response, questionnaire, round, link },
      by,
      seenIn(body),
    );
    if (result.ok) return res.redirect(303, `/r/${seat.invitation._id}/receipt`);
    const fresh = await seatOf(req, res);
    if (fresh)
      await send(
        fresh,
        req,
        res,
        checkPage(fresh, { by, errors: [], refused: result.reason }),
        result.reason === 'seen' ? 409 : 422,
      );
  });

  fileRoutes(router, services, { seatOf, subjectOf });

  router.get('/r/:invitation/:section', async (req, res, next) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const page = sectionPage(seat, String(req.params['section']), {
      isNew: String(req.query['new'] ?? ''),
      refused: String(req.query['refused'] ?? ''),
    });
    if (!page) return next();
    await send(seat, req, res, page);
  });

  router.post('/r/:invitation/:section', formBody, async (req, res, next) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    const section = String(req.params['section']);
    const sections = seat.questionnaire.sections(seat.response.audience);
    const place = sections.findIndex((candidate) => candidate.id === section);
    if (place < 0) return next();
    const posted = req.body as Fields;
    const go = String(posted['go'] ?? 'next');
    const seen = Number(posted['revision']) || 0;
    const result = await saveSection(services, seat, section, seen, posted, seat.voice.language);
    if (!result.ok) {
      const draft = result.read.draft;
      if (result.reason === 'closed')
        return send(seat, req, res, sectionPageOf({ draft, closed: true }), 422);
      const conflict = conflictOf(seat, section, result.current, draft);
      return send(
        { ...seat, response: result.current },
        req,
        res,
        sectionPageOf({ draft: conflict.draft, conflict }),
        409,
      );
    }
    const base = `/r/${seat.invitation._id}`;
    const language = /^language:([a-z]{2})$/.exec(go)?.[1];
    if (language) {
      setCookie(res, config.publicUrl, 'language', language, LANGUAGE_YEAR_SECONDS);
      return res.redirect(303, `${base}/${section}`);
    }
    if (go === 'later') return res.redirect(303, `${base}?saved=1`);
    if (result.read.problems.length > 0) {
      const saved = await services.responses.find(seat.response._id);
      const { draft, problems } = result.read;
      return send(
        { ...seat, response: saved ?? seat.response },
        req,
        res,
        sectionPageOf({ draft, problems }),
        422,
      );
    }
    const { revealed } = result.read;
    if (revealed) return res.redirect(303, `${base}/${section}?new=${revealed}#q-${revealed}`);
    const following = sections[place + 1];
    return res.redirect(303, following ? `${base}/${following.id}` : `${base}/check`);

    function sectionPageOf(options: Parameters<typeof sectionPage>[2]) {
      const page = seat && sectionPage(seat, section, options);
      if (!page) throw new Refusal('not-found');
      return page;
    }
  });

  return router;
}

const text = (value: unknown, longest: number): string =>
  (typeof value === 'string' ? value : '').replace(/\s+/g, ' ').trim().slice(0, longest);

/** What the check page showed: how many submissions there were, and the revision of each section. */
function seenIn(body: Record<string, unknown>): Parameters<typeof submit>[3] {
  const sections = String(body['sections'] ?? '')
    .split(' ')
    .map((pair) => /^([a-z][A-Za-z0-9_]*):(\d+)$/.exec(pair))
    .filter((match) => match !== null)
    .map((match) => [match[1] as string, Number(match[2])] as const);
  return { submissions: Number(body['submissions']) || 0, sections: Object.fromEntries(sections) };
}
