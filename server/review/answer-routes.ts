/** The respondent's side of clarifications: a page each. The state of the clarification alone decides on writing. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { clean } from '../questionnaire/answers.ts';
import { door, invitationsOnly, keepLanguage } from '../responses/door-routes.ts';
import { type Seat, seatIn } from '../responses/seat.ts';
import { readSubmitter } from '../responses/submitter.ts';
import type { Services } from '../services.ts';
import { filesBody, uploadsOf } from '../web/files-body.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { answerClarification, submittedOf } from './answer.ts';
import { answeredPage, answerPage } from './answer-page.ts';
import { LONGEST_REMARK } from './clarification.ts';

const PATH = '/r/:invitation/clarifications/:clarification';

export function answerRoutes(services: Services, web: Web): Router {
  const router = Router();
  const { seatOf, seatOfForm, isOurs, send } = door(services, web);
  invitationsOnly(router);

  /** @throws Refusal for one of another State, and for colleagues and the secretariat, who do not speak for the State here */
  async function clarificationFor(req: Request, seat: Seat) {
    const clarification = await services.clarifications.find(String(req.params['clarification']));
    const response = submittedOf(seat.response);
    const isTheirs = clarification?.response === seat.invitation._id;
    if (!clarification || !response || !isTheirs || seat.delegate || seat.note)
      throw new Refusal('not-found');
    return { clarification, response };
  }

  router.get(PATH, async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const { clarification, response } = await clarificationFor(req, seat);
    const page =
      clarification.status === 'asked'
        ? answerPage(seat, response, clarification)
        : answeredPage(seat, response, clarification);
    await send(seat, req, res, page);
  });

  router.post(PATH, filesBody(isOurs), async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (seat) await take(req, res, seat);
  });

  async function take(req: Request, res: HttpResponse, seat: Seat) {
    const { clarification } = await clarificationFor(req, seat);
    const { invitation, response, round, link, edition } = seat;
    const body = req.body as Record<string, string>;
    const { by, errors: wrong } = readSubmitter(body);
    const chosen = /^language:([a-z]{2})$/.exec(String(body['go'] ?? ''))?.[1];
    const remark = clean(typeof body['remark'] === 'string' ? body['remark'] : '');
    const errors = [...wrong, ...([...remark].length > LONGEST_REMARK ? ['remark'] : [])];
    if (chosen) await keepLanguage(services, seat, chosen, res);
    const result = await answerClarification(
      services,
      { clarification, invitation, response, round, link, edition },
      {
        key: /^[0-9a-f]{24}$/.test(String(body['key'])) ? String(body['key']) : '',
        fields: body,
        language: seat.voice.language,
        by,
        remark,
        revision: Number(body['revision']) || 0,
        files: {
          uploads: uploadsOf(req).filter(({ name }) => name !== ''),
          asked: null,
          removed: null,
        },
        isReady: errors.length === 0 && !chosen,
      },
    );
    if (result.ok) return res.redirect(303, req.originalUrl.replace(/\?.*$/, ''));
    const fresh = (await seatOf(req, res)) ?? seat;
    if (result.reason === 'over') {
      const stands = submittedOf(fresh.response);
      if (!stands) throw new Refusal('not-found');
      const mine = { draft: result.read.draft, remark };
      return send(fresh, req, res, answeredPage(fresh, stands, result.clarification, mine), 409);
    }
    const { read } = result;
    const overtaken = result.reason === 'overtaken';
    const typed = {
      draft: read.draft,
      // Whoever only chooses a language has sent nothing, so nothing is wrong yet.
      problems: chosen ? [] : read.problems,
      inForm: read.inForm,
      by,
      errors: chosen ? [] : errors,
      remark,
      isNew: chosen ? '' : (read.revealed ?? ''),
      overtaken,
    };
    const speaking = chosen ? seatIn(fresh, chosen) : fresh;
    const page = answerPage(speaking, result.response, clarification, typed);
    return send(speaking, req, res, page, overtaken ? 409 : chosen ? 200 : 422);
  }

  return router;
}
