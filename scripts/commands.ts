/** The commands by noun and verb: each calls `server/` and prints what came of it. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bootstrapLink, createAccount } from '../server/accounts/manage.ts';
import { chainer } from '../server/audit/chainer.ts';
import { SYSTEM } from '../server/audit/event.ts';
import { CONTACT_FORMATS, exportContacts } from '../server/exports/contacts.ts';
import { EXPORT_FORMATS, exportRound, recordExport } from '../server/exports/export.ts';
import { givenBy } from '../server/exports/given.ts';
import { takingOf } from '../server/exports/rows.ts';
import { stateText } from '../server/exports/state-text.ts';
import { freshLink, invite, remind, type Selection } from '../server/invitations/invite.ts';
import { reportFile, reportOf } from '../server/papers/report-file.ts';
import { LONGEST_NAME } from '../server/progress/cut-off.ts';
import type { Filter } from '../server/progress/dataset.ts';
import { filterFrom } from '../server/progress/filter-query.ts';
import { readDataset } from '../server/progress/read.ts';
import { takeCutOff } from '../server/progress/read-cut-off.ts';
import { recordTaken } from '../server/progress/record-taken.ts';
import { summaryOf } from '../server/progress/summary.ts';
import { filterWordsOf } from '../server/progress/view.ts';
import { extendDeadline } from '../server/rounds/extend.ts';
import { closeRound, createRound, openRound } from '../server/rounds/plan.ts';
import type { Round } from '../server/rounds/round.ts';
import type { Services } from '../server/services.ts';
import { knownAudiences } from '../server/states/audiences.ts';
import { loadContacts, loadStates } from '../server/states/load.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../server/texts.ts';
import {
  Failure,
  line,
  nameAndVersion,
  need,
  print,
  readBytes,
  readJson,
  readText,
  refuse,
  values,
} from './command-line.ts';
import { loadDemo } from './demonstration.ts';
import {
  checkMail,
  makeKey,
  pauseSending,
  readBounces,
  resumeSending,
  runOutbox,
  showOutbox,
} from './mail-commands.ts';
import {
  continueMailing,
  endMailing,
  holdMailing,
  listMailings,
  listTemplates,
  readTemplates,
  showMailing,
  writeTemplates,
} from './mailing-commands.ts';

type Command = (services: Services, operand: string) => Promise<void>;

export const COMMANDS: Record<string, Command> = {
  'questionnaire load': async (services, file) => {
    const loaded = await services.catalogue.load(await readJson(file), services.clock());
    if (loaded.ok) {
      print(loaded, `${loaded.name} ${loaded.changed ? 'was loaded' : 'was there already'}`);
      for (const warning of loaded.warnings) console.error(`warning: ${line(warning)}`);
    } else if (loaded.reason === 'pinned')
      throw new Failure(
        `A round has opened with ${loaded.name}, so it cannot change. Give it a new version.`,
      );
    else refuse(file, loaded.problems);
  },
  'questionnaire list': async (services) => {
    const list = await services.catalogue.list();
    print(list, list.map((one) => one._id).join('\n'));
  },
  'state load': async (services, file) => {
    const loaded = await loadStates(services, await readText(file), SYSTEM);
    if (!loaded.ok)
      throw new Failure(loaded.problems.map((p) => `line ${p.line}: ${p.reason}`).join('; '));
    print(loaded, `${loaded.states} States were loaded`);
  },
  'contact load': async (services, file) => {
    const audiences = await knownAudiences(services);
    if (audiences.length === 0)
      throw new Failure('Load a questionnaire first: it names the audiences.');
    const dryRun = values['dry-run'];
    const report = await loadContacts(services, await readBytes(file), audiences, {
      dryRun,
      actor: SYSTEM,
    });
    print(
      report,
      [
        `${report.rows} rows: ${report.new} new, ${report.changed} changed, ${report.unchanged} unchanged, ${report.duplicates.length} duplicates, ${report.refused.length} refused`,
        ...report.refused.map((one) => `line ${one.line}: ${one.reason}`),
        ...report.duplicates.map((one) => `line ${one.line}, duplicate: ${one.reason}`),
        report.unknownColumns.length > 0
          ? `Columns passed over: ${report.unknownColumns.join(', ')}`
          : '',
        dryRun ? 'Dry run: nothing was written.' : '',
      ]
        .filter(Boolean)
        .join('\n'),
    );
    if (report.refused.length > 0) throw new Failure('Rows were refused, so nothing was loaded.');
  },
  'contact export': async (services) => {
    const out = need('out');
    const format = CONTACT_FORMATS.find((known) => out.toLowerCase().endsWith(`.${known}`));
    if (!format) throw new Failure('--out ends in .csv or .xlsx.');
    const { content, contacts } = await exportContacts(services, format, SYSTEM);
    await writeWhole(out, Readable.from([content]));
    print({ out, format, contacts }, `${contacts} contacts were written to ${out}`);
  },
  'round create': async (services) => {
    const { key, version } = nameAndVersion(need('questionnaire'));
    const result = await createRound(
      services,
      {
        slug: need('slug'),
        questionnaire: { key, version },
        opens: need('opens'),
        closes: need('closes'),
        zone: need('zone'),
      },
      SYSTEM,
    );
    if (!result.ok) throw new Failure(ROUND_REFUSALS[result.reason] ?? result.reason);
    print(result.round, `Round ${result.round._id} was created`);
  },
  'round open': (services, slug) => move(services, slug, openRound, 'open'),
  'round close': (services, slug) => move(services, slug, closeRound, 'closed'),
  'round list': async (services) => {
    const list = await services.rounds.all();
    print(
      list,
      list.map((one) => `${one._id}\t${one.status}\t${one.closesAt.toISOString()}`).join('\n'),
    );
  },
  invite: async (services) => {
    const options = { dryRun: values['dry-run'], actor: SYSTEM };
    printSelection(await invite(services, await openRoundNamed(services), options));
  },
  remind: async (services) => {
    const options = { dryRun: values['dry-run'], actor: SYSTEM };
    printSelection(await remind(services, await openRoundNamed(services), options));
  },
  link: async (services) => {
    const of = { state: need('state').toUpperCase(), audience: need('audience') };
    const link = await freshLink(services, await roundNamed(services), of, SYSTEM);
    if (!link) throw new Failure(`${of.state} was not invited as ${of.audience}.`);
    print({ link }, link);
  },
  extend: async (services) => {
    const of = { state: need('state').toUpperCase(), audience: need('audience') };
    const until = need('until');
    const round = await openRoundNamed(services);
    const result = await extendDeadline(services, round, of, until, SYSTEM);
    if (!result.ok) {
      const refusals = {
        unknown: `${of.state} was not invited as ${of.audience}.`,
        time: '--until is no time, or one that a change of clocks leaves out. Write 2023-07-14T18:00.',
        early: `--until lies before the deadline of the round, ${round.closesAt.toISOString()}.`,
        past: '--until is over.',
        far: '--until is more than a year away.',
      };
      throw new Failure(refusals[result.reason]);
    }
    const { enqueued } = result;
    print(
      { round: round._id, ...of, until: result.until, enqueued },
      `${of.state} can answer as ${of.audience} until ${result.until.toISOString()}; ${enqueued} mails queued`,
    );
  },
  'mailing list': listMailings,
  'mailing show': showMailing,
  'mailing pause': holdMailing,
  'mailing resume': continueMailing,
  'mailing cancel': endMailing,
  'template list': listTemplates,
  'template export': writeTemplates,
  'template load': readTemplates,
  'mail run': runOutbox,
  'mail status': showOutbox,
  'mail pause': pauseSending,
  'mail resume': resumeSending,
  'mail check': checkMail,
  'mail dkim-key': makeKey,
  'bounce read': readBounces,
  results: async (services) => {
    const round = await roundNamed(services);
    const data = await readDataset(services, round, 'en', await cutOffNamed(services, round._id));
    if (!data) throw new Failure(`The questionnaire of ${round._id} is not loaded.`);
    const filter = await filterOf(services, round);
    const summary = summaryOf(data, filter, OWNER);
    print(
      summary,
      summary.indicators
        .filter((one) => one.numerator !== null)
        .map(
          (one) =>
            `#${one.action} ${one.key}\t${one.numerator} of ${one.denominator}, ${one.respondents} answered`,
        )
        .join('\n'),
    );
  },
  'cutoff take': async (services) => {
    const round = await roundNamed(services);
    const wish = { name: need('name'), slug: values.slug ?? '' };
    const taken = await takeCutOff(services, round, wish, SYSTEM);
    if (!taken.ok)
      throw new Failure(taken.problems.map(({ reason }) => CUT_OFF_REFUSALS[reason]).join(' '));
    const { slug, name, takenAt, submitted, invited } = taken.cutOff;
    print(
      { round: round._id, slug, name, takenAt, submitted, invited },
      `Cut-off ${slug} was taken: ${submitted} of ${invited} submitted`,
    );
  },
  'cutoff list': async (services) => {
    const round = await roundNamed(services);
    const list = await services.cutOffs.ofRound(round._id);
    print(
      list.map(({ _id, ...one }) => one),
      list.map((one) => `${one.slug}\t${one.takenAt.toISOString()}\t${one.name}`).join('\n'),
    );
  },
  export: async (services) => {
    const round = await roundNamed(services);
    if (need('format') === 'text') return exportText(services, round);
    const format = EXPORT_FORMATS.find((known) => known === values.format);
    if (!format) throw new Failure(`--format is one of ${EXPORT_FORMATS.join(', ')}, text.`);
    const out = need('out');
    const taking = await takingOf(
      services,
      round,
      OWNER,
      await filterOf(services, round),
      await cutOffNamed(services, round._id),
    );
    if (!taking) throw new Failure(`The questionnaire of ${round._id} is not loaded.`);
    const rows = await recordExport(services, SYSTEM, format, taking);
    const voice = voiceOf(values.language ?? 'en');
    await writeWhole(out, Readable.from(exportRound(services, format, taking, voice)));
    print({ out, format, rows }, `${rows} rows were written to ${out}`);
  },
  paper: async (services) => {
    const round = await roundNamed(services);
    const out = need('out');
    const cutOff = await cutOffNamed(services, round._id);
    const voice = voiceOf(values.language ?? 'en');
    const report = await reportOf(services, round, cutOff, voice);
    if (!report) throw new Failure(`The questionnaire of ${round._id} is not loaded.`);
    const what = { format: 'paper', language: voice.language };
    await recordTaken(services, SYSTEM, round, cutOff, what);
    await writeWhole(out, Readable.from([await reportFile(services, report)]));
    print({ out, language: voice.language }, `The paper was written to ${out}`);
  },
  'account create': async (services, email) => {
    const role = need('role');
    const wanted = { email, role, state: values.state ?? null, language: values.language ?? 'en' };
    const result = await createAccount(services, wanted, SYSTEM);
    if (!result.ok) throw new Failure(ACCOUNT_REFUSALS[result.reason]);
    print({ id: result.account._id, email: result.account.email, role }, `${email} is now ${role}`);
  },
  'account link': async (services, email) => {
    const account = await services.accounts.activeByEmail(email);
    if (!account) throw new Failure(`There is no active account ${email}.`);
    const link = await bootstrapLink(services, account);
    print({ link }, link);
  },
  'audit verify': async (services) => {
    await chainer(services).catchUp();
    const result = await services.audit.verify();
    print(
      result,
      result.ok
        ? `The chain of ${result.rows} rows holds; ${result.unchained} are not chained yet.`
        : '',
    );
    if (!result.ok) throw new Failure(`The audit is broken: ${result.reason}.`);
  },
  'demo load': async (services) => {
    const made = await loadDemo(services);
    print({ made }, made ? 'The demonstration was loaded' : 'The demonstration was there already');
  },
};

const CUT_OFF_REFUSALS = {
  empty: '--name is empty.',
  long: `--name has at most ${LONGEST_NAME} characters.`,
  slug: '--slug has small letters, digits and hyphens only.',
  taken: 'The round has a cut-off with this slug.',
};

const ROUND_REFUSALS: Record<string, string> = {
  slug: '--slug has small letters, digits and hyphens only.',
  taken: 'There is a round with this slug.',
  zone: '--zone is no time zone; use a name such as Europe/Zurich.',
  time: '--opens or --closes is no time, or one that a change of clocks leaves out. Write 2023-05-01T09:00.',
  order: '--closes must come after --opens.',
  questionnaire: 'This questionnaire is not loaded.',
};
const ACCOUNT_REFUSALS = {
  email: 'This is no mail address.',
  role: '--role is one of admin, committee, gender-focal-point, viewer.',
  taken: 'This address has an account.',
  state: 'There is no such State.',
  language: `--language is one of ${INTERFACE_LANGUAGES.join(', ')}.`,
};

/** A file that is there is whole: it gets its name when everything is in it. */
async function writeWhole(out: string, content: Readable): Promise<void> {
  const part = `${out}.part`;
  try {
    await pipeline(content, createWriteStream(part));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw new Failure(`${out} cannot be written: ${(error as Error).message}`);
  }
}

