/** Shares as they are worded: what each language's own format would write for every share of up to two hundred. */
import { expect, it } from '@jest/globals';
import { voiceOf } from '../server/texts.ts';

const LOCALES = { en: 'en-GB', fr: 'fr', ar: 'ar-u-nu-latn' };

it.each(Object.entries(LOCALES))('in %s a half goes up', (language, locale) => {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const voice = voiceOf(language);
  for (let of = 1; of <= 200; of += 1)
    for (let count = 0; count <= of; count += 1)
      expect([count, of, voice.percent(count / of)]).toEqual([
        count,
        of,
        format.format(count / of),
      ]);
});

it('57 of 200 are 29 %, however the processor writes 0.285', () => {
  expect(voiceOf('en').percent(57 / 200)).toBe('29%');
});
