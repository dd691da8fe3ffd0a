/** Makes a mail of a message, from live state at the moment of sending; or says why it is not wanted any more. */
import { linkAddress } from '../invitations/invitation.ts';
import { MAILING_KINDS } from '../invitations/mailing-kind.ts';
import { noteInWords } from '../responses/page-parts.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { voiceOf } from '../texts.ts';
import { addressed } from './addressed.ts';
import type { MailTemplate, Message } from './message.ts';
import { aboutOf } from './prepare-about.ts';
import { prepareDelegation } from './prepare-delegation.ts';
import { receiptParts } from './prepare-receipt.ts';
import { prepareTemplated } from './prepare-templated.ts';
import { prepareTest } from './prepare-test.ts';
import { renderMail } from './render.ts';
import { roundContext } from './round-context.ts';
import type { Mail } from './transport.ts';

export type Prepared = { ok: true; mail: Mail } | { ok: false; reason: string };

/** Mails that are of use when answers are not taken any more. */
const ALWAYS: MailTemplate[] = ['receipt', 'extension-refused', 'lost-link'];
const TEMPLATED: string[] = [...MAILING_KINDS, 'extension-granted'];
const isTemplated = (message: Message): message is Parameters<typeof prepareTemplated>[1] =>
  TEMPLATED.includes(message.template);

const unwanted = (reason: string): Prepared => ({ ok: false, reason });

export const prepare = (services: Services, message: Message): Promise<Prepared> => {
  if (message.template === 'sign-in') return prepareSignIn(services, message);
  if (message.template === 'test') return prepareTestMail(services, message);
  if (isTemplated(message)) return prepareInMailing(services, message);
  return message.about['delegate']
    ? prepareForDelegation(services, message)
    : prepareForContact(services, message);
};

async function prepareInMailing(
  services: Services,
  message: Parameters<typeof prepareTemplated>[1],
): Promise<Prepared> {
  const made = await prepareTemplated(services, message);
  if (typeof made === 'string') return unwanted(made);
  const { about, content, headers } = made;
  const mail = addressed(services, message, about.voice.language, about.contact, content);
  return { ok: true, mail: { ...mail, headers } };
}

async function prepareTestMail(services: Services, message: Message): Promise<Prepared> {
  const made = await prepareTest(services, message);
  if (typeof made === 'string') return unwanted(made);
  const { language, to, content } = made;
  return { ok: true, mail: addressed(services, message, language, to, content) };
}

async function prepareForDelegation(services: Services, message: Message): Promise<Prepared> {
  const mail = await prepareDelegation(services, message);
  if (typeof mail === 'string') return unwanted(mail);
  const { language, to, content } = mail;
  return { ok: true, mail: addressed(services, message, language, to, content) };
}

async function prepareForContact(services: Services, message: Message): Promise<Prepared> {
  const about = await aboutOf(services, message);
  if (typeof about === 'string') return unwanted(about);
  const { contact, invitation, round, state, response, edition, voice } = about;
  const open = mayWrite(round, services.clock()).ok;
  if (!ALWAYS.includes(message.template) && !open) return unwanted('answers are not taken now');

  const questionnaire = edition.in(voice.language);
  const of = { invitation, contact, round, questionnaire };
  const receipt =
    message.template === 'receipt' ? await receiptParts(services, message, of, voice) : null;
  if (message.template === 'receipt' && !receipt) return unwanted('the submission is gone');
  const { token } = await services.links.mint(
    { invitation: invitation._id, contact: contact._id, message: message._id },
    services.clock(),
  );
  const submission = receipt?.submission ?? response.submitted;
  const { extension: asked } = message.about;
  const extension = asked ? await services.extensions.find(String(asked)) : null;
  const zone = contact.zone ?? state.zone;
  const content = await renderMail(message.template, voice, {
    ...roundContext(
      { round, state, invitation, edition, contact },
      services.config.publicUrl,
      voice,
    ),
    link: linkAddress(services.config.publicUrl, token),
    name: contact.name,
    open,
    reference: submission?.reference ?? '',
    submittedAt: submission ? voice.dateTime(submission.submittedAt, zone) : '',
    submitter: submission?.by.name ?? '',
    note: submission?.note ? noteInWords(submission.note, voice) : null,
    block: receipt?.block ?? '',
    copy: receipt?.copy ?? [],
    word: extension?.word ?? '',
  });
  return { ok: true, mail: addressed(services, message, voice.language, contact, content) };
}

async function prepareSignIn(services: Services, message: Message): Promise<Prepared> {
  const account = await services.accounts.active(message.account ?? '');
  if (!account) return unwanted('the account is gone');
  const token = await services.accounts.mintSignIn(
    String(message.about['signIn']),
    services.clock(),
  );
  if (!token) return unwanted('the sign-in has expired or was used');
  const voice = voiceOf(account.language);
  const content = await renderMail('sign-in', voice, {
    name: account.email,
    link: `${services.config.publicUrl}/sign-in/${token}`,
    host: new URL(services.config.publicUrl).host,
    sender: 'Rapporteur',
    demonstration: false,
  });
  const to = { name: '', email: account.email };
  return { ok: true, mail: addressed(services, message, voice.language, to, content) };
}
