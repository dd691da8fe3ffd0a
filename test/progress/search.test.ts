/** Finding words in texts, whatever their accents, case and forms of letters. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { found, wordsIn } from '../../server/progress/search.ts';

const marked = (text: string, query: string) =>
  found(text, wordsIn(query))
    ?.map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join('') ?? null;

describe('a search', () => {
  it.each([
    ['Une réponse À LA NÉCESSITÉ', 'necessite', 'Une réponse À LA [NÉCESSITÉ]'],
    ['decomposed: re\u0301seau', 'réseau', 'decomposed: [re\u0301seau]'],
    ['Türkiye and Işık', 'turkiye isik', '[Türkiye] and [Işık]'],
    ['Straße', 'strasse', '[Straße]'],
    ['الأسئلة والإجابات', 'الاسئله', '[الأسئلة] والإجابات'],
    ['مُسْتَوى', 'مستوي', '[مُسْتَوى]'],
    ['دعـــم', 'دعم', '[دعـــم]'],
    ['في ٢٠٢٣', '2023', 'في [٢٠٢٣]'],
    ['funding and more funding', 'FUNDING', '[funding] and more [funding]'],
    ['national plan', 'plan national', '[national] [plan]'],
    ['aaa', 'aa', '[aa]a'],
    ['overlapping', 'overlap lapping', '[overlap][ping]'],
  ])('in “%s” for “%s”', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });

  it('finds nothing where one of the words is missing', () => {
    expect(marked('national plan', 'plan budget')).toBeNull();
  });

  it('of nothing finds everything as it is', () => {
    expect(marked('As it is', '  ')).toBe('As it is');
    // Only marks: nothing that can be looked for.
    expect(wordsIn('\u0301 ـ')).toEqual([]);
  });

  it('never changes a letter of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
        const pieces = found(text, wordsIn(query));
        if (pieces) expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      }),
    );
  });
});
