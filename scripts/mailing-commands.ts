/** The commands about mailings and the words of mails. */

import { writeFile } from 'node:fs/promises';
import { SYSTEM } from '../server/audit/event.ts';
import { type Mailing, mailingStatus, noOutcomes } from '../server/mail/mailing.ts';
import { cancelMailing, pauseMailing, resumeMailing } from '../server/mail/mailing-control.ts';
import type { TemplateProblem } from '../server/mail/template-check.ts';
import { exportTemplates, loadTemplates } from '../server/mail/template-file.ts';
import { problemText } from '../server/mail/template-pages.ts';
import type { Services } from '../server/services.ts';
import { voiceOf } from '../server/texts.ts';
import { Failure, need, print, readJson, values } from './command-line.ts';

export async function listMailings(services: Services): Promise<void> {
  const slug = need('round');
  if (!(await services.rounds.find(slug))) throw new Failure(`There is no round ${slug}.`);
  const list = await shown(services, await services.mailings.ofRound(slug));
  print(
    list,
    list
      .map((one) => `${one.id}\t${one.kind}\t${one.status}\t${one.createdAt.toISOString()}`)
      .join('\n'),
  );
}

export async function showMailing(services: Services, id: string): Promise<void> {
  const [one] = await shown(services, [await mailingNamed(services, id)]);
  if (!one) return;
  print(
    one,
    [
      `${one.kind}, ${one.status}`,
      ...Object.entries(one.outcomes).map(([status, n]) => `${status}\t${n}`),
    ].join('\n'),
  );
}

export async function endMailing(services: Services, id: string): Promise<void> {
  const mailing = await mailingNamed(services, id);
  const done = await cancelMailing(services, mailing, SYSTEM);
  if (!done) throw new Failure('The mailing was cancelled before.');
  print({ id, ...done }, `${done.cancelled} mails will not go out, ${done.gone} had gone already`);
}

export async function holdMailing(services: Services, id: string): Promise<void> {
  if (!(await pauseMailing(services, await mailingNamed(services, id), SYSTEM)))
    throw new Failure('The mailing cannot be paused now.');
  print({ id, paused: true }, 'The mailing is paused');
}

export async function continueMailing(services: Services, id: string): Promise<void> {
  if (!(await resumeMailing(services, await mailingNamed(services, id), SYSTEM)))
    throw new Failure('The mailing is not paused.');
  print({ id, paused: false }, 'The mailing goes on');
}

async function mailingNamed(services: Services, id: string): Promise<Mailing> {
  const mailing = id ? await services.mailings.find(id) : null;
  if (!mailing) throw new Failure(id ? `There is no mailing ${id}.` : 'Name a mailing.');
  return mailing;
}

async function shown(services: Services, mailings: Mailing[]) {
  const counts = await services.mailings.outcomes(mailings.map((one) => one._id));
  return mailings.map((mailing) => {
    const outcomes = counts.get(mailing._id) ?? noOutcomes();
    const {
      _id: id,
      round,
      kind,
      message,
      criteria,
      step,
      texts,
      createdAt,
      scheduledAt,
    } = mailing;
    const status = mailingStatus(mailing, outcomes, services.clock());
    return {
      id,
      round,
      kind,
      message,
      status,
      criteria,
      step,
      texts,
      createdAt,
      scheduledAt,
      outcomes,
    };
  });
}

export async function listTemplates(services: Services): Promise<void> {
  const { templates } = await exportTemplates(services);
  print(
    templates.map(({ template, language, version, origin }) => ({
      template,
      language,
      version,
      origin,
    })),
    templates
      .map((one) => `${one.template}\t${one.language}\t${one.version}\t${one.origin}`)
      .join('\n'),
  );
}

/** To a file with --out, else to standard output. */
export async function writeTemplates(services: Services): Promise<void> {
  const document = await exportTemplates(services);
  const { out } = values;
  if (!out) return console.log(JSON.stringify(document, null, 2));
  await writeFile(out, `${JSON.stringify(document, null, 2)}\n`).catch((error: Error) => {
    throw new Failure(`${out} cannot be written: ${error.message}`);
  });
  print(
    { out, templates: document.templates.length },
    `${document.templates.length} texts were written`,
  );
}

/** All texts of the file or none. */
export async function readTemplates(services: Services, file: string): Promise<void> {
  const result = await loadTemplates(services, await readJson(file), SYSTEM);
  if (result.ok) {
    print(result, `${result.saved} texts were saved, ${result.unchanged} were there already`);
    return;
  }
  const line = ({ template, language, problem }: (typeof result.problems)[number]) =>
    `${template} ${language}: ${typeof problem === 'string' ? problem : words(problem)}`;
  print(result, result.problems.map(line).join('\n'));
  throw new Failure(`${file} was refused: ${result.problems.map(line).join('; ')}`);
}

const words = (problem: TemplateProblem) => problemText(problem, voiceOf('en'));
