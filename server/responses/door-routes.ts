/** The respondent's door: who comes in by which link, what they see when none opens, and the frame of each page. */
import type { Response as HttpResponse, Request, Router } from 'express';
import type { Services } from '../services.ts';
import { chooseLanguage } from '../states/choose-language.ts';
import { voiceOf } from '../texts.ts';
import { setCookie } from '../web/cookies.ts';
import { formToken, isFormToken } from '../web/form-token.ts';
import { keptFields } from '../web/kept-fields.ts';
import { chosenLanguage, LANGUAGE_YEAR_SECONDS, languageOf } from '../web/language.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { noteInWords, type Page } from './page-parts.ts';
import { findSeat, type Seat } from './seat.ts';

/** Ids as we make them; anything else in their place is no address of ours. */
const ID = /^[0-9a-f]{24}$/;
export function invitationsOnly(router: Router): void {
  router.param('invitation', (_req, _res, next, id) => next(ID.test(id) ? undefined : 'route'));
}

export type Door = ReturnType<typeof door>;

export function door(services: Services, web: Web) {
  const { config, secrets } = services;
  const subjectOf = (link: string, invitation: string) => `${link} ${invitation}`;

  /** The person at the screen. Without a live link the page says how to get back in, and null comes back. */
  async function seatOf(req: Request, res: HttpResponse): Promise<Seat | null> {
    const id = String(req.params['invitation']);
    const links = web.grants.of(req, res);
    const seat = await findSeat(services, links, id, chosenLanguage(req, config.publicUrl));
    if (!seat) await needLink(req, res);
    // A page that refuses speaks the person's language too.
    else res.locals['language'] = seat.voice.language;
    return seat;
  }

  async function needLink(req: Request, res: HttpResponse, status = 401): Promise<void> {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const frame = { title: voice.t('link.needed.title'), voice, heading: voice.t('product') };
    await web.pages.send(res, 'responses/link-needed', frame, {}, status);
  }

  const tokenOf = ({ link, invitation }: Seat) =>
    formToken(secrets, subjectOf(link._id, invitation._id));

  /** Choosing a language is kept with the person, so it is a form; with an answer's form it saves that too. */
  const languagesOf = (seat: Seat, req: Request, form?: string) => {
    const base = `/r/${seat.invitation._id}`;
    const back = req.method === 'GET' ? req.originalUrl : base;
    const post = {
      action: `${base}/language`,
      fields: { link: seat.link._id, token: tokenOf(seat), back },
    };
    return { codes: seat.edition.languages, ...(form ? { form } : { post }) };
  };

  const frameOf = (seat: Seat, req: Request, title: string, form?: string) => ({
    title,
    voice: seat.voice,
    heading: seat.questionnaire.definition.shortTitle,
    subheading: seat.questionnaire.definition.plan,
    who: seat.voice.t('bar.answeringFor', { state: seat.stateName }),
    nav: seat.note
      ? [{ href: `/admin/rounds/${seat.round._id}`, label: seat.voice.t('note.back') }]
      : [],
    languages: languagesOf(seat, req, form),
    path: req.originalUrl,
    notices: [
      ...(seat.round.demonstration ? [seat.voice.t('notice.demonstration')] : []),
      ...(seat.note
        ? [
            seat.voice.t('note.entering', {
              state: seat.stateName,
              ...noteInWords(seat.note, seat.voice),
            }),
          ]
        : []),
      ...(seat.edition.reviewed(seat.voice.language) ? [] : [seat.voice.t('notice.unreviewed')]),
    ],
    help: config.mailReplyTo,
    scripts: [...(form ? ['scripts/section.js'] : []), 'scripts/saving.js'],
  });

  const send = (seat: Seat, req: Request, res: HttpResponse, page: Page, status = 200) => {
    const { link, invitation } = seat;
    return web.pages.send(
      res,
      page.view.startsWith('/') ? page.view.slice(1) : `responses/${page.view}`,
      frameOf(seat, req, page.title, page.form),
      {
        ...page.locals,
        base: `/r/${invitation._id}`,
        link: link._id,
        token: tokenOf(seat),
      },
      status,
    );
  };

  /** Whether a page of ours made this form, as far as its fields have been read. */
  function isOurs(req: Request): boolean {
    const { link, token } = req.body as { link?: string; token?: string };
    const subject = subjectOf(String(link), String(req.params['invitation']));
    return isFormToken(secrets, subject, token);
  }

  /** Refuses a form that no page of ours made; holds the text of one whose session has ended. */
  async function seatOfForm(req: Request, res: HttpResponse): Promise<Seat | null> {
    const invitation = String(req.params['invitation']);
    const links = web.grants.of(req, res);
    const seat = await findSeat(services, links, invitation, chosenLanguage(req, config.publicUrl));
    if (seat) res.locals['language'] = seat.voice.language;
    if (!isOurs(req)) throw new Refusal('bad-form');
    if (!seat) await holdText(req, res);
    return seat;
  }

  async function holdText(req: Request, res: HttpResponse): Promise<void> {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const frame = { title: voice.t('held.title'), voice, heading: voice.t('product') };
    const form = { fields: keptFields(req), action: req.originalUrl };
    await web.pages.send(res, 'responses/held', frame, form, 401);
  }

  return { seatOf, seatOfForm, isOurs, send, needLink };
}

/**
 * What somebody chose: in a cookie for this browser, and with the person for mails and other devices.
 * @returns false for a language that the questionnaire does not have
 */
export async function keepLanguage(
  services: Services,
  seat: Seat,
  chosen: string,
  res: HttpResponse,
): Promise<boolean> {
  const language = seat.edition.languages.find((code) => code === chosen);
  if (!language) return false;
  setCookie(res, services.config.publicUrl, 'language', language, LANGUAGE_YEAR_SECONDS);
  const actor = { kind: 'link', id: seat.link._id } as const;
  if (seat.contact) await chooseLanguage(services, seat.contact._id, language, actor);
  return true;
}
