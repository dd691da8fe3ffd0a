/** The words of each template and language that count now: the newest version that was saved, else what comes with the program. */
import type { Session } from '../services.ts';
import type { PinnedText, TemplateName, TemplateVersion } from './template.ts';
import { shippedText } from './template-shipped.ts';
import type { TemplateStore } from './template-store.ts';

export function templateTexts(store: TemplateStore) {
  /** Null when nobody has written it yet. */
  async function current(
    template: TemplateName,
    language: string,
    session: Session | null = null,
  ): Promise<TemplateVersion | null> {
    const [newest] = await store.versions(template, language, session);
    return latestOf(template, language, newest ?? null);
  }

  /** Keeps the words that count now under their number, so that they can be read when others have taken their place. */
  async function pin(
    template: TemplateName,
    language: string,
    now: Date,
    session: Session,
  ): Promise<TemplateVersion | null> {
    const found = await current(template, language, session);
    if (found && found.savedAt === null) await store.insert({ ...found, savedAt: now }, session);
    return found;
  }

  return {
    current,
    pin,
    /** A version that was used, saved or is about to be used; null for others. */
    async find({ template, language, version }: PinnedText): Promise<TemplateVersion | null> {
      const stored = await store.find(template, language, version);
      if (stored) return stored;
      const newest = await current(template, language);
      return newest?.version === version ? newest : null;
    },
    /** Newest first, what counts now at the head. */
    async versions(template: TemplateName, language: string): Promise<TemplateVersion[]> {
      const stored = await store.versions(template, language);
      const head = latestOf(template, language, stored[0] ?? null);
      return head && head.savedAt === null ? [head, ...stored] : stored;
    },
    insert: store.insert,
    /** Texts for one occasion, by name. */
    async messages(): Promise<TemplateName[]> {
      return (await store.names()).filter((name) => name.startsWith('message.')).sort();
    },
  };
}

/** A shipped text that an update of the program brings takes the place of an older shipped one, never of a saved one. */
function latestOf(
  template: TemplateName,
  language: string,
  newest: TemplateVersion | null,
): TemplateVersion | null {
  if (newest && newest.origin !== 'shipped') return newest;
  const shipped = shippedText(template, language);
  if (!shipped) return newest;
  if (newest?.subject === shipped.subject && newest.body === shipped.body) return newest;
  return {
    template,
    language,
    ...shipped,
    version: (newest?.version ?? 0) + 1,
    origin: 'shipped',
    from: null,
    savedBy: null,
    savedAt: null,
  };
}
