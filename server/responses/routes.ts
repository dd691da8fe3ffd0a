/** The respondent's pages: landing, sections, check answers, submission, receipt. Every GET only reads. */
import { type Response as HttpResponse, Router } from 'express';
import { TOKEN } from '../invitations/invitation.ts';
import type { Fields } from '../questionnaire/answers.ts';
import type { Services } from '../services.ts';
import { filesBody, uploadsOf } from '../web/files-body.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { checkPage, receiptPage, writersInWords } from './check-page.ts';
import { colleagueRoutes } from './colleague-routes.ts';
import { delegatePage } from './colleagues-page.ts';
import { conflictOf } from './conflict.ts';
import { door, invitationsOnly, keepLanguage } from './door-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { fingerprint, markField } from './fingerprint.ts';
import { findFormer } from './former.ts';
import { helpRoutes } from './help-routes.ts';
import { withLastTime } from './last-time.ts';
import { sectionsFor } from './page-parts.ts';
import { type AskedBack, landingPage, sectionPage } from './pages.ts';
import { nameOf, peopleOf, samePerson } from './people.ts';
import { type SaveResult, saveSection } from './save.ts';
import type { Seat } from './seat.ts';
import { firstElement } from './section-page.ts';
import { submit } from './submit.ts';
import { readSubmitter } from './submitter.ts';
import { fileField } from './uploads.ts';

