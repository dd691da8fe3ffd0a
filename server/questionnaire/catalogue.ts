/** The known questionnaires by KEY@VERSION, compiled once per version and language. */
import { createHash } from 'node:crypto';
import { recent } from '../db/recent.ts';
import { checkDefinition, type Finding } from './check.ts';
import type { Definition, Language } from './definition.ts';
import { compile, nameOf, type Questionnaire } from './questionnaire.ts';
import type { QuestionnaireStore } from './store.ts';
import { completeLanguages, localise } from './texts.ts';

export type LoadResult =
  | { ok: true; name: string; changed: boolean; warnings: Finding[] }
  | { ok: false; reason: 'invalid'; problems: Finding[] }
  | { ok: false; reason: 'pinned'; name: string };

/** A questionnaire version in all its languages. */
export type Edition = {
  name: string;
  /** In the language, or in the source language where the translation is not complete. */
  in(language: string): Questionnaire;
  source: Questionnaire;
  /** Complete ones, the source language first. */
  languages: Language[];
  /** Whether a person has reviewed the translation; true for the source language. */
  reviewed(language: string): boolean;
};

/** @param pins whether a round has opened with a version */
export function catalogue(
  store: QuestionnaireStore,
  pins: (key: string, version: number) => Promise<boolean>,
) {
  const kept = new Map<string, { sha256: string; edition: Edition }>();
  async function find(name: string): Promise<Edition | null> {
    const sha256 = await store.hash(name);
    if (!sha256) return null;
    const known = kept.get(name);
    if (known?.sha256 === sha256) return known.edition;
    const stored = await store.find(name);
    if (!stored) return null;
    const edition = makeEdition(stored.definition);
    kept.set(name, { sha256: stored.sha256, edition });
    return edition;
  }
  const known = recent(find);
  return {
    /** Null when no such version was loaded. A version can be replaced until a round opens with it, hence the hash. */
    find: (of: { key: string; version: number }): Promise<Edition | null> => find(nameOf(of)),
    /** The same as it was within the last second. */
    lately: (of: { key: string; version: number }): Promise<Edition | null> =>
      known.get(nameOf(of)),
    list: store.list,
    circulated: store.circulated,
    internalOf: store.internalOf,
    /** Checks and stores a definition. A version that a round has opened with is refused unless it is the same. */
    async load(source: unknown, now: Date): Promise<LoadResult> {
      const checked = checkDefinition(source);
      if (!checked.ok) return { ok: false, reason: 'invalid', problems: checked.problems };
      const { definition, warnings } = checked;
      const name = nameOf(definition);
      const sha256 = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
      const old = await store.hash(name);
      if (old === sha256) return { ok: true, name, changed: false, warnings };
      if (old && (await pins(definition.key, definition.version)))
        return { ok: false, reason: 'pinned', name };
      const { key, version } = definition;
      await store.save({ _id: name, key, version, sha256, definition, loadedAt: now });
      known.forget();
      return { ok: true, name, changed: true, warnings };
    },
  };
}

function makeEdition(definition: Definition): Edition {
  const languages = completeLanguages(definition);
  const source = compile(definition);
  const editions = new Map<Language, Questionnaire>([[definition.language, source]]);
  return {
    name: source.name,
    source,
    languages,
    in: (language) => {
      const known = languages.find((candidate) => candidate === language);
      if (!known) return source;
      const made = editions.get(known) ?? compile(localise(definition, known));
      editions.set(known, made);
      return made;
    },
    reviewed: (language) =>
      language === definition.language ||
      definition.translations?.[language as Language]?.reviewed === true,
  };
}
