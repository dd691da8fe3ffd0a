/** The single mails of a mailing, and the words that they are pinned to. */
import type { Mailing } from '../mail/mailing.ts';
import type { Message, NewMessage } from '../mail/message.ts';
import type { PinnedText, TemplateName } from '../mail/template.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import type { Invitation } from './invitation.ts';
import { isReminder } from './mailing-kind.ts';
import type { Chosen } from './roll.ts';
import type { Person } from './selection.ts';

/** The words that each of these people will read, in their language. @param pinned those that need no more pinning */
export async function pinTexts(
  services: Services,
  { message = null }: { message?: TemplateName | null },
  chosen: Chosen[],
  session: Session,
  pinned: PinnedText[] = [],
): Promise<PinnedText[]> {
  const wanted = new Map(
    chosen.map(({ person, template }) => {
      const name = (message ?? template) as TemplateName;
      return [`${name} ${person.language}`, { template: name, language: person.language }];
    }),
  );
  const texts: PinnedText[] = [];
  for (const { template, language } of wanted.values()) {
    if (pinned.some((one) => one.template === template && one.language === language)) continue;
    const text = await services.templates.pin(template, language, services.clock(), session);
    if (!text) throw new Error(`There is no text ${template} in ${language}`);
    texts.push({ template, language, version: text.version });
  }
  return texts;
}

export function mailOf(
  round: Round,
  mailing: Mailing,
  { person, template, key }: Chosen,
  invitation: Invitation,
  now: Date,
  about: Message['about'] = {},
): NewMessage {
  const { contact } = person;
  const wanted = mailing.scheduledAt ?? now;
  return {
    key: key ?? keyOf(mailing, template, invitation, person),
    template,
    round: round._id,
    invitation: invitation._id,
    contact: contact._id,
    mailing: mailing._id,
    about,
    // Before the opening the worker would find that answers are not taken, and cancel an invitation.
    nextAttemptAt: new Date(
      template === 'invitation'
        ? Math.max(wanted.getTime(), round.opensAt.getTime())
        : wanted.getTime(),
    ),
  };
}

/** Two calls at one moment count alike, so their mails have one key and are one. A cancelled mail does not stand in the way. */
function keyOf(
  mailing: Mailing,
  template: string,
  invitation: Invitation,
  { contact, past }: Person,
): string {
  const to = `${invitation._id}:${contact._id}`;
  if (isReminder(template)) return `reminder:${to}:${past.reminder.count + 1}`;
  if (template === 'message') return `message:${mailing.key}:${to}`;
  const { count } = template === 'thanks' ? past.thanks : past.invitation;
  return count === 0 ? `${template}:${to}` : `${template}:${to}:${count + 1}`;
}
