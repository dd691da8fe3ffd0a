/** A mail whose words an administrator may have changed: of a mailing, or the news that more time was granted. */
import { linkAddress } from '../invitations/invitation.ts';
import { isReminder, MAILING_KINDS, type MailingTemplate } from '../invitations/mailing-kind.ts';
import { NO_PAST, reasonWords, refusal } from '../invitations/selection.ts';
import { stopAddress } from '../invitations/stop-reminders.ts';
import { statusOf } from '../responses/response.ts';
import type { Clarification } from '../review/clarification.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { clarificationValues } from './clarification-values.ts';
import type { Made } from './made.ts';
import type { Mailing } from './mailing.ts';
import type { Message } from './message.ts';
import { type About, aboutOf } from './prepare-about.ts';
import { renderTemplate } from './render.ts';
import type { TemplateName, TemplateText } from './template.ts';
import { isNeeded } from './template-tree.ts';
import { fieldValues } from './template-values.ts';

export type Templated = Message & { template: MailingTemplate | 'extension-granted' };
/** Also a `reminder` of before there were three of them, whose text is gone. */
const TEMPLATED: string[] = [...MAILING_KINDS, 'clarification', 'extension-granted'];
export const isTemplated = (message: Message): message is Templated =>
  TEMPLATED.includes(message.template);

/** The mail, or why it is not wanted any more. */
export async function prepareTemplated(
  services: Services,
  message: Templated,
): Promise<Made | string> {
  const about = await aboutOf(services, message);
  if (typeof about === 'string') return about;
  const mailing = message.mailing ? await services.mailings.find(message.mailing) : null;
  if (mailing?.status === 'cancelled') return 'the mailing was cancelled';
  const refused = refusedNow(services, message.template, about);
  if (refused) return refused;
  const clarification = await clarificationOf(services, message);
  if (typeof clarification === 'string') return clarification;
  const words = await textFor(services, message.template, mailing, about.voice.language);
  if (!words) return 'the text is gone';
  // A letter has a subject of its own.
  const text = clarification?.title ? { ...words, subject: clarification.title } : words;

  const { contact, invitation } = about;
  const of = { invitation: invitation._id, contact: contact._id };
  // A link that the mail does not carry would be one more key that nobody has.
  const link = isNeeded(text.body, 'link')
    ? linkAddress(
        services.config.publicUrl,
        (
          await services.links.mint(
            {
              ...of,
              ...(clarification ? { clarification: clarification._id } : {}),
              message: message._id,
            },
            services.clock(),
          )
        ).token,
      )
    : '';
  const stop = isReminder(message.template) ? stopAddress(services, of) : '';
  const { extension: asked } = message.about;
  const extension = asked ? await services.extensions.find(String(asked)) : null;
  const values = fieldValues(
    {
      ...about,
      word: extension?.word ?? '',
      ...(clarification
        ? {
            clarification: clarificationValues(
              clarification,
              about.edition.in(about.voice.language),
              about.voice,
            ),
          }
        : {}),
    },
    { link, stop },
    services.config.publicUrl,
    services.clock(),
    about.voice,
  );
  const frame = { publicUrl: services.config.publicUrl, demonstration: about.plan.demonstration };
  const content = renderTemplate(text, values, about.voice, frame);
  return {
    to: contact,
    language: about.voice.language,
    content,
    headers: stop ? unsubscribeHeaders(stop) : {},
  };
}

/** What the mail asks about; null for mails of other kinds. Or why it is not wanted any more. */
async function clarificationOf(
  { clarifications }: Services,
  { template, about }: Templated,
): Promise<Clarification | null | string> {
  if (template !== 'clarification') return null;
  const clarification = await clarifications.find(String(about['clarification']));
  if (!clarification) return 'the clarification is gone';
  if (clarification.status === 'withdrawn') return 'the question was withdrawn';
  return clarification.status === 'asked' ? clarification : 'the question was answered';
}

/** Decided again, from what is true now. The queue itself is no reason: this mail is in it. */
function refusedNow(
  { clock }: Services,
  template: Templated['template'],
  { contact, invitation, plan, round, response }: About,
): string | null {
  if (template === 'extension-granted')
    return mayWrite(round, clock()).ok ? null : 'answers are not taken now';
  const person = { contact, invitation, status: statusOf(response), past: NO_PAST };
  const reason = refusal(template, person, plan, clock(), null);
  return reason && reasonWords(reason, 'cancelled');
}

/**
 * The words that the mailing was confirmed with. Who has chosen another language since, one that nobody else in the mailing
 * reads, gets the words that count now in it, or English.
 */
async function textFor(
  { templates }: Services,
  template: string,
  mailing: Mailing | null,
  language: string,
): Promise<TemplateText | null> {
  const name = (mailing?.message ?? template) as TemplateName;
  const pinned = mailing?.texts.filter((one) => one.template === name) ?? [];
  const own = pinned.find((one) => one.language === language);
  if (own) return templates.find(own);
  const english = pinned.find((one) => one.language === 'en') ?? pinned[0];
  return (
    (await templates.current(name, language)) ??
    (english ? templates.find(english) : templates.current(name, 'en'))
  );
}

/** RFC 8058: a mail program can ask for no more reminders with one press, without opening a page. */
const unsubscribeHeaders = (address: string): Record<string, string> => ({
  'List-Unsubscribe': `<${address}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
