/** Making themes and giving them to texts, each in the audit with the change itself. */
import type { Actor } from '../audit/event.ts';
import { newId, unlessTaken } from '../db/record.ts';
import type { Services } from '../services.ts';
import { folded } from '../states/clean-text.ts';
import { LONGEST_LABEL, MOST_THEMES, type ThemeProblem } from './theme.ts';

type Made = { ok: true; id: string } | { ok: false; reason: ThemeProblem };

export async function makeTheme(
  services: Services,
  round: string,
  label: string,
  actor: Actor,
): Promise<Made> {
  if (folded(label) === '') return { ok: false, reason: 'empty' };
  if (label.length > LONGEST_LABEL) return { ok: false, reason: 'long' };
  if ((await services.themes.ofRound(round)).length >= MOST_THEMES)
    return { ok: false, reason: 'many' };
  const id = newId();
  const at = services.clock();
  const theme = { _id: id, round, label, folded: folded(label), madeBy: actor.id, madeAt: at };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.themes.insert(theme, session);
      const subject = { kind: 'theme', id };
      await services.audit.record(
        { actor, event: 'theme.made', subject, details: { round } },
        at,
        session,
      );
    }),
  );
  return made ? { ok: true, id } : { ok: false, reason: 'taken' };
}

/** False while a text has it, or when it is gone. */
export const removeTheme = (
  services: Services,
  round: string,
  id: string,
  actor: Actor,
): Promise<boolean> =>
  services.transaction(async (session) => {
    if (!(await services.themes.remove(round, id, session))) return false;
    const subject = { kind: 'theme', id };
    await services.audit.record(
      { actor, event: 'theme.removed', subject, details: { round } },
      services.clock(),
      session,
    );
    return true;
  });

/**
 * Gives a text the themes that were ticked and takes those that were unticked, as the writer saw them: what somebody
 * else changed meanwhile stays.
 */
export async function tagText(
  services: Services,
  of: { round: string; response: string; question: string },
  { was, chosen }: { was: string[]; chosen: string[] },
  actor: Actor,
): Promise<void> {
  const known = new Set((await services.themes.ofRound(of.round)).map(({ _id }) => _id));
  const added = chosen.filter((theme) => known.has(theme) && !was.includes(theme));
  const removed = was.filter((theme) => known.has(theme) && !chosen.includes(theme));
  if (added.length + removed.length === 0) return;
  const idOf = (theme: string) => `${theme}:${of.response}:${of.question}`;
  const at = services.clock();
  await services.transaction(async (session) => {
    for (const theme of added)
      await services.themes.tag({ ...of, _id: idOf(theme), theme, by: actor.id, at }, session);
    for (const theme of removed) await services.themes.untag(idOf(theme), session);
    await services.audit.record(
      {
        actor,
        event: 'text.tagged',
        subject: { kind: 'response', id: of.response },
        details: { question: of.question, added, removed },
      },
      at,
      session,
    );
  });
}
