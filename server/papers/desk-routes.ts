/** The blank questionnaire of an audience for admins, to print or as a Word file: for Notes Verbales and meetings. */
import { type Request, Router } from 'express';
import { deadlineText } from '../rounds/deadline.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import { blankPaper } from './questionnaire-paper.ts';
import { fileName, WORD_TYPE } from './word-name.ts';

export function deskPaperRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  async function paperAt(req: Request) {
    const { account, round, edition, voice } = await desk.roundAt(req, 'rounds.manage');
    const questionnaire = edition.in(voice.language);
    const audience = questionnaire.definition.audiences.find(
      ({ id }) => id === req.params['audience'],
    )?.id;
    if (!audience) throw new Refusal('not-found');
    const paper = blankPaper({
      questionnaire,
      audience,
      only: null,
      stateName: null,
      deadline: deadlineText(round, { zone: round.zone }, null, voice),
      asOf: voice.dateTime(services.clock(), round.zone),
      writeTo: services.config.mailReplyTo,
      demonstration: round.demonstration,
      reviewed: edition.reviewed(voice.language),
      voice,
    });
    return { account, round, audience, voice, paper };
  }

  router.get('/admin/rounds/:round/print/:audience.docx', async (req, res) => {
    const { round, audience, voice, paper } = await paperAt(req);
    const content = await services.wordFiles(paper);
    const name = fileName(round, [audience, 'blank', voice.language]);
    sendFile(res, { name, type: WORD_TYPE, content });
  });

  router.get('/admin/rounds/:round/print/:audience', async (req, res) => {
    const { account, round, audience, paper } = await paperAt(req);
    await desk.send(req, res, account, {
      view: 'papers/paper',
      title: `${paper.kind}: ${paper.title}`,
      round,
      locals: {
        paper,
        word: `/admin/rounds/${round._id}/print/${audience}.docx`,
        back: { href: `/admin/rounds/${round._id}`, label: round._id },
      },
    });
  });

  return router;
}