async function move(
  services: Services,
  slug: string,
  by: typeof openRound,
  to: string,
): Promise<void> {
  if (!slug) throw new Failure('Name a round.');
  const result = await by(services, slug, SYSTEM);
  if (!result.ok)
    throw new Failure(
      result.reason === 'unknown'
        ? `There is no round ${slug}.`
        : `The round cannot become ${to} now.`,
    );
  print(result.round, `Round ${slug} is ${to}`);
}

/** Whoever has the database has the answers, so the command line takes what an admin takes. */
const OWNER = { identifies: true, committee: true, manages: true };

async function exportText(services: Services, round: Round): Promise<void> {
  const [out, key] = [need('out'), need('state').toUpperCase()];
  const voice = voiceOf(values.language ?? 'en');
  const snapshot = await cutOffNamed(services, round._id);
  const found = await givenBy(services, round, key, snapshot, voice);
  if (!found) throw new Failure(`${key} was not invited in ${round._id}.`);
  const what = { format: 'text', state: key, rows: 1 };
  await recordTaken(services, SYSTEM, round, snapshot, what);
  await writeWhole(out, Readable.from([stateText({ round, ...found, reader: OWNER }, voice)]));
  print({ out, format: 'text', rows: 1 }, `Written to ${out}`);
}

/** @throws Failure for a word that is none of the filter's */
async function filterOf(services: Services, round: Round): Promise<Filter> {
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) throw new Failure(`The questionnaire of ${round._id} is not loaded.`);
  const filter = filterFrom(values, filterWordsOf({ questionnaire: edition.source }));
  for (const name of ['region', 'group', 'review', 'audience'] as const)
    if (values[name] && !filter[name]) throw new Failure(`There is no ${name} "${values[name]}".`);
  return filter;
}

async function roundNamed(services: Services) {
  const round = await services.rounds.find(need('round'));
  if (!round) throw new Failure(`There is no round ${values.round}.`);
  return round;
}

/** The cut-off that is asked for; null for none. */
async function cutOffNamed(services: Services, round: string) {
  if (values.cutoff === undefined) return null;
  const cutOff = await services.cutOffs.find(round, values.cutoff);
  if (!cutOff) throw new Failure(`Round ${round} has no cut-off "${values.cutoff}".`);
  return cutOff;
}

async function openRoundNamed(services: Services) {
  const round = await roundNamed(services);
  if (round.status !== 'open') throw new Failure(`Round ${round._id} is not open.`);
  return round;
}

function printSelection(selection: Selection): void {
  const { selected, enqueued, skipped, inEnglish } = selection;
  const count = (reason: string) => skipped.filter((one) => one.reason === reason).length;
  const reasons = [...new Set(skipped.map((one) => one.reason))];
  print(
    selection,
    [
      `${selected} contacts selected, ${enqueued} mails queued`,
      ...reasons.map((reason) => `${count(reason)} skipped: ${reason}`),
      inEnglish ? `${inEnglish} get English` : '',
    ]
      .filter(Boolean)
      .join('\n'),
  );
}
