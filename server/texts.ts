/** The words of the pages and mails, from `locales/`, and dates and numbers as each language writes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import type { Language } from './questionnaire/definition.ts';
import { remembered } from './remembered.ts';

type Translate = (key: string, params?: Record<string, unknown>) => string;

/** Everything that depends on the language of a reader. */
export type Voice = {
  language: Language;
  direction: 'ltr' | 'rtl';
  t: Translate;
  /** "30 June 2023" in the zone. */
  date(instant: Date, zone: string): string;
  /** "30 June 2023, 18:00" in the zone. */
  dateTime(instant: Date, zone: string): string;
  /** "18:00" in the zone. */
  time(instant: Date, zone: string): string;
  /** "five minutes ago" within an hour; after that the date and time in the zone. */
  ago(instant: Date, now: Date, zone: string): string;
  /** "Indochina Time" */
  zoneName(instant: Date, zone: string): string;
  number(value: number): string;
  /** 0.634 becomes "63%". */
  percent(fraction: number): string;
  /** "48,000 EUR", the currency by its code so that it is the same in all languages. */
  money(amount: number, currency: string): string;
  /** "A, B and C" */
  list(items: string[]): string;
  /** "A, B or C" */
  either(items: string[]): string;
  /** In the order of the language's alphabet. */
  compare(a: string, b: string): number;
  /** Size of a file, "1.2 MB". */
  fileSize(bytes: number): string;
};

const folder = join(import.meta.dirname, '..', 'locales');

/** Languages that `locales/` has in full, English first; each by its own name. */
export const INTERFACE_LANGUAGES = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5) as Language)
  .sort((a, b) => Number(b === 'en') - Number(a === 'en') || a.localeCompare(b));

export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  fr: 'Français',
  es: 'Español',
  ar: 'العربية',
  ru: 'Русский',
  zh: '中文',
};

const instance = i18next.createInstance();
await instance.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: Object.fromEntries(
    INTERFACE_LANGUAGES.map((language) => [
      language,
      { translation: JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) },
    ]),
  ),
  // EJS escapes what it prints; escaping here too would show &amp;.
  interpolation: { escapeValue: false },
  returnNull: false,
});

const voices = new Map<Language, Voice>();

/** The voice for a language; English where `locales/` lacks it. */
export function voiceOf(language: string): Voice {
  const known = INTERFACE_LANGUAGES.find((candidate) => candidate === language) ?? 'en';
  const kept = voices.get(known);
  if (kept) return kept;
  const voice = makeVoice(known);
  voices.set(known, voice);
  return voice;
}

/** A text with its gaps: words and the names of what stands between them, in turns. */
type Pattern = string[];
const GAP = /\{\{(\w+)\}\}/;

const filled = (pattern: Pattern, params: Record<string, unknown>): string =>
  pattern.map((part, place) => (place % 2 ? String(params[part] ?? '') : part)).join('');

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A half goes up, and so does what is one but for how the processor writes fractions: 0.145 times 100 is a little less than 14.5. */
const wholePercent = (fraction: number): number => Math.round(100 * fraction + 1e-9);

function makeVoice(language: Language): Voice {
  // UN documents in Geneva write Western digits in Arabic too, and so do most of the respondents' forms.
  const locale = language === 'ar' ? 'ar-u-nu-latn' : language === 'en' ? 'en-GB' : language;
  const fixed = new Map<string, string>();
  const patterns = new Map<string, Pattern>();
  /** Null for a text whose form hangs on a number, which the library chooses, and for a key that is not in `locales/`. */
  const patternOf = (key: string): Pattern | null => {
    const known = patterns.get(key);
    if (known) return known;
    const text: unknown = [language, 'en']
      .map((lng) => instance.getResource(lng, 'translation', key))
      .find((found) => typeof found === 'string');
    if (typeof text !== 'string') return null;
    const pattern = text.split(GAP);
    patterns.set(key, pattern);
    return pattern;
  };
  const formats = remembered<string, Intl.DateTimeFormat>();
  // Making a format takes longer than a hundred uses of it.
  const formatIn = (timeZone: string, options: Intl.DateTimeFormatOptions) =>
    formats(
      `${timeZone} ${JSON.stringify(options)}`,
      () => new Intl.DateTimeFormat(locale, { ...options, timeZone }),
    );
  // The same few deadlines are worded again and again, and to name a zone is slow.
  const instants = remembered<string, string>();
  const zoneNames = remembered<string, string>();
  const format = (instant: Date, zone: string, as: 'day' | 'clock') =>
    instants(`${as} ${instant.getTime()} ${zone}`, () =>
      formatIn(zone, as === 'day' ? DAY : CLOCK).format(instant),
    );
  // As many digits as a question may keep.
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  // Figures come again and again, on each page and from one page to the next.
  const figures = remembered<number, string>(10_000);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const shares = remembered<number, string>();
  const cents = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
  const sizes = (unit: string, maximumFractionDigits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits });
  const [kilobytes, megabytes] = [sizes('kilobyte', 0), sizes('megabyte', 1)];
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const choices = new Intl.ListFormat(locale, { type: 'disjunction' });
  const collator = new Intl.Collator(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const dateTime = (instant: Date, zone: string) =>
    `${format(instant, zone, 'day')}${language === 'ar' ? '،' : ','} ${format(instant, zone, 'clock')}`;
  return {
    language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    t: (key, params) => {
      if (params) {
        const pattern = patternOf(key);
        // `getFixedT` copies all settings at each call, which is most of what a text costs.
        return pattern ? filled(pattern, params) : instance.t(key, { ...params, lng: language });
      }
      // A page has hundreds that are always the same.
      const known = fixed.get(key);
      if (known !== undefined) return known;
      const text = instance.t(key, { lng: language });
      // Keys that are made of what somebody sent are not in `locales/`, and there could be any number of them.
      if (instance.exists(key, { lng: language })) fixed.set(key, text);
      return text;
    },
    date: (instant, zone) => format(instant, zone, 'day'),
    dateTime,
    ago: (instant, now, zone) => {
      const minutes = Math.floor((now.getTime() - instant.getTime()) / 60_000);
      return minutes < 60
        ? relative.format(-Math.max(1, minutes), 'minute')
        : dateTime(instant, zone);
    },
    time: (instant, zone) => format(instant, zone, 'clock'),
    zoneName: (instant, zone) =>
      zoneNames(`${instant.getTime()} ${zone}`, () => {
        const parts = formatIn(zone, { timeZoneName: 'longGeneric' }).formatToParts(instant);
        return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
      }),
    number: (value) => figures(value, () => numbers.format(value)),
    percent: (fraction) => {
      const whole = wholePercent(fraction);
      return shares(whole, () => percents.format(whole / 100));
    },
    money: (amount, currency) =>
      `${(Number.isInteger(amount) ? numbers : cents).format(amount)} ${currency}`,
    list: (items) => lists.format(items),
    either: (items) => choices.format(items),
    compare: collator.compare,
    fileSize: (bytes) =>
      bytes < 1_000_000
        ? kilobytes.format(Math.max(1, bytes / 1000))
        : megabytes.format(bytes / 1e6),
  };
}
