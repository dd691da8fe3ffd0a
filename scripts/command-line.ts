/** What all commands share: the options, what is printed, and how a command fails. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { EXPORT_FORMATS } from '../server/exports/export.ts';
import type { Finding } from '../server/questionnaire/check.ts';

/** An expected end: one line on standard error, exit 1. */
export class Failure extends Error {}

const options = {
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  slug: { type: 'string' },
  questionnaire: { type: 'string' },
  opens: { type: 'string' },
  closes: { type: 'string' },
  zone: { type: 'string' },
  round: { type: 'string' },
  state: { type: 'string' },
  audience: { type: 'string' },
  until: { type: 'string' },
  region: { type: 'string' },
  group: { type: 'string' },
  review: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  cutoff: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  language: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** An option that there is not, or one without its value, ends the program before anything begins. */
function parse() {
  try {
    return parseArgs({ args: process.argv.slice(2), allowPositionals: true, options });
  } catch (error) {
    // Node's message goes on with advice that does not fit here.
    const [what = ''] = (error as Error).message.split(/\. |\n/);
    console.error(`${what}. See npm run survey -- --help`);
    return process.exit(1);
  }
}
export const { values, positionals } = parse();

export const USAGE = `npm run survey -- <noun> <verb> [options] [--json]

questionnaire check FILE | load FILE | list
state load FILE
contact load FILE [--dry-run] | export --out FILE      CSV or XLSX
round create --slug S --questionnaire KEY@VERSION --opens ISO --closes ISO --zone TZ
round open S | close S | list
invite --round S [--dry-run]          remind --round S [--dry-run]
link --round S --state ISO3 --audience A      prints a fresh personal link
extend --round S --state ISO3 --audience A --until ISO      gives one State more time, and says so by mail
mail run | status | pause | resume        pause: until resume nothing goes out but what signs people in
mail check | dkim-key                     check: what the DNS says of our mail; dkim-key: makes the key that signs it
mailing list --round S | show ID | pause ID | resume ID | cancel ID
template list | export [--out FILE] | load FILE
bounce read [FOLDER]      mails that came back: .eml files in a folder, else the mailbox and folder of the settings
results --round S [--region R] [--group G] [--audience A] [--review V] [--cutoff SLUG]
cutoff take --round S --name NAME [--slug SLUG] | list --round S      keeps the figures as they are now, under a name
export --round S --format ${EXPORT_FORMATS.join('|')} --out FILE [--region R] [--group G] [--audience A] [--review V] [--cutoff SLUG]
export --round S --format text --state ISO3 --out FILE [--language L] [--cutoff SLUG]      one State's answers by action
paper --round S --out FILE.docx [--language L] [--cutoff SLUG]      the Committee's paper, written from the answers
account create EMAIL --role R [--state ISO3] [--language L] | link EMAIL
audit verify
demo load`;

/** @throws Failure when the option is missing */
export function need(
  name:
    | 'slug'
    | 'questionnaire'
    | 'opens'
    | 'closes'
    | 'zone'
    | 'round'
    | 'state'
    | 'audience'
    | 'until'
    | 'format'
    | 'out'
    | 'role'
    | 'name',
): string {
  const value = values[name];
  if (!value) throw new Failure(`--${name} is missing.`);
  return value;
}

/** @throws Failure when it is not written KEY@VERSION */
export function nameAndVersion(name: string): { key: string; version: number } {
  const [key = '', version = ''] = name.split('@');
  if (!/^\d+$/.test(version)) throw new Failure('--questionnaire is written KEY@VERSION.');
  return { key, version: Number(version) };
}

export async function readBytes(file: string): Promise<Buffer> {
  if (!file) throw new Failure('Name a file.');
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`${file} cannot be read: ${error.code}`);
  });
}

export const readText = async (file: string): Promise<string> =>
  (await readBytes(file)).toString('utf8');

export async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Node quotes the place, line breaks and all.
    const what = (error as Error).message.replace(/\s+/g, ' ');
    throw new Failure(`${file} is no JSON: ${what}`);
  }
}

export const line = (finding: Finding) => `${finding.where}: ${finding.problem}. ${finding.remedy}`;

export function refuse(file: string, problems: Finding[]): never {
  print({ ok: false, problems }, problems.map(line).join('\n'));
  const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new Failure(`${file} was refused: ${many}.`);
}

export function print(document: unknown, text: string): void {
  if (values.json) console.log(JSON.stringify(document));
  else if (text) console.log(text);
}
