/** Asking about one answer: the form, the mails as they would go, and the press that sends them. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { readerOf } from '../accounts/account.ts';
import { newId } from '../db/record.ts';
import { resultsDesk } from '../progress/view-routes.ts';
import { clean } from '../questionnaire/answers.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { submittedOf } from './answer.ts';
import { ask } from './ask.ts';
import { askPage } from './ask-page.ts';
import { type AskForm, type AskPlace, askingOf, languagesFor, saidAt } from './asking.ts';
import { draftLetter, questionsToFollowUp } from './letter.ts';
import { mayAskAbout, toldBy } from './readable.ts';

const QUESTION = '/results/:round/states/:state/:audience/ask/:question';
const LETTER = '/results/:round/gender/:action/:state/:audience/letter';

export function askRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { frame } = resultsDesk(services, desk);

  /** @throws Refusal: about an answer that the account may not see with its State, of its own State, or that is none */
  async function placeAt(req: Request) {
    const here = await desk.roundAt(req, 'responses.review');
    const { account, round, edition } = here;
    const [key, audience] = [String(req.params['state']), String(req.params['audience'])];
    const invitation = await services.invitations.ofState(round._id, key, audience);
    const [found, state] = await Promise.all([
      invitation && services.responses.find(invitation._id),
      services.states.find(key),
    ]);
    const response = found && submittedOf(found);
    if (!response || !state) throw new Refusal('not-found');
    // Nobody asks about what their own State said.
    if (account.state === state._id) throw new Refusal('forbidden');
    const followUp = req.params['action'] === undefined ? null : Number(req.params['action']);
    const questions =
      followUp === null
        ? [String(req.params['question'])]
        : questionsToFollowUp(edition, response, followUp);
    const isAsked = (id: string) => {
      const question = edition.source.question(id);
      return question?.action != null && question.audiences.includes(response.audience);
    };
    if (questions.length === 0 || !questions.every(isAsked)) throw new Refusal('not-found');
    const told = toldBy(edition.source, { questions, followUp, audience });
    if (!mayAskAbout(edition.source, response.submitted, told, readerOf(account)))
      throw new Refusal('not-found');
    const place: AskPlace = { round, edition, state, response, questions, followUp };
    const languages = await languagesFor(services, place, account);
    return { ...here, place, languages };
  }
  type Here = Awaited<ReturnType<typeof placeAt>>;

  async function show(
    req: Request,
    res: HttpResponse,
    here: Here,
    form: AskForm,
    of: Omit<Parameters<typeof askPage>[3], 'languages'>,
    status = 200,
  ) {
    const { round, place, languages, voice } = here;
    const said = saidAt(place);
    const { title, locals } = askPage(place, form, said, { languages, ...of }, voice);
    await frame(req, res, here, {
      view: 'review/ask',
      title,
      status,
      locals: {
        ...locals,
        base: `/results/${round._id}`,
        action: req.path,
        back: `/results/${round._id}/states/${place.state._id}/${place.response.audience}`,
      },
    });
  }

  async function blankForm(req: Request, res: HttpResponse) {
    const here = await placeAt(req);
    const [language = 'en'] = here.languages;
    const key = newId();
    const empty = { key, title: '', words: '', language, due: '' };
    const form =
      here.place.followUp === null
        ? empty
        : { ...empty, ...(await draftLetter(services, here.place, language)) };
    await show(req, res, here, form, { asking: null, refused: '' });
  }

  async function posted(req: Request, res: HttpResponse) {
    await desk.requireForm(req, 'responses.review');
    const here = await placeAt(req);
    const { place, languages, account, round } = here;
    const form: AskForm = {
      key: postedText(req.body.key),
      title: place.followUp === null ? '' : clean(postedText(req.body.title)).replace(/\s+/g, ' '),
      words: clean(postedText(req.body.words)),
      language: postedText(req.body.language),
      due: postedText(req.body.due).trim(),
    };
    if (!/^[0-9a-f]{24}$/.test(form.key)) throw new Refusal('bad-form');
    const sent = await services.clarifications.byKey(form.key);
    if (sent) return res.redirect(303, `/results/${round._id}/clarifications/${sent._id}`);
    const go = postedText(req.body.go);
    const language = /^draft:(\w{2})$/.exec(go)?.[1];
    if (language && languages.includes(language) && place.followUp !== null) {
      const drafted = { ...form, language, ...(await draftLetter(services, place, language)) };
      return show(req, res, here, drafted, { asking: null, refused: '' });
    }
    const asking = await askingOf(services, place, form, languages);
    if (asking.problems.length > 0) return show(req, res, here, form, { asking, refused: '' }, 422);
    // Nothing has changed, and so long a text does not fit in an address: the look is no redirect.
    if (go !== 'send') return show(req, res, here, form, { asking, refused: '' });
    if (postedText(req.body.digest) !== asking.digest)
      return show(req, res, here, form, { asking, refused: 'changed' }, 422);
    const result = await ask(services, place, form, asking, account._id);
    if (!result.ok) return show(req, res, here, form, { asking, refused: result.reason }, 422);
    const { _id } = result.clarification;
    return res.redirect(303, `/results/${round._id}/clarifications/${_id}`);
  }

  for (const path of [QUESTION, LETTER]) {
    router.get(path, blankForm);
    router.post(path, formBody, posted);
  }
  return router;
}
