/** The secretariat's page for answers that came by Note Verbale; from there on it works on the State's own pages. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import type { Account } from '../accounts/account.ts';
import { newId } from '../db/record.ts';
import { roundFor } from '../rounds/deadline.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Desk } from '../web/desk.ts';
import { filesBody, uploadsOf } from '../web/files-body.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { keepNote, openForNote } from './enter-note.ts';
import {
  LONGEST_REFERENCE,
  type NoteForm,
  type NoteProblem,
  type NoteVerbale,
  readNote,
  SCAN_BYTES,
  SCAN_TYPES,
} from './note-verbale.ts';
import { statusOf } from './response.ts';

const PATH = '/admin/rounds/:round/notes/:state/:audience';
const ID = /^[0-9a-f]{24}$/;

export function noteRoutes(services: Services, web: Web, desk: Desk): Router {
  const router = Router();

  async function placeAt(req: Request) {
    const account = await desk.require(req, 'rounds.manage');
    const [slug, state, audience] = ['round', 'state', 'audience'].map((name) =>
      String(req.params[name]),
    ) as [string, string, string];
    const round = await services.rounds.find(slug);
    const invitation = round && (await services.invitations.ofState(slug, state, audience));
    const response = invitation && (await services.responses.find(invitation._id));
    const asked = invitation && (await services.states.find(state));
    if (!round || !invitation || !response || !asked) throw new Refusal('not-found');
    const writing = mayWrite(roundFor(round, invitation), services.clock());
    return { account, round, invitation, response, state: asked, writing };
  }
  type Place = Awaited<ReturnType<typeof placeAt>>;

  async function show(
    req: Request,
    res: HttpResponse,
    place: Place,
    posted: { id: string; form: NoteForm; problems: NoteProblem[] } | null = null,
  ) {
    const { account, round, invitation, response, state, writing } = place;
    const voice = desk.voice(req, account);
    const name = nameIn(state, voice.language);
    const notes = await services.notes.of(invitation._id);
    await desk.send(req, res, account, {
      view: 'responses/note-verbale',
      title: voice.t('note.title', { state: name }),
      round,
      status: posted ? 422 : 200,
      locals: {
        round,
        state: name,
        action: `/admin/rounds/${round._id}/notes/${state._id}/${invitation.audience}`,
        open: writing.ok,
        status: statusOf(response),
        id: posted?.id ?? newId(),
        form: posted?.form ?? { reference: '', dated: '' },
        problems: posted?.problems ?? [],
        accept: SCAN_TYPES.join(','),
        limits: { count: LONGEST_REFERENCE, size: voice.fileSize(SCAN_BYTES) },
        notes: notes.map((note) => ({
          id: note._id,
          reference: note.reference,
          dated: voice.date(new Date(note.dated), 'UTC'),
          at: voice.dateTime(note.createdAt, round.zone),
        })),
      },
    });
  }

  async function open(req: Request, res: HttpResponse, note: NoteVerbale, account: Account) {
    web.grants.add(req, res, await openForNote(services, note, account._id));
    res.redirect(303, `/r/${note.invitation}`);
  }

  router.get(PATH, async (req, res) => show(req, res, await placeAt(req)));

  router.post(PATH, filesBody(desk.isOurs), async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const place = await placeAt(req);
    const id = postedText(req.body.id);
    if (!ID.test(id)) throw new Refusal('bad-form');
    const form = {
      reference: postedText(req.body.reference).replace(/\s+/g, ' ').trim(),
      dated: postedText(req.body.dated).trim(),
    };
    const today = services.clock().toISOString().slice(0, 10);
    // A browser sends an empty part where no file was chosen.
    const upload = uploadsOf(req).find((one) => one.name !== '') ?? null;
    const read = readNote(form, upload, today);
    if (!place.writing.ok) return show(req, res, place, { id, form, problems: [] });
    if (!read.ok) return show(req, res, place, { id, form, problems: read.problems });
    const of = { id, invitation: place.invitation, account: account._id };
    const note = await keepNote(services, of, read);
    if (!note) throw new Refusal('bad-form');
    return open(req, res, note, account);
  });

  /** Goes on with a note that was begun, by whomever. */
  router.post(`${PATH}/:note`, formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const { invitation } = await placeAt(req);
    const note = await services.notes.find(String(req.params['note']));
    if (note?.invitation !== invitation._id) throw new Refusal('not-found');
    return open(req, res, note, account);
  });

  return router;
}
