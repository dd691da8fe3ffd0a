/** The README and docs tell of every setting, script, command and page for machines that there is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settingNames } from '../server/config.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

describe('the documentation', () => {
  it.each(settingNames)('has a row for the setting %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
  });

  it.each(Object.keys(JSON.parse(read('package.json')).scripts))('names the script %s', (name) => {
    expect(readme).toMatch(new RegExp(`npm (run )?${name}\\b`));
  });

  it.each(['/healthz', '/readyz', '/metrics'])('names %s', (path) => {
    expect(readme).toContain(path);
  });

  it('links only to files that are there', () => {
    const pages = [
      'README.md',
      'SECURITY.md',
      ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
    ];
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map(([, target = '']) => join(page, '..', target))
        .filter((target) => {
          try {
            return !read(target);
          } catch {
            return true;
          }
        }),
    );
    expect(dead).toEqual([]);
  });

  it('tells in the architecture of every folder of the server', () => {
    const architecture = read('docs/architecture.md');
    const folders = readdirSync(join(root, 'server'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !architecture.includes(`\`${folder}\``))).toEqual([]);
  });

  it('shows commands of the command line that it has', () => {
    const usage = read('scripts/commands.ts');
    const shown = [...readme.matchAll(/npm run survey -- ([a-z]+)(?: ([a-z-]+))?/g)].map(
      ([, noun, verb]) => [noun, verb],
    );
    expect(shown.length).toBeGreaterThan(10);
    for (const [noun, verb] of shown)
      expect([
        noun,
        verb,
        usage.includes(`'${noun} ${verb}'`) || usage.includes(`${noun}: async`) || verb === 'check',
      ]).toEqual([noun, verb, true]);
  });
});
