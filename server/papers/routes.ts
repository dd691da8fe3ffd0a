/** Papers for respondents: the questionnaire and their own answers, to print or as a Word file. Every GET only reads. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { stateText } from '../exports/state-text.ts';
import { door, invitationsOnly } from '../responses/door-routes.ts';
import { sectionsFor } from '../responses/page-parts.ts';
import { deadlineFor, type Seat } from '../responses/seat.ts';
import type { Services } from '../services.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import type { Paper, PaperContext } from './paper.ts';
import { answersPaper, blankPaper } from './questionnaire-paper.ts';
import { fileName, WORD_TYPE } from './word-name.ts';

export function paperRoutes(services: Services, web: Web): Router {
  const { config } = services;
  const router = Router();
  const { seatOf, send } = door(services, web);
  invitationsOnly(router);

  const contextOf = (seat: Seat): PaperContext => ({
    questionnaire: seat.questionnaire,
    audience: seat.response.audience,
    only: seat.delegate ? sectionsFor(seat).map(({ id }) => id) : null,
    stateName: seat.stateName,
    deadline: deadlineFor(seat),
    asOf: seat.voice.dateTime(services.clock(), seat.zone),
    writeTo: config.mailReplyTo,
    demonstration: seat.round.demonstration,
    reviewed: seat.edition.reviewed(seat.voice.language),
    voice: seat.voice,
  });
  const papers = {
    blank: (seat: Seat) => blankPaper(contextOf(seat)),
    answers: (seat: Seat) => answersPaper(contextOf(seat), seat.response, seat.zone),
  };

  for (const [kind, path] of [
    ['blank', 'print'],
    ['answers', 'print/answers'],
  ] as const) {
    router.get(`/r/:invitation/${path}`, async (req, res) => {
      const seat = await seatOf(req, res);
      if (seat) await sendPage(seat, req, res, papers[kind](seat), path);
    });
    router.get(`/r/:invitation/${path}.docx`, async (req, res) => {
      const seat = await seatOf(req, res);
      if (!seat) return;
      const content = await services.wordFiles(papers[kind](seat));
      const { round, response, voice } = seat;
      const parts = [response.state, response.audience, kind, voice.language];
      sendFile(res, { name: fileName(round, parts), type: WORD_TYPE, content });
    });
  }

  /** What was submitted, by action: for the State's own report. A colleague sees a part only, so there is none for them. */
  router.get('/r/:invitation/print/answers.txt', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const { round, questionnaire, state, voice } = seat;
    const { audience, submitted } = seat.response;
    if (seat.delegate || !submitted) throw new Refusal('not-found');
    const given = [{ audience, submission: submitted }];
    const text = stateText({ round, questionnaire, state, given, reader: null }, voice);
    const kind = round.demonstration ? '-demonstration' : '';
    const name = `${round._id}${kind}-${state._id}-${voice.language}.txt`;
    sendFile(res, { name, type: 'text/plain; charset=utf-8', content: Buffer.from(text) });
  });

  const sendPage = (seat: Seat, req: Request, res: HttpResponse, paper: Paper, path: string) => {
    const base = `/r/${seat.invitation._id}`;
    return send(seat, req, res, {
      view: '/papers/paper',
      title: `${paper.kind}: ${paper.title}`,
      locals: {
        paper,
        word: `${base}/${path}.docx`,
        back: { href: base, label: seat.voice.t('section.start') },
      },
    });
  };

  return router;
}
