/** Colleagues: the respondent hands sections over and takes them back; the colleague finishes or says "not me". */
import type { Response as HttpResponse, Request, Router } from 'express';
import type { Services } from '../services.ts';
import { isMailAddress } from '../states/mail-address.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { type ColleagueForm, colleaguesPage } from './colleagues-page.ts';
import { decline, finish, handOver, takeBack } from './delegation.ts';
import type { Door } from './door-routes.ts';
import { peopleOf } from './people.ts';
import type { Seat } from './seat.ts';

const LONGEST_NOTE = 1000;

export function colleagueRoutes(router: Router, services: Services, door: Door): void {
  const { seatOf, seatOfForm, send } = door;

  async function show(
    seat: Seat,
    req: Request,
    res: HttpResponse,
    posted: Parameters<typeof colleaguesPage>[2] = null,
  ) {
    const [delegates, people] = await Promise.all([
      services.delegates.of(seat.invitation._id),
      peopleOf(services, seat.response),
    ]);
    const page = colleaguesPage(seat, { delegates, people }, posted);
    await send(seat, req, res, page, posted ? 422 : 200);
  }

  /** A colleague does not hand on. */
  const whole = (seat: Seat): void => {
    if (seat.delegate) throw new Refusal('not-found');
  };

  router.get('/r/:invitation/colleagues', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    whole(seat);
    await show(seat, req, res);
  });

  router.post('/r/:invitation/colleagues', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    whole(seat);
    const form = readForm(req.body as Record<string, unknown>, seat);
    const language = seat.edition.languages.find((code) => code === form.language);
    const errors = [
      ...(form.name === '' ? ['name'] : []),
      ...(isMailAddress(form.email) ? [] : ['email']),
      ...(form.sections.length > 0 ? [] : ['sections']),
      ...(form.note.length <= LONGEST_NOTE ? [] : ['note']),
    ];
    if (errors.length > 0 || !language) return show(seat, req, res, { form, errors });
    const result = await handOver(services, seat, { ...form, language });
    if (!result.ok) return show(seat, req, res, { form, errors: [result.reason] });
    return res.redirect(303, `/r/${seat.invitation._id}/colleagues`);
  });

  router.post('/r/:invitation/colleagues/:delegate/revocation', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    whole(seat);
    const delegate = await services.delegates.find(String(req.params['delegate']));
    if (delegate?.invitation !== seat.invitation._id) throw new Refusal('not-found');
    await takeBack(services, seat, delegate);
    res.redirect(303, `/r/${seat.invitation._id}/colleagues`);
  });

  router.post('/r/:invitation/colleague/finished', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    if (!seat.delegate) throw new Refusal('not-found');
    await finish(services, seat, seat.delegate);
    res.redirect(303, `/r/${seat.invitation._id}`);
  });

  router.post('/r/:invitation/colleague/declined', formBody, async (req, res) => {
    const seat = await seatOfForm(req, res);
    if (!seat) return;
    if (!seat.delegate) throw new Refusal('not-found');
    await decline(services, seat, seat.delegate, text(req.body.reason).slice(0, LONGEST_NOTE));
    // The link has ended, so this page is the last one.
    await send(seat, req, res, {
      view: 'declined',
      title: seat.voice.t('delegate.declined.title'),
      locals: {},
    });
  });
}

const text = (value: unknown): string =>
  (typeof value === 'string' ? value : '').normalize('NFC').trim();

function readForm(body: Record<string, unknown>, seat: Seat): ColleagueForm {
  const known = seat.questionnaire.sections(seat.response.audience).map((section) => section.id);
  const chosen = [body['sections'] ?? []].flat();
  return {
    name: text(body['name']).replace(/\s+/g, ' ').slice(0, 200),
    email: text(body['email']).slice(0, 254),
    language: text(body['language']),
    sections: known.filter((id) => chosen.includes(id)),
    note: text(body['note']),
  };
}
