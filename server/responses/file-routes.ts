/** The files of a response: only ever a download, under a policy that runs nothing. */
import type { Response as HttpResponse, Request, Router } from 'express';
import type { Services } from '../services.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import { sectionsFor } from './page-parts.ts';
import type { Seat } from './seat.ts';

export function fileRoutes(
  router: Router,
  services: Services,
  seatOf: (req: Request, res: HttpResponse) => Promise<Seat | null>,
): void {
  router.get('/r/:invitation/files/:file', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const file = await services.files.find(String(req.params['file']), seat.invitation._id);
    const section = file && seat.questionnaire.question(file.question)?.section;
    // A colleague has the files of their own sections.
    if (!file || !sectionsFor(seat).some((one) => one.id === section))
      throw new Refusal('not-found');
    sendFile(res, file);
  });
}
