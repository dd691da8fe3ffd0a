/** The pages on which the words of mails are read and changed. From texts to the values in the view. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES, type Voice } from '../texts.ts';
import {
  kindOf,
  LONGEST_BODY,
  LONGEST_SUBJECT,
  MESSAGE_PREFIX,
  SHIPPED_TEMPLATES,
  type TemplateName,
  type TemplateText,
  type TemplateVersion,
} from './template.ts';
import type { TemplateProblem } from './template-check.ts';
import { fieldsOf, requiredFields } from './template-fields.ts';

export type TextHere = { template: TemplateName; language: string; voice: Voice };

export async function templateListPage(
  services: Services,
  voice: Voice,
  { name = '', problem = '' } = {},
) {
  const names: TemplateName[] = [...SHIPPED_TEMPLATES, ...(await services.templates.messages())];
  const rows = names.map(async (template) => ({
    template,
    label: labelOf(template, voice),
    texts: await Promise.all(
      INTERFACE_LANGUAGES.map(async (language) => {
        const text = await services.templates.current(template, language);
        return { language, ...stateOf(text, voice) };
      }),
    ),
  }));
  return {
    view: 'mailings/templates',
    title: voice.t('mailings.templates.title'),
    ...(problem ? { status: 422 } : {}),
    locals: {
      rows: await Promise.all(rows),
      languages: INTERFACE_LANGUAGES,
      name,
      problem: problem ? voice.t(`mailings.templates.problem.${problem}`) : '',
    },
  };
}

/** The name of a kind, or of a message for one occasion. */
export const labelOf = (template: TemplateName, voice: Voice): string => {
  const kind = kindOf(template);
  return kind === 'message'
    ? voice.t('mailings.templates.message', { name: template.slice(MESSAGE_PREFIX.length) })
    : voice.t(`mailings.kind.${kind}`);
};

const stateOf = (text: TemplateVersion | null, voice: Voice) => ({
  version: text?.version ?? null,
  shipped: text?.origin === 'shipped',
  savedAt: text?.savedAt ? voice.date(text.savedAt, 'UTC') : '',
});

export async function templatePage(
  services: Services,
  { template, language, voice }: TextHere,
  {
    typed = null,
    problems = [],
    stale = false,
    saved = '',
  }: {
    /** What was posted and could not be kept. */
    typed?: TemplateText | null;
    problems?: TemplateProblem[];
    /** Somebody saved another version since the writer began. */
    stale?: boolean;
    /** "yes", or "same" where nothing was changed. */
    saved?: string;
  } = {},
) {
  const kind = kindOf(template);
  const versions = await services.templates.versions(template, language);
  const [current = null] = versions;
  const by = await namesOf(services, voice);
  const label = labelOf(template, voice);
  return {
    view: 'mailings/template',
    title: problems.length > 0 ? voice.t('errorTitle', { title: label }) : label,
    ...(problems.length > 0 ? { status: 422 } : stale ? { status: 409 } : {}),
    locals: {
      template,
      textLanguage: language,
      textDirection: language === 'ar' ? 'rtl' : 'ltr',
      label,
      languages: INTERFACE_LANGUAGES,
      text: typed ?? current ?? { subject: '', body: '' },
      seen: current?.version ?? 0,
      theirs: stale ? current : null,
      saved,
      fields: fieldsOf(kind).map((name) => ({
        name,
        // Texts name a field as it is written.
        text: voice.t(`mailings.field.${name}`, { link: '{{link}}' }),
        required: requiredFields(kind).includes(name),
      })),
      problems: problems.map((one) => ({ field: one.field, text: problemText(one, voice) })),
      versions: versions.map((one, place) => ({
        ...versionRow(one, voice, by),
        current: place === 0,
      })),
    },
  };
}

export async function versionPage(
  services: Services,
  { template, language, voice }: TextHere,
  version: TemplateVersion,
  current: TemplateVersion | null,
  sample: { text: string } | null,
) {
  const by = await namesOf(services, voice);
  return {
    view: 'mailings/version',
    title: labelOf(template, voice),
    locals: {
      template,
      textLanguage: language,
      textDirection: language === 'ar' ? 'rtl' : 'ltr',
      label: labelOf(template, voice),
      version,
      row: versionRow(version, voice, by),
      current: current?.version ?? 0,
      sample,
    },
  };
}

const versionRow = (version: TemplateVersion, voice: Voice, by: (actor: Actor) => string) => ({
  version: version.version,
  origin: version.origin,
  from: version.from,
  by: version.savedBy ? by(version.savedBy) : '',
  when: version.savedAt && version.savedBy ? voice.dateTime(version.savedAt, 'UTC') : '',
});

async function namesOf(services: Services, voice: Voice): Promise<(actor: Actor) => string> {
  const accounts = new Map((await services.accounts.all()).map((one) => [one._id, one.email]));
  return (actor) => accounts.get(actor.id) ?? voice.t('mailings.byProgram');
}

export const problemText = ({ field, code, name = '' }: TemplateProblem, voice: Voice): string =>
  voice.t(`mailings.wrong.${code}`, {
    name,
    field: `{{${name}}}`,
    max: voice.number(field === 'subject' ? LONGEST_SUBJECT : LONGEST_BODY),
  });
