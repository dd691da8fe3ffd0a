/** The homes of the libraries and the arrows between the folders, as data. `docs/architecture.md` says why. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** Which files may import a library. Whoever needs it elsewhere goes through them. */
const HOMES: Record<string, RegExp> = {
  express: /^server\/(app\.ts|web\/.*|[a-z]+\/(routes|[a-z-]+-routes)\.ts)$/,
  mongoose: /^server\/(db\/.*|[a-z]+\/(store|[a-z-]+-store)\.ts|services\.ts|web\/limits\.ts)$/,
  nodemailer: /^server\/mail\/transport\.ts$/,
  mailparser: /^server\/bounces\/parse\.ts$/,
  imapflow: /^server\/bounces\/imap\.ts$/,
  'node:dns': /^server\/mail\/dns\.ts$/,
  docx: /^server\/papers\/word.*\.ts$/,
  '@resvg/resvg-js': /^server\/charts\/png-thread\.ts$/,
  ejs: /^server\/views\.ts$/,
  'markdown-it': /^server\/mail\/template-tree\.ts$/,
  i18next: /^server\/texts\.ts$/,
  multer: /^server\/web\/files-body\.ts$/,
  'read-excel-file': /^server\/states\/workbook-thread\.ts$/,
  'write-excel-file': /^server\/states\/workbook-thread\.ts$/,
  yauzl: /^server\/states\/archive\.ts$/,
};

/**
 * What a folder may use of others at run time. Imports of types are free, since nothing of them is left then. Routes
 * stand outside: they join a feature with HTTP, may use every folder, and are themselves used by app.ts alone.
 */
const ARROWS: Record<string, string[]> = {
  questionnaire: ['db'],
  states: ['db', 'questionnaire'],
  rounds: ['db', 'states'],
  audit: ['db'],
  accounts: ['db', 'states'],
  invitations: ['db', 'questionnaire', 'states', 'rounds'],
  mail: ['db', 'states', 'rounds', 'invitations', 'responses'],
  bounces: ['db', 'questionnaire', 'states', 'mail'],
  responses: ['db', 'questionnaire', 'states', 'rounds', 'invitations'],
  columns: ['db', 'questionnaire', 'states', 'rounds', 'responses'],
  charts: [],
  progress: ['db', 'questionnaire', 'states', 'rounds', 'responses', 'columns', 'charts'],
  review: [
    'db',
    'questionnaire',
    'states',
    'rounds',
    'invitations',
    'mail',
    'responses',
    'progress',
  ],
  play: ['db', 'questionnaire', 'states', 'rounds', 'invitations', 'mail', 'responses', 'charts'],
  exports: ['questionnaire', 'states', 'rounds', 'responses', 'progress', 'charts', 'review'],
  papers: ['questionnaire', 'states', 'responses', 'charts', 'progress', 'review'],
  web: ['db', 'accounts'],
  db: [],
};

/** Everything below is pure: no database, no HTTP, no clock, no randomness. */
const IMPURE = /\b(Date\.now|new Date\(\)|Math\.random|randomBytes|process\.env)\b/;
const PURE =
  /^server\/(questionnaire\/(?!store|catalogue)|progress\/(?!read|store|routes|[a-z-]+-routes|[a-z-]+-store)|columns\/(?!store|fold|folder|keep|rows)|charts\/(?!png)|mail\/dns-records|bounces\/(report|read-report|delivery-status|status-code|words|auto-reply|mail-text|excerpt|return-date)\.ts)/;

type Import = { from: string; to: string; typeOnly: boolean };

const files = (readdirSync(join(root, 'server'), { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `server/${file}`);

const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const imports: Import[] = files.flatMap((from) =>
  [
    ...textOf(from).matchAll(
      /^(?:(?:import|export) (type )?(?:[^'";]*? from )?|.*\bimport\()'([^']+)'/gm,
    ),
  ].map(([, typeOnly, to = '']) => ({
    from,
    to: to.startsWith('.') ? normalize(join(dirname(from), to)) : to,
    typeOnly: typeOnly !== undefined,
  })),
);

const folderOf = (file: string) => (file.split('/').length > 2 ? (file.split('/')[1] ?? '') : '');
const isRoutes = (file: string) => /(^|[/-])routes\.ts$/.test(file);

describe('the architecture', () => {
  it.each(Object.entries(HOMES))('keeps %s in its home', (library, home) => {
    const strays = imports
      .filter(({ to, typeOnly }) => !typeOnly && (to === library || to.startsWith(`${library}/`)))
      .filter(({ from }) => !home.test(from))
      .map(({ from }) => from);
    expect(strays).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env\b/.test(textOf(file)));
    expect(readers).toEqual(['server/config.ts']);
  });

  it('lets folders use each other only along the arrows', () => {
    const strays = imports
      .filter(({ from, to, typeOnly }) => to.startsWith('server/') && !typeOnly && !isRoutes(from))
      .map(({ from, to }) => ({ from, to, feature: folderOf(from), used: folderOf(to) }))
      .filter(({ feature, used }) => feature !== '' && used !== '' && feature !== used)
      .filter(({ feature, used }) => !ARROWS[feature]?.includes(used))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(strays).toEqual([]);
  });

  it('has no circle of arrows', () => {
    // Folders that use nothing are taken away, then those that used only them, until nothing or a circle is left.
    let left = Object.keys(ARROWS);
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      left = left.filter((folder) => ARROWS[folder]?.some((used) => left.includes(used)));
    }
    expect(left).toEqual([]);
  });

  it("lets only app.ts use a feature's routes", () => {
    const strays = imports.filter(
      ({ from, to, typeOnly }) =>
        to.startsWith('server/') &&
        isRoutes(to) &&
        // No lists of addresses: every feature with pages behind a personal link goes through the respondent's door, and
        // every one with pages of results through their desk.
        !/\/(door|view)-routes\.ts$/.test(to) &&
        !typeOnly &&
        from !== 'server/app.ts' &&
        folderOf(from) !== folderOf(to),
    );
    expect(strays).toEqual([]);
  });

  it('keeps clocks, randomness and settings out of what is pure', () => {
    expect(files.filter((file) => PURE.test(file) && IMPURE.test(textOf(file)))).toEqual([]);
  });

  it('names every folder of the server in the table', () => {
    const folders = new Set(files.map(folderOf).filter(Boolean));
    expect([...folders].sort()).toEqual(Object.keys(ARROWS).sort());
  });
});
