/** The texts of the interface: the same keys in each language, and every key that a page or mail uses is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { INTERFACE_LANGUAGES } from '../server/texts.ts';

const root = join(import.meta.dirname, '..');
type Texts = { [key: string]: string | Texts };
const read = (language: string): Texts =>
  JSON.parse(readFileSync(join(root, 'locales', `${language}.json`), 'utf8'));

const flat = (texts: Texts, before = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`),
  );
const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (key: string) => key.replace(PLURAL, '');
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

const english = flat(read('en'));
const englishKeys = new Set(english.map(([key]) => bare(key)));

describe('the texts of the interface', () => {
  it('are there in English, French and Arabic', () => {
    expect(INTERFACE_LANGUAGES).toEqual(['en', 'ar', 'fr']);
  });

  it.each(['fr', 'ar'])('have the same keys in %s as in English', (language) => {
    const keys = new Set(flat(read(language)).map(([key]) => bare(key)));
    expect([...keys].sort()).toEqual([...englishKeys].sort());
  });

  it.each(['fr', 'ar'])('have every plural form that %s needs', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = new Set(flat(read(language)).map(([key]) => key));
    const counted = english
      .map(([key]) => key)
      .filter((key) => PLURAL.test(key))
      .map(bare);
    const missing = [...new Set(counted)].flatMap((key) =>
      forms.filter((form) => !keys.has(`${key}_${form}`)).map((form) => `${key}_${form}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(['fr', 'ar'])('ask in %s for no value that English does not have', (language) => {
    const known = new Map(english.map(([key, text]) => [bare(key), placeholders(text)]));
    const strays = flat(read(language)).filter(([key, text]) =>
      placeholders(text).some((name) => !known.get(bare(key))?.includes(name)),
    );
    expect(strays).toEqual([]);
  });

  it('hold every key that a view or the code asks for', () => {
    const sources = [
      ...(readdirSync(join(root, 'views'), { recursive: true }) as string[])
        .filter((file) => file.endsWith('.ejs'))
        .map((file) => join(root, 'views', file)),
      ...(readdirSync(join(root, 'server'), { recursive: true }) as string[])
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(root, 'server', file)),
    ];
    const asked = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([^']+)'/g)].map(
        ([, key]) => key as string,
      ),
    );
    expect(asked.length).toBeGreaterThan(150);
    expect([...new Set(asked)].filter((key) => !englishKeys.has(key))).toEqual([]);
  });

  it('are all used', () => {
    const everything = [
      ...(readdirSync(join(root, 'views'), { recursive: true }) as string[]).map((file) =>
        join(root, 'views', file),
      ),
      ...(readdirSync(join(root, 'server'), { recursive: true }) as string[]).map((file) =>
        join(root, 'server', file),
      ),
    ]
      .filter((file) => /\.(ejs|ts)$/.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    // Keys put together at run time: `errors.${kind}.title`.
    const patterns = [...everything.matchAll(/`([a-zA-Z.-]+\$\{[^`]*)`/g)].map(
      ([, key = '']) =>
        new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`),
    );
    const unused = [...englishKeys].filter(
      (key) => !everything.includes(`'${key}'`) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('let no word of a page stand in a view itself', () => {
    const strays = (readdirSync(join(root, 'views'), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ejs'))
      .flatMap((file) => {
        const text = readFileSync(join(root, 'views', file), 'utf8')
          .replace(/<%[\s\S]*?%>/g, ' ')
          .replace(/<!doctype[^>]*>|<code>.*?<\/code>/g, ' ')
          .replace(/<[^>]*>/g, ' ');
        return (text.match(/[A-Za-z]{3,}/g) ?? []).map((word) => `${file}: ${word}`);
      });
    expect(strays).toEqual([]);
  });
});
