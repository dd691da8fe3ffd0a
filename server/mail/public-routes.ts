/** Pages that a mail leads to besides the questionnaire: no more reminders, and the link of a test. No session, no cookie. */
import { type Request, type Response, Router } from 'express';
import { remindersStopped } from '../invitations/invitation.ts';
import { isStopAddress, stopReminders } from '../invitations/stop-reminders.ts';
import type { Services } from '../services.ts';
import { languageOfContact, nameIn } from '../states/state.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import { filesBody } from '../web/files-body.ts';
import { languageOf } from '../web/language.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { TEST_PATH } from './mailing-preview.ts';

/** The standard lets a mail program send either kind of form; a file in it is not read. */
const eitherBody = filesBody(() => false);

const ID = /^[0-9a-f]{24}$/;

/** Before anything that refuses forms of other sites: a mail program may send this one, and its address is the key to it. */
export function publicMailRoutes(services: Services, web: Web): Router {
  const { config } = services;
  const router = Router();
  const path = '/reminders/stop/:invitation/:contact/:signature';

  /** Whom the address speaks for. Anything that was not made by us is no page. */
  async function at(req: Request, res: Response) {
    const of = {
      invitation: String(req.params['invitation']),
      contact: String(req.params['contact']),
    };
    const ours =
      ID.test(of.invitation) &&
      ID.test(of.contact) &&
      isStopAddress(services, of, String(req.params['signature']));
    const [invitation, contact] = ours
      ? await Promise.all([
          services.invitations.find(of.invitation),
          services.contacts.find(of.contact),
        ])
      : [];
    const round = invitation && (await services.rounds.find(invitation.round));
    const state = invitation && (await services.states.find(invitation.state));
    const edition = round && (await services.catalogue.find(round.questionnaire));
    if (!invitation || !contact || !state || !edition) throw new Refusal('not-found');
    const voice = voiceOf(languageOf(req, config.publicUrl, languageOfContact(contact)));
    res.locals['language'] = voice.language;
    return { of, invitation, voice, state, edition, path: req.path };
  }

  async function show(
    req: Request,
    res: Response,
    { invitation, of, voice, state, edition, path }: Awaited<ReturnType<typeof at>>,
    { stopped = remindersStopped(invitation, of.contact), unsure = false } = {},
  ) {
    const title = voice.t(stopped ? 'mailings.stop.done' : 'mailings.stop.title');
    const { definition } = edition.in(voice.language);
    const frame = {
      title: unsure ? voice.t('errorTitle', { title }) : title,
      voice,
      heading: definition.shortTitle,
      languages: { codes: INTERFACE_LANGUAGES },
      path: req.originalUrl,
      help: config.mailReplyTo,
    };
    const locals = {
      stopped,
      unsure,
      path,
      state: nameIn(state, voice.language),
      questionnaire: definition.title,
    };
    await web.pages.send(res, 'mailings/stop', frame, locals, unsure ? 422 : 200);
  }

  /** Shows a form and changes nothing: scanners open every address in a mail. */
  router.get(path, async (req, res) => show(req, res, await at(req, res)));

  /**
   * From a mail program by RFC 8058, which sends `List-Unsubscribe=One-Click` and follows no redirect; or from the page, where
   * a box must be ticked, since some scanners press the first button that they find.
   */
  router.post(path, eitherBody, async (req, res) => {
    const here = await at(req, res);
    const oneClick = req.body['List-Unsubscribe'] === 'One-Click';
    if (!oneClick && req.body.sure !== 'yes') return show(req, res, here, { unsure: true });
    await stopReminders(services, here.of);
    return show(req, res, here, { stopped: true });
  });

  router.get(TEST_PATH, async (req, res) => {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const frame = {
      title: voice.t('mailings.test.title'),
      voice,
      heading: voice.t('product'),
      languages: { codes: INTERFACE_LANGUAGES },
      path: TEST_PATH,
    };
    await web.pages.send(res, 'mailings/test-link', frame);
  });

  return router;
}
