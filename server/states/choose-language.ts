/** The language that a person chose, kept with the person: for mails, and for the first page on another device. */
import type { Actor } from '../audit/event.ts';
import type { Language } from '../questionnaire/definition.ts';
import type { Services } from '../services.ts';

export const chooseLanguage = (
  services: Services,
  contact: string,
  language: Language,
  actor: Actor,
): Promise<void> =>
  services.transaction(async (session) => {
    if (!(await services.contacts.chooseLanguage(contact, language, session))) return;
    await services.audit.record(
      {
        actor,
        event: 'contact.language-chosen',
        subject: { kind: 'contact', id: contact },
        details: { language },
      },
      services.clock(),
      session,
    );
  });
