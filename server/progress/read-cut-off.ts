/** Takes a cut-off of a round, and reads what was submitted at one. */
import type { Actor } from '../audit/event.ts';
import { newId, unlessTaken } from '../db/record.ts';
import type { Response, Submission } from '../responses/response.ts';
import { isSlug, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type CutOff, LONGEST_NAME, slugOf, type Wish, type WishProblem } from './cut-off.ts';
import type { Dataset, Member } from './dataset.ts';
import { closerOf } from './disclosure.ts';

type TakeResult = { ok: true; cutOff: CutOff } | { ok: false; problems: WishProblem[] };

/** @param wish its slug "" for one made from the name */
export async function takeCutOff(
  services: Services,
  round: Round,
  wish: Wish,
  actor: Actor,
): Promise<TakeResult> {
  const name = wish.name.trim();
  const slug = wish.slug.trim() || slugOf(name);
  const problems: WishProblem[] = [
    ...(name === '' ? [{ field: 'name', reason: 'empty' } as const] : []),
    ...(name.length > LONGEST_NAME ? [{ field: 'name', reason: 'long' } as const] : []),
    ...(name !== '' && !isSlug(slug) ? [{ field: 'slug', reason: 'slug' } as const] : []),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const taken: TakeResult = { ok: false, problems: [{ field: 'slug', reason: 'taken' }] };
  if (await services.cutOffs.find(round._id, slug)) return taken;

  const takenAt = services.clock();
  const [states, counted] = await Promise.all([
    services.states.all(),
    services.responses.counted(round._id),
  ]);
  const cutOff: CutOff = {
    _id: newId(),
    round: round._id,
    slug,
    name,
    takenAt,
    by: actor.id,
    states,
    submitted: counted.filter(({ revision }) => revision > 0).length,
    invited: counted.length,
  };
  // Before the cut-off itself, which makes them seen: a large round is more than one transaction can write.
  await services.cutOffs.insertCounted(cutOff._id, counted);
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.cutOffs.insert(cutOff, session);
      await services.audit.record(
        {
          actor,
          event: 'round.cut-off',
          subject: { kind: 'round', id: round._id },
          details: { slug, submitted: cutOff.submitted, invited: cutOff.invited },
        },
        takenAt,
        session,
      );
    }),
  );
  if (made) return { ok: true, cutOff };
  await services.cutOffs.dropCounted(cutOff._id);
  return taken;
}

/**
 * The responses of a round as they counted at a cut-off, or as they are now: with that submission in place of the last
 * one. Of what is not submitted no draft is in it.
 */
export async function* responsesAt(
  services: Pick<Services, 'responses' | 'cutOffs'>,
  round: string,
  cutOff: CutOff | null,
): AsyncGenerator<Response> {
  if (!cutOff) {
    yield* services.responses.stream(round);
    return;
  }
  const counted = await services.cutOffs.counted(cutOff._id);
  for (let from = 0; from < counted.length; from += BATCH) {
    const batch = counted.slice(from, from + BATCH);
    const [responses, revisions] = await Promise.all([
      services.responses.among(batch.map(({ response }) => response)),
      services.responses.revisionsAt(batch),
    ]);
    const byId = new Map(responses.map((response) => [response._id, response]));
    for (const { response, review, started, revision, ...of } of batch) {
      const submitted = revisions.get(response) ?? null;
      const now = byId.get(response);
      yield {
        draft: { answers: {}, other: {}, unparsed: {} },
        sections: {},
        ...now,
        ...of,
        _id: response,
        round,
        startedAt: started ? (now?.startedAt ?? cutOff.takenAt) : null,
        ahead: false,
        submitted: asSaidSince(submitted, now),
        review,
      };
    }
  }
}
const BATCH = 500;

/** The response of a member as the data has it: at a cut-off with the submission that counted then. Null when it is gone. */
export async function responseOf(
  services: Pick<Services, 'responses'>,
  data: Pick<Dataset, 'snapshot'>,
  member: Pick<Member, 'response' | 'revision' | 'review'>,
): Promise<Response | null> {
  const response = await services.responses.find(member.response);
  if (!response || !data.snapshot) return response;
  const submitted = member.revision
    ? await services.responses.findRevisionOf(member.response, member.revision)
    : null;
  return {
    ...response,
    submitted: asSaidSince(submitted, response),
    review: member.review,
    ahead: false,
  };
}

/** A State that has since said that an answer is for closer use is named with it no more, at no cut-off. */
function asSaidSince(then: Submission | null, now: Response | undefined): Submission | null {
  return then && { ...then, ...closerOf(then, now?.submitted ?? then) };
}
