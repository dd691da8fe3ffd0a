/** The files of a response: only ever a download, under a policy that runs nothing. */
import type { Response as HttpResponse, Request, Router } from 'express';
import type { Services } from '../services.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
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
    if (!file) throw new Refusal('not-found');
    sendFile(res, file);
  });
}
