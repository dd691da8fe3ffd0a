import { describe, expect, it } from '@jest/globals';
import type { Definition, Language } from '../../server/questionnaire/definition.ts';
import {
  completeLanguages,
  localise,
  mapTexts,
  translationGaps,
} from '../../server/questionnaire/texts.ts';
import { bundledDefinition, smallDefinition } from '../support/small-questionnaire.ts';

/** The small questionnaire with French texts. */
const inFrench = (texts: Record<string, string>): Definition => ({
  ...smallDefinition(),
  translations: { fr: { reviewed: false, texts } },
});

/** Every text by its path. */
function textsOf(definition: Definition): Map<string, string> {
  const texts = new Map<string, string>();
  mapTexts(definition, (text, path) => {
    texts.set(path, text);
    return text;
  });
  return texts;
}

const textAt = (definition: Definition, path: string) => textsOf(definition).get(path);

/** A translation of everything, by its own text. */
const everything = () =>
  Object.fromEntries([...textsOf(smallDefinition()).values()].map((text) => [text, `«${text}»`]));

describe('a questionnaire in another language', () => {
  it('has its texts in that language, and its codes as they were', () => {
    const french = localise(inFrench({ Staff: 'Personnel' }), 'fr');
    const kinds = french.questions.find(({ id }) => id === 'kinds');
    expect(kinds).toMatchObject({
      options: expect.arrayContaining([{ value: 'staff', label: 'Personnel' }]),
    });
  });

  it('keeps the source text where there is no other', () => {
    expect(textAt(localise(inFrench({}), 'fr'), 'questions.share.label')).toBe('Which share?');
  });

  it('keeps the source text for a language that nobody translated into', () => {
    expect(localise(inFrench(everything()), 'ru')).toEqual(inFrench(everything()));
  });

  it('takes the text of a place before that of the words', () => {
    const french = localise(
      inFrench({ None: 'Aucun', 'questions.support.columns.none': 'Aucune' }),
      'fr',
    );
    expect(textAt(french, 'questions.kinds.options.none')).toBe('Aucun');
    expect(textAt(french, 'questions.support.columns.none')).toBe('Aucune');
  });

  it('takes an empty text for none', () => {
    const french = localise(inFrench({ None: 'Aucun', 'questions.kinds.options.none': '' }), 'fr');
    expect(textAt(french, 'questions.kinds.options.none')).toBe('Aucun');
  });

  it('translates every text that people read', () => {
    const source = textsOf(smallDefinition());
    const french = textsOf(localise(inFrench(everything()), 'fr'));
    expect(french.size).toBeGreaterThan(50);
    for (const [path, text] of source)
      expect([path, french.get(path)]).toEqual([path, `«${text}»`]);
  });

  it('reaches texts of every kind', () => {
    expect([...textsOf(smallDefinition()).keys()]).toEqual(
      expect.arrayContaining([
        'title',
        'audiences.donor.short',
        'groups.parties.label',
        'actions.42.summary',
        'indicators.i_gives.label',
        'sections.plans.title',
        'optionSets.states.KHM',
        'questions.useful.minLabel',
        'questions.useful.options.dont_know',
        'questions.spending.rows.clearance',
        'questions.spending.columns.2021',
      ]),
    );
  });

  it('leaves official wording alone, which is nobody’s to translate', () => {
    const definition = inFrench({ Official: 'Officiel' });
    for (const action of definition.actions) action.officialText = 'Official';
    expect(localise(definition, 'fr').actions[0]?.officialText).toBe('Official');
  });
});

describe('the gaps of a translation', () => {
  const gaps = (texts: Record<string, string>) => translationGaps(inFrench(texts), 'fr');

  it('are the texts without one, each once', () => {
    const { missing } = gaps({ ...everything(), None: '' });
    expect(missing).toEqual(['None']);
  });

  it('are filled by a text for the words or for each place', () => {
    const { None: _, ...others } = everything();
    const places = { 'questions.kinds.options.none': 'A', 'questions.support.columns.none': 'B' };
    expect(gaps({ ...others, ...places }).missing).toEqual([]);
    expect(gaps({ ...others, 'questions.kinds.options.none': 'A' }).missing).toEqual(['None']);
  });

  it('do not hold years, which are the same everywhere', () => {
    const { 2021: _, 2022: __, ...others } = everything();
    expect(gaps(others).missing).toEqual([]);
  });

  it('hold what is left of words and places that are gone', () => {
    const { stale } = gaps({
      Perhaps: 'Peut-être',
      'questions.ghost.label': 'Fantôme',
      Yes: 'Oui',
    });
    expect(stale).toEqual(['Perhaps', 'questions.ghost.label']);
  });

  it('keep a language from being offered', () => {
    const { Yes: _, ...almost } = everything();
    expect(completeLanguages(inFrench(everything()))).toEqual(['en', 'fr']);
    expect(completeLanguages(inFrench(almost))).toEqual(['en']);
    expect(completeLanguages(smallDefinition())).toEqual(['en']);
  });
});

const SAME_IN_FRENCH = [
  ...['Afghanistan', 'Angola', 'Assistance', 'Burundi', 'El Salvador', 'Iraq', 'Mozambique'],
  ...['Nicaragua', 'Niger', 'Oman', 'Personnel', 'Sri Lanka', 'Türkiye', 'Ukraine', 'Zimbabwe'],
];

describe('the bundled questionnaire', () => {
  const source = bundledDefinition();
  /** Texts that read the same in the translation, but for years. */
  const same = (language: Language) => {
    const translated = textsOf(localise(source, language));
    const unchanged = [...textsOf(source)].filter(([path, text]) => translated.get(path) === text);
    return [...new Set(unchanged.map(([, text]) => text))]
      .filter((text) => !/^\d+$/.test(text))
      .sort();
  };

  it('has nothing in English left in Arabic', () => {
    expect(same('ar')).toEqual([]);
    for (const [path, text] of textsOf(localise(source, 'ar')))
      expect([path, text]).toEqual([path, expect.stringMatching(/\p{Script=Arabic}|^\d{4}$/u)]);
  });

  it('reads the same in French only where French has the same word', () => {
    expect(same('fr')).toEqual(SAME_IN_FRENCH);
  });

  it.each(['fr', 'ar'] as const)('has no text that is gone in %s', (language) => {
    expect(translationGaps(source, language)).toEqual({ missing: [], stale: [] });
  });

  it.each(['fr', 'ar'] as const)('keeps its codes in %s', (language) => {
    const codes = (definition: Definition) => [...textsOf(definition).keys()];
    expect(codes(localise(source, language))).toEqual(codes(source));
  });
});
