/** A test: the mail as one person would get it, to the account that asked for it. */
import type { Services } from '../services.ts';
import type { Made } from './made.ts';
import { previewOf } from './mailing-preview.ts';
import type { Message } from './message.ts';
import type { TemplateName } from './template.ts';

/** What a test needs: the words, and whose mail it is like. */
type TestAbout = { text: TemplateName; language: string; version: number; contact: string };

/** The mail, or why it is not wanted any more. */
export async function prepareTest(services: Services, message: Message): Promise<Made | string> {
  const about = message.about as TestAbout;
  const [account, round, contact, text] = await Promise.all([
    services.accounts.active(message.account ?? ''),
    services.rounds.find(message.round ?? ''),
    services.contacts.find(about.contact),
    services.templates.find({
      template: about.text,
      language: about.language,
      version: about.version,
    }),
  ]);
  if (!account) return 'the account is gone';
  const state = contact && (await services.states.find(contact.state));
  const edition = round && (await services.catalogue.find(round.questionnaire));
  if (!round || !contact || !text || !state || !edition)
    return 'the round, the text or the person is gone';
  const sample = { round, edition, state, contact };
  const content = await previewOf(services, sample, text, about.language, {
    testFor: contact.name,
  });
  return { to: { name: '', email: account.email }, language: about.language, content };
}
