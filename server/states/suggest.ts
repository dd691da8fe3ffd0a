/** What somebody meant who wrote a name where a code is asked for. Pure. */
import type { Language } from '../questionnaire/definition.ts';
import { LANGUAGES } from '../questionnaire/definition.ts';
import { folded } from './clean-text.ts';
import type { State } from './state.ts';

export type Directory = {
  has(code: string): boolean;
  /** A State by its name in any language, or by the code of two letters; null when nothing fits. */
  find(text: string): { code: string; name: string } | null;
  /** A language by its name in its own or another of the six; null when nothing fits. */
  language(text: string): Language | null;
};

export function directoryOf(states: Pick<State, '_id' | 'iso2' | 'names'>[]): Directory {
  const codes = new Set(states.map((state) => state._id));
  // Made when it is first asked for: most files need none of it.
  let names: Map<string, { code: string; name: string }> | null = null;
  const index = () =>
    new Map(
      states.flatMap((state) =>
        [state.iso2, ...Object.values(state.names)].map(
          (name) => [folded(name), { code: state._id, name: state.names.en }] as const,
        ),
      ),
    );
  return {
    has: (code) => codes.has(code),
    find(text) {
      names ??= index();
      return names.get(folded(text)) ?? null;
    },
    language: (text) => languages().get(folded(text)) ?? null,
  };
}

let known: Map<string, Language> | null = null;
function languages(): Map<string, Language> {
  known ??= new Map(
    LANGUAGES.flatMap((speaks) => {
      const names = new Intl.DisplayNames(speaks, { type: 'language' });
      return LANGUAGES.map((code) => [folded(names.of(code) ?? code), code] as const);
    }),
  );
  return known;
}
