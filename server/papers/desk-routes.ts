/**
 * Papers for those who are signed in: the Committee's own on a round, and for admins the blank questionnaire of an
 * audience, to print or as a Word file.
 */
import { type Request, Router } from 'express';
import { recordTaken } from '../progress/record-taken.ts';
import { cutOffAt } from '../progress/view-routes.ts';
import { deadlineText } from '../rounds/deadline.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { blankPaper } from './questionnaire-paper.ts';
import { reportFile, reportOf } from './report-file.ts';
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

  // A POST, since it leaves a row in the audit.
  router.post('/results/:round/paper', formBody, async (req, res) => {
    await desk.requireForm(req, 'results.export');
    const { round, actor } = await desk.roundAt(req, 'results.export');
    const language = INTERFACE_LANGUAGES.find((known) => known === req.body['language']);
    if (!language) throw new Refusal('not-found');
    const cutOff = await cutOffAt(services, round._id, req.body['cutoff']);
    const report = await reportOf(services, round, cutOff, voiceOf(language));
    if (!report) throw new Refusal('not-found');
    await recordTaken(services, actor, round, cutOff, { format: 'paper', language });
    const content = await reportFile(services, report);
    const name = fileName(round, [...(cutOff ? [cutOff.slug] : []), 'paper', language]);
    sendFile(res, { name, type: WORD_TYPE, content });
  });

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