export function responseRoutes(services: Services, web: Web): Router {
  const router = Router();
  const entrance = door(services, web);
  const { seatOf, seatOfForm, isOurs, send, needLink } = entrance;

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
    const { invitation, clarification } = link;
    const page = clarification ? `/clarifications/${clarification}` : '';
    return res.redirect(303, `/r/${invitation}${page}`);
  });

  invitationsOnly(router);

  router.get('/r/:invitation', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const page = seat.delegate
      ? delegatePage(seat, await peopleOf(services, seat.response))
      : landingPage(seat, await findFormer(services, seat), await askedBack(seat));
    await send(seat, req, res, page);
  });

  router.get('/r/:invitation/check', async (req, res) => {
    const seat = await seatOf(req, res);
    if (seat) await send(seat, req, res, checkPage(seat, null, await writersFor(seat)));
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
    if (seat.delegate) throw new Refusal('not-found');
    if (!seat.response.submitted) return res.redirect(303, `/r/${seat.invitation._id}`);
    await send(seat, req, res, receiptPage(seat));
  });

  router.post('/r/:invitation/submission', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    // A colleague finishes; the State's own respondent signs off and submits.
    if (seat.delegate) throw new Refusal('forbidden');
    const { response, questionnaire, round, link, note } = seat;
    const body = req.body as Record<string, unknown>;
    const { by, errors } = readSubmitter(body);
    if (errors.length > 0)
      return send(seat, req, res, checkPage(seat, { by, errors }, await writersFor(seat)), 422);
    const result = await submit(
      services,
      { response, questionnaire, round, link, note },
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
        checkPage(fresh, { by, errors: [], refused: result.reason }, await writersFor(fresh)),
        result.reason === 'seen' ? 409 : 422,
      );
  });

  fileRoutes(router, services, seatOf);
  colleagueRoutes(router, services, entrance);
  helpRoutes(router, services, entrance);

  router.get('/r/:invitation/:section', async (req, res, next) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const section = String(req.params['section']);
    const page = sectionPage(seat, section, {
      isNew: String(req.query['new'] ?? ''),
      writer: await otherWriter(seat, section),
      former: await findFormer(services, seat),
    });
    if (!page) return next();
    await send(seat, req, res, page);
  });

  router.post('/r/:invitation/:section', filesBody(isOurs), async (req, res, next) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    const section = String(req.params['section']);
    const sections = sectionsFor(seat);
    const place = sections.findIndex((candidate) => candidate.id === section);
    if (place < 0) return next();
    const go = String(req.body.go ?? 'next');
    const [, kept = null] = /^last:(\w+)$/.exec(go) ?? [];
    const sent = req.body as Fields;
    const posted = kept ? withLastTime(seat, await findFormer(services, seat), kept, sent) : sent;
    const seen = Number(posted['revision']) || 0;
    const [, attached = null] = /^attach:(\w+)$/.exec(go) ?? [];
    const [, detached, removed = null] = /^detach:(\w+):([0-9a-f]{24})$/.exec(go) ?? [];
    const files = { uploads: uploadsOf(req), asked: attached, removed };
    const { language } = seat.voice;
    const auto = go === 'auto';
    const result = await saveSection(services, seat, section, seen, posted, language, files);
    if (auto) return autosaved(seat, result, res);
    if (!result.ok) {
      const draft = result.read.draft;
      if (result.reason === 'closed') return again(seat, { draft, closed: true }, 422);
      const conflict = conflictOf(seat, section, result.current, draft, posted);
      const now = { ...seat, response: result.current };
      const writer = await otherWriter(now, section);
      return again(now, { draft: conflict.draft, conflict, writer }, 409);
    }
    const { draft, problems, revealed } = result.read;
    const sendProblems = async () => {
      const saved = await services.responses.find(seat.response._id);
      return again({ ...seat, response: saved ?? seat.response }, { draft, problems }, 422);
    };
    // Words that could not be read wait on the page; a file that was refused is gone, so it is said at once.
    if (problems.some((one) => one.field === fileField(one.question))) return sendProblems();
    const base = `/r/${seat.invitation._id}`;
    const chosen = /^language:([a-z]{2})$/.exec(go)?.[1];
    if (chosen) {
      await keepLanguage(services, seat, chosen, res);
      return res.redirect(303, `${base}/${section}`);
    }
    if (go === 'later') return res.redirect(303, `${base}?saved=1`);
    const at = attached ?? detached ?? kept;
    if (at) return res.redirect(303, `${base}/${section}#q-${at}`);
    if (problems.length > 0) return sendProblems();
    if (revealed) {
      // The fragment is what a browser focuses without a script; "autofocus" counts only where there is none.
      const question = seat.questionnaire.question(revealed);
      const element = question ? firstElement(question) : revealed;
      return res.redirect(303, `${base}/${section}?new=${revealed}#${element}`);
    }
    const following = sections[place + 1];
    return res.redirect(303, following ? `${base}/${following.id}` : `${base}/check`);

    /** The same page once more. It carries the revision of `now`, from which the next save goes on. */
    async function again(now: Seat, options: Parameters<typeof sectionPage>[2], status: number) {
      const page = sectionPage(now, section, {
        former: await findFormer(services, now),
        ...options,
      });
      if (!page) throw new Refusal('not-found');
      return send(now, req, res, page, status);
    }
  });

  /** The Committee's questions that wait for this State; none for the secretariat, which does not speak for it. */
  async function askedBack({ note, invitation, questionnaire }: Seat): Promise<AskedBack[]> {
    if (note) return [];
    const all = await services.clarifications.ofResponse(invitation._id);
    return all
      .filter(({ status }) => status === 'asked')
      .map(({ _id, questions }) => ({
        id: _id,
        numbers: questions.map((id) => questionnaire.question(id)?.number ?? id).join(', '),
      }));
  }

  /** Sections that colleagues wrote, in words, for the person who signs off. */
  async function writersFor(seat: Seat): Promise<string[]> {
    if (seat.delegate) return [];
    return writersInWords(seat, await peopleOf(services, seat.response));
  }

  /** Who saved the section last, when that was somebody else. */
  async function otherWriter(seat: Seat, section: string) {
    const state = seat.response.sections[section];
    if (!state || state.savedBy === seat.link._id) return null;
    const people = await peopleOf(services, seat.response);
    if (samePerson(state.savedBy, seat.link._id, people)) return null;
    return { name: nameOf(state.savedBy, people, seat.voice), at: state.savedAt };
  }

  return router;
}

/** The script's save: what the page needs to go on from, or in one line why nothing was saved. */
function autosaved(seat: Seat, result: SaveResult, res: HttpResponse) {
  const { t } = seat.voice;
  if (!result.ok) {
    const text = result.reason === 'closed' ? t('saving.closed') : t('saving.conflict');
    return res.status(409).json({ reason: result.reason, text });
  }
  const { change, draft } = result.read;
  const ids = seat.questionnaire.questions(change.section).map((question) => question.id);
  return res.json({
    revision: change.seen + 1,
    text: t('section.savedAt', { when: seat.voice.time(seat.now, seat.zone) }),
    marks: Object.fromEntries(ids.map((id) => [markField(id), fingerprint(id, draft)])),
  });
}

/** What the check page showed: how many submissions there were, and the revision of each section. */
function seenIn(body: Record<string, unknown>): Parameters<typeof submit>[3] {
  const sections = String(body['sections'] ?? '')
    .split(' ')
    .map((pair) => /^([a-z][A-Za-z0-9_]*):(\d+)$/.exec(pair))
    .filter((match) => match !== null)
    .map((match) => [match[1] as string, Number(match[2])] as const);
  return { submissions: Number(body['submissions']) || 0, sections: Object.fromEntries(sections) };
}
