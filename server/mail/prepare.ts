/** Makes a mail of a message, from live state at the moment of sending; or says why it is not wanted any more. */
import { isAsked } from '../invitations/invitation.ts';
import { roundFor } from '../rounds/deadline.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { languageOfContact } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import { type MailTemplate, type Message, messageIdOf } from './message.ts';
import { prepareDelegation } from './prepare-delegation.ts';
import { receiptParts } from './prepare-receipt.ts';
import { renderMail } from './render.ts';
import { roundContext, voiceFor } from './round-context.ts';
import type { Mail } from './transport.ts';

export type Prepared = { ok: true; mail: Mail } | { ok: false; reason: string };

/** Mails that are of use when answers are not taken any more. */
const ALWAYS: MailTemplate[] = ['receipt', 'extension-refused', 'lost-link'];

const unwanted = (reason: string): Prepared => ({ ok: false, reason });

export const prepare = (services: Services, message: Message): Promise<Prepared> => {
  if (message.template === 'sign-in') return prepareSignIn(services, message);
  return message.about['delegate']
    ? prepareForDelegation(services, message)
    : prepareForContact(services, message);
};

async function prepareForDelegation(services: Services, message: Message): Promise<Prepared> {
  const mail = await prepareDelegation(services, message);
  if (typeof mail === 'string') return unwanted(mail);
  const { language, to, content } = mail;
  return { ok: true, mail: addressed(services, message, language, to, content) };
}

async function prepareForContact(services: Services, message: Message): Promise<Prepared> {
  const [contact, invitation] = await Promise.all([
    services.contacts.find(message.contact ?? ''),
    services.invitations.find(message.invitation ?? ''),
  ]);
  if (!contact || !invitation) return unwanted('the contact or the invitation is gone');
  if (contact.archived) return unwanted('the contact was removed from the register');
  if (!isAsked(invitation, contact._id)) return unwanted('the contact is not the right person');
  const [plan, state, response] = await Promise.all([
    services.rounds.find(invitation.round),
    services.states.find(invitation.state),
    services.responses.find(invitation._id),
  ]);
  if (!plan || !state || !response) return unwanted('the round, the State or the response is gone');
  const round = roundFor(plan, invitation);
  if (message.template === 'reminder' && response.submitted)
    return unwanted('the State has submitted');
  if (!ALWAYS.includes(message.template) && !mayWrite(round, services.clock()).ok)
    return unwanted('answers are not taken now');
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) return unwanted('the questionnaire is gone');

  const voice = voiceFor(edition, languageOfContact(contact));
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
  const about = { round, state, invitation, edition, contact, token };
  const content = await renderMail(message.template, voice, {
    ...roundContext(about, services.config.publicUrl, voice),
    name: contact.name,
    post: contact.post,
    deadlineDay: voice.date(round.closesAt, contact.zone ?? state.zone),
    started: response.startedAt !== null,
    open: mayWrite(round, services.clock()).ok,
    reference: submission?.reference ?? '',
    submittedAt: submission
      ? voice.dateTime(submission.submittedAt, contact.zone ?? state.zone)
      : '',
    submitter: submission?.by.name ?? '',
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

const addressed = (
  { config }: Services,
  message: Message,
  language: string,
  to: { name: string; email: string },
  content: { subject: string; text: string; html: string },
): Mail => ({
  ...content,
  from: config.mailFrom,
  replyTo: config.mailReplyTo,
  to: { name: to.name, address: to.email },
  messageId: messageIdOf(message, new URL(config.publicUrl).hostname),
  language,
});
