/** A mailing before it is confirmed: who would get it, in which words, and what stands in the way. */
import { createHash } from 'node:crypto';
import { needsOpenRound } from '../invitations/mailing-kind.ts';
import { type Choice, choose, type Roll, readRoll } from '../invitations/roll.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Language } from '../questionnaire/definition.ts';
import { deadlineOf } from '../rounds/deadline.ts';
import { instantIn } from '../rounds/plan.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import type { MailingForm } from './mailing-form.ts';
import type { TemplateName, TemplateVersion } from './template.ts';

export type FormProblem = {
  field: 'kind' | 'message' | 'place' | 'at' | 'text';
  code: /** The round is not open. */
    | 'round'
    | 'message'
    /** Nobody is ticked. */
    | 'place'
    | 'time'
    | 'past'
    | 'opening'
    | 'deadline'
    | 'far'
    /** A language in which nobody has written the text. */
    | 'language';
  language?: string;
};

/** The words that some of the people would get; `version` is null where they have not been written. */
type TextUse = {
  template: TemplateName;
  language: string;
  people: number;
  version: TemplateVersion | null;
};

export type DraftMailing = {
  form: MailingForm;
  roll: Roll;
  choice: Choice;
  /** When it would go out; null for at once. */
  at: Date | null;
  texts: TextUse[];
  problems: FormProblem[];
  /** Of the people and the words: what is confirmed is what was shown. */
  digest: string;
};

const YEAR_MS = 366 * 86_400_000;

export async function draftMailing(
  services: Services,
  round: Round,
  edition: Edition,
  form: MailingForm,
): Promise<DraftMailing> {
  const now = services.clock();
  const roll = await readRoll(services, round, edition);
  const at = form.when === 'later' ? instantIn(form.at, round.zone) : null;
  const problems = [
    ...checkForm(form, round),
    ...(form.when === 'later' ? checkTime(form, round, roll, at, now) : []),
  ];
  const { kind, criteria } = form;
  const choice: Choice =
    form.who === 'hand' && criteria.places.length === 0
      ? { chosen: [], skipped: [] }
      : choose(roll, kind, { round, edition, criteria, at: at ?? now });
  const texts = await textsFor(services, form, choice);
  const missing = texts.flatMap(({ version, language }): FormProblem[] =>
    version ? [] : [{ field: 'text', code: 'language', language }],
  );
  const unwritten = form.message || kind !== 'message' ? missing : [];
  return {
    form,
    roll,
    choice,
    at,
    texts,
    problems: [...problems, ...unwritten],
    digest: digestOf(choice, texts),
  };
}

function checkForm({ kind, message, who, criteria }: MailingForm, round: Round): FormProblem[] {
  return [
    ...(needsOpenRound(kind) && round.status !== 'open'
      ? [{ field: 'kind', code: 'round' } as const]
      : []),
    ...(kind === 'message' && !message ? [{ field: 'message', code: 'message' } as const] : []),
    ...(who === 'hand' && criteria.places.length === 0
      ? [{ field: 'place', code: 'place' } as const]
      : []),
  ];
}

/** Against the clock, the opening, and the latest deadline of any State in the round. */
function checkTime(
  { kind }: MailingForm,
  round: Round,
  { people }: Roll,
  at: Date | null,
  now: Date,
): FormProblem[] {
  const field = 'at';
  if (!at) return [{ field, code: 'time' }];
  if (at <= now) return [{ field, code: 'past' }];
  if (at.getTime() > now.getTime() + YEAR_MS) return [{ field, code: 'far' }];
  if (!needsOpenRound(kind)) return [];
  if (at < round.opensAt) return [{ field, code: 'opening' }];
  const deadlines = people.map(({ invitation }) =>
    deadlineOf(round, invitation ?? { closesAt: null }),
  );
  const latest = Math.max(round.closesAt.getTime(), ...deadlines.map((one) => one.getTime()));
  return at.getTime() >= latest ? [{ field, code: 'deadline' }] : [];
}

async function textsFor(
  { templates }: Services,
  { message }: MailingForm,
  { chosen }: Choice,
): Promise<TextUse[]> {
  const uses = new Map<string, TextUse>();
  for (const { person, template: kind } of chosen) {
    const template = (message ?? kind) as TemplateName;
    const { language } = person;
    const key = `${template} ${language}`;
    const use = uses.get(key) ?? { template, language, people: 0, version: null };
    uses.set(key, { ...use, people: use.people + 1 });
  }
  const place = ({ template, language }: TextUse) =>
    `${template} ${INTERFACE_LANGUAGES.indexOf(language as Language)}`;
  const sorted = [...uses.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return Promise.all(
    sorted.map(async (use) => ({
      ...use,
      version: await templates.current(use.template, use.language),
    })),
  );
}

function digestOf({ chosen }: Choice, texts: TextUse[]): string {
  const people = chosen.map(
    ({ person, template }) =>
      `${person.contact._id} ${person.contact.email} ${template} ${person.language}`,
  );
  const words = texts.map((use) => `${use.template} ${use.language} ${use.version?.version}`);
  return createHash('sha256')
    .update(JSON.stringify([people.sort(), words.sort()]))
    .digest('base64url');
}
