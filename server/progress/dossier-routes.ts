/** The pages of one State in all audiences: its dossier, its profile to print, and what changed between two submissions. */
import { type Request, Router } from 'express';
import { may } from '../accounts/account.ts';
import { noteInWords } from '../responses/page-parts.ts';
import type { Services } from '../services.ts';
import { LANGUAGE_NAMES } from '../texts.ts';
import type { Desk } from '../web/desk.ts';
import { Refusal } from '../web/refusal.ts';
import { changesOf } from './changes-page.ts';
import { type Dataset, type Member, NO_FILTER } from './dataset.ts';
import { dossierPage, headOf, type Spoken } from './dossier-page.ts';
import { queryOf } from './filter-query.ts';
import { profilePage } from './profile-page.ts';
import { responseOf } from './read-cut-off.ts';
import { membersOf } from './read-members.ts';
import type { View } from './view.ts';
import { type At, resultsDesk } from './view-routes.ts';

export function dossierRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { page } = resultsDesk(services, desk);

  /** What the State of the address was asked, in each audience. */
  async function spokenAt({ view }: At, req: Request): Promise<[Spoken, ...Spoken[]]> {
    const members = await membersOf(services, view.data, String(req.params['state']));
    const spoken = await Promise.all(members.map((member) => spokenBy(view.data, member)));
    const [first, ...others] = spoken.flatMap((one) => one ?? []);
    if (!first) throw new Refusal('not-found');
    return [first, ...others];
  }

  async function spokenBy(data: Dataset, member: Member): Promise<Spoken | null> {
    const response = await responseOf(services, data, member);
    return response && { member, response };
  }

  router.get(
    '/results/:round/states/:state',
    page(async (at, req) => {
      const spoken = await spokenAt(at, req);
      const locals = dossierPage(at.view, spoken);
      const histories = await Promise.all(spoken.map((one) => historyOf(at, one)));
      const contacts = may(at.account, 'rounds.manage')
        ? await Promise.all(spoken.map((one) => contactsOf(one)))
        : null;
      const parts = locals.parts.map((part, place) => ({
        ...part,
        history: histories[place] ?? [],
        contacts: contacts?.[place] ?? null,
      }));
      const own = at.account.state === locals.stateKey;
      const mayAsk = may(at.account, 'responses.review') && !own && !at.view.data.snapshot;
      return {
        view: 'progress/dossier',
        title: locals.name,
        locals: { ...locals, parts, mayAsk },
      };
    }),
  );

  const revisionsOf = async ({ member }: Spoken) =>
    (await services.responses.revisions(member.response)).filter(
      ({ revision }) => revision <= member.revision,
    );

  async function historyOf({ voice, round, view }: At, spoken: Spoken) {
    const { state, audience } = spoken.member;
    const base = `/results/${round._id}/states/${state._id}/${audience}/changes`;
    return (await revisionsOf(spoken)).map(({ revision, reference, submittedAt, note }) => ({
      revision,
      reference,
      at: voice.dateTime(submittedAt, state.zone),
      note: note ? noteInWords(note, voice) : null,
      changes: revision > 1 ? base + changesQuery(view, revision) : '',
    }));
  }

  const changesQuery = ({ filter: { cutoff } }: View, to: number) =>
    queryOf({ ...NO_FILTER, cutoff }, { from: String(to - 1), to: String(to) });

  async function contactsOf({ member }: Spoken) {
    const contacts = await services.contacts.of(member.state._id, member.audience);
    return contacts.map(({ _id, name, post, email, language }) => ({
      href: `/admin/contacts/${_id}`,
      name,
      post,
      email,
      language: LANGUAGE_NAMES[language],
    }));
  }

  router.get(
    '/results/:round/states/:state/profile',
    page(async (at, req) => {
      const locals = profilePage(at.view, await spokenAt(at, req));
      return { view: 'progress/profile', title: locals.name, locals };
    }),
  );

  router.get(
    '/results/:round/states/:state/:audience/changes',
    page(async (at, req) => {
      const spoken = (await spokenAt(at, req)).find(
        ({ member }) => member.audience === req.params['audience'],
      );
      const counts = spoken?.response.submitted;
      if (!spoken || !counts) throw new Refusal('not-found');
      const revisions = await revisionsOf(spoken);
      const find = (name: 'from' | 'to') =>
        revisions.find(({ revision }) => String(revision) === req.query[name]);
      const [before, after] = [find('from'), find('to')];
      if (!before || !after) throw new Refusal('not-found');
      const changed = changesOf(at.view, spoken.member, counts, [before, after]);
      const locals = { ...headOf(at.view, [spoken]), ...changed, audience: spoken.member.audience };
      return { view: 'progress/changes', title: locals.name, locals };
    }),
  );

  return router;
}
