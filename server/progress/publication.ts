/** Whether a round has a public page, and which cut-off it shows: switched by an administrator, told in the audit. */
import type { Actor } from '../audit/event.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';

type Published = { ok: true } | { ok: false; reason: 'cutOff' };

/** @param slug of a cut-off: figures that change under everybody's eyes would tell what the last State said. Null takes the page down. */
export async function publish(
  services: Services,
  round: Round,
  slug: string | null,
  actor: Actor,
): Promise<Published> {
  if (slug !== null && !(await services.cutOffs.find(round._id, slug)))
    return { ok: false, reason: 'cutOff' };
  const now = services.clock();
  await services.transaction(async (session) => {
    await services.rounds.publish(
      round._id,
      slug === null ? null : { cutOff: slug, at: now },
      session,
    );
    await services.audit.record(
      {
        actor,
        event: slug === null ? 'round.unpublished' : 'round.published',
        subject: { kind: 'round', id: round._id },
        details: slug === null ? {} : { cutOff: slug },
      },
      now,
      session,
    );
  });
  return { ok: true };
}
