/** What a respondent asks the secretariat for: more time, another person; and the language that is kept for them. */
import type { Response as HttpResponse, Request, Router } from 'express';
import { byOf, refer, withdrawReferral } from '../invitations/refer.ts';
import { type ReferralForm, readReferral } from '../invitations/referral.ts';
import { askForExtension, withdrawExtension } from '../rounds/extend.ts';
import { dayIn, LONGEST_WORDS } from '../rounds/extension.ts';
import type { Services } from '../services.ts';
import { formBody, postedText as text } from '../web/form-body.ts';
import { localPath, Refusal } from '../web/refusal.ts';
import { type Door, keepLanguage } from './door-routes.ts';
import { type ExtensionProblem, extensionPage, rightPersonPage } from './help-pages.ts';
import type { Seat } from './seat.ts';

export function helpRoutes(router: Router, services: Services, door: Door): void {
  const { send } = door;
  const baseOf = (seat: Seat) => `/r/${seat.invitation._id}`;

  /** Both are matters of the State's own respondent; a colleague has a "not me" of their own. */
  async function own(req: Request, res: HttpResponse, form: boolean): Promise<Seat | null> {
    const seat = await (form ? door.seatOfForm(req, res) : door.seatOf(req, res));
    if (seat?.delegate) throw new Refusal('not-found');
    return seat;
  }

  async function showExtension(
    seat: Seat,
    req: Request,
    res: HttpResponse,
    posted: Parameters<typeof extensionPage>[2] = null,
  ) {
    const latest = await services.extensions.latest(seat.invitation._id);
    await send(seat, req, res, extensionPage(seat, latest, posted), posted ? 422 : 200);
  }

  router.get('/r/:invitation/extension', async (req, res) => {
    const seat = await own(req, res, false);
    if (seat) await showExtension(seat, req, res);
  });

  router.post('/r/:invitation/extension', formBody, async (req, res) => {
    const seat = await own(req, res, true);
    if (!seat) return;
    const form = { day: text(req.body.day), reason: text(req.body.reason) };
    const refuse = (problems: ExtensionProblem[]) =>
      showExtension(seat, req, res, { form, problems });
    const reason = form.reason.trim();
    const inReason: ExtensionProblem[] =
      reason === ''
        ? [{ field: 'reason', code: 'reason' }]
        : reason.length > LONGEST_WORDS
          ? [{ field: 'reason', code: 'length' }]
          : [];
    const wish = { day: dayIn(form.day), reason };
    const result = await askForExtension(services, seat, wish, { dryRun: inReason.length > 0 });
    if (!result.ok) {
      const field = result.reason === 'open' || result.reason === 'closed' ? 'form' : 'day';
      return refuse([{ field, code: result.reason }, ...inReason]);
    }
    if (inReason.length > 0) return refuse(inReason);
    return res.redirect(303, `${baseOf(seat)}/extension`);
  });

  /** Pressed twice, or after the answer came: the page says how things are. */
  router.post('/r/:invitation/extension/withdrawal', formBody, async (req, res) => {
    const seat = await own(req, res, true);
    if (!seat) return;
    await withdrawExtension(services, seat, text(req.body.extension));
    res.redirect(303, `${baseOf(seat)}/extension`);
  });

  async function showPerson(
    seat: Seat,
    req: Request,
    res: HttpResponse,
    posted: Parameters<typeof rightPersonPage>[2] = null,
  ) {
    const open = await services.referrals.openBy(byOf(seat.link));
    await send(seat, req, res, rightPersonPage(seat, open, posted), posted ? 422 : 200);
  }

  router.get('/r/:invitation/right-person', async (req, res) => {
    const seat = await own(req, res, false);
    if (seat) await showPerson(seat, req, res);
  });

  router.post('/r/:invitation/right-person', formBody, async (req, res) => {
    const seat = await own(req, res, true);
    if (!seat) return;
    const form = formIn(req.body);
    const { problems, ...said } = readReferral(form, seat.contact?.email ?? null);
    if (seat.round.status !== 'open')
      return showPerson(seat, req, res, { form, problems: [{ field: 'form', code: 'closed' }] });
    if (problems.length > 0) return showPerson(seat, req, res, { form, problems });
    if (!(await refer(services, seat, said)))
      return showPerson(seat, req, res, { form, problems: [{ field: 'form', code: 'open' }] });
    return res.redirect(303, `${baseOf(seat)}/right-person`);
  });

  router.post('/r/:invitation/right-person/withdrawal', formBody, async (req, res) => {
    const seat = await own(req, res, true);
    if (!seat) return;
    await withdrawReferral(services, seat.link, text(req.body.referral));
    res.redirect(303, `${baseOf(seat)}/right-person`);
  });

  /** Kept in this browser and with the person. The link of the same name only sets the cookie. */
  router.post('/r/:invitation/language', formBody, async (req, res) => {
    const seat = await door.seatOfForm(req, res);
    if (!seat) return;
    if (!(await keepLanguage(services, seat, text(req.body.language), res)))
      throw new Refusal('bad-form');
    const back = localPath(req.body.back);
    res.redirect(303, back.startsWith(baseOf(seat)) ? back : baseOf(seat));
  });
}

const formIn = (body: Record<string, unknown>): ReferralForm => ({
  who: text(body['who']),
  name: text(body['name']),
  post: text(body['post']),
  email: text(body['email']),
  language: text(body['language']),
  note: text(body['note']),
});
