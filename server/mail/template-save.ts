/** Changing the words of a mail: checked, kept as a new version, and in the audit. */
import type { Actor } from '../audit/event.ts';
import { isDuplicate } from '../db/record.ts';
import type { Services, Session } from '../services.ts';
import {
  kindOf,
  type PinnedText,
  type TemplateName,
  type TemplateText,
  type TemplateVersion,
} from './template.ts';
import { checkTemplate, type TemplateProblem } from './template-check.ts';

export type SaveResult =
  | { ok: true; version: TemplateVersion; changed: boolean }
  | { ok: false; reason: 'problems'; problems: TemplateProblem[] }
  /** Somebody saved another version since `seen` was shown. */
  | { ok: false; reason: 'stale'; current: TemplateVersion | null };

type Of = { template: TemplateName; language: string };

/** @param seen the version that the writer started from; 0 for a text that nobody had written */
export async function saveTemplate(
  services: Services,
  of: Of,
  text: TemplateText,
  seen: number,
  actor: Actor,
  from: number | null = null,
): Promise<SaveResult> {
  const problems = checkTemplate(kindOf(of.template), text);
  if (problems.length > 0) return { ok: false, reason: 'problems', problems };
  try {
    return await services.transaction((session) =>
      write(services, of, text, seen, actor, from, session),
    );
  } catch (error) {
    // Two that save at once number alike, and the index lets one through.
    if (!isDuplicate(error)) throw error;
    return {
      ok: false,
      reason: 'stale',
      current: await services.templates.current(of.template, of.language),
    };
  }
}

async function write(
  services: Services,
  of: Of,
  text: TemplateText,
  seen: number,
  actor: Actor,
  from: number | null,
  session: Session,
): Promise<SaveResult> {
  const now = services.clock();
  const { template, language } = of;
  const before = await services.templates.pin(template, language, now, session);
  if ((before?.version ?? 0) !== seen) return { ok: false, reason: 'stale', current: before };
  if (before && before.subject === text.subject && before.body === text.body)
    return { ok: true, version: before, changed: false };
  const version: TemplateVersion = {
    template,
    language,
    subject: text.subject,
    body: text.body,
    version: seen + 1,
    origin: from === null ? 'saved' : 'restored',
    from,
    savedBy: actor,
    savedAt: now,
  };
  await services.templates.insert(version, session);
  await services.audit.record(
    {
      actor,
      event: 'template.saved',
      subject: { kind: 'template', id: `${template}:${language}` },
      details: { version: version.version, ...(from === null ? {} : { from }) },
    },
    now,
    session,
  );
  return { ok: true, version, changed: true };
}

/** Takes an older text again, as a new version. Null when there is no such version. */
export async function restoreTemplate(
  services: Services,
  of: PinnedText,
  seen: number,
  actor: Actor,
): Promise<SaveResult | null> {
  const old = await services.templates.find(of);
  return old && saveTemplate(services, of, old, seen, actor, of.version);
}
