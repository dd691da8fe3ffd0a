/** One person's mail of a mailing that is being prepared. */
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES } from '../texts.ts';
import type { DraftMailing } from './mailing-draft.ts';
import { fieldsOfForm, queryOf } from './mailing-form.ts';
import type { MailingHere } from './mailing-pages.ts';
import { previewOf } from './mailing-preview.ts';
import type { Content } from './render.ts';
import type { TemplateVersion } from './template.ts';

export type SampleMail = {
  content: Content;
  text: TemplateVersion;
  person: string;
  language: string;
};

/** Null for somebody who would not get it, and where the words have not been written in their language. */
export async function sampleFor(
  services: Services,
  { round, edition }: MailingHere,
  { form, choice }: DraftMailing,
  contact: string,
): Promise<SampleMail | null> {
  const chosen = choice.chosen.find(({ person }) => person.contact._id === contact);
  if (!chosen) return null;
  const { person, template } = chosen;
  const name = form.message ?? template;
  if (name === 'message') return null;
  const text = await services.templates.current(name, person.language);
  if (!text) return null;
  const sample = { round, edition, state: person.state, contact: person.contact };
  const content = await previewOf(services, sample, text, person.language);
  return { content, text, person: contact, language: person.language };
}

/** @param tested whether a test is on its way */
export async function previewPage(
  services: Services,
  here: MailingHere,
  draft: DraftMailing,
  contact: string,
  tested: boolean,
) {
  const { round, voice, account } = here;
  const first = draft.choice.chosen[0]?.person.contact._id ?? '';
  const person = contact || first;
  const sample = await sampleFor(services, here, draft, person);
  const base = `/admin/rounds/${round._id}/mailings`;
  return {
    view: 'mailings/preview',
    title: voice.t('mailings.preview.title'),
    round,
    locals: {
      round,
      base,
      tested,
      kind: draft.form.kind,
      email: account.email,
      from: services.config.mailFrom,
      fields: fieldsOfForm(draft.form),
      back: `${base}/confirm?${queryOf(draft.form)}`,
      html: `${base}/preview/html?${queryOf(draft.form, { person })}`,
      person,
      mail: sample?.content ?? null,
      language: sample?.language ?? '',
      people: draft.choice.chosen
        .map((one) => ({
          id: one.person.contact._id,
          state: nameIn(one.person.state, voice.language),
          name: one.person.contact.name,
          email: one.person.contact.email,
          language: LANGUAGE_NAMES[one.person.language as keyof typeof LANGUAGE_NAMES],
        }))
        .sort((a, b) => voice.compare(a.state, b.state)),
    },
  };
}
