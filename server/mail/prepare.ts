/** Makes a mail of a message, from live state at the moment of sending; or says why it is not wanted any more. */
import { linkAddress } from '../invitations/invitation.ts';
import { deadlineText } from '../rounds/deadline.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import { type Message, messageIdOf } from './message.ts';
import { renderMail } from './render.ts';
import type { Mail } from './transport.ts';

export type Prepared = { ok: true; mail: Mail } | { ok: false; reason: string };

const unwanted = (reason: string): Prepared => ({ ok: false, reason });

export const prepare = (services: Services, message: Message): Promise<Prepared> =>
  message.template === 'sign-in'
    ? prepareSignIn(services, message)
    : prepareForContact(services, message);

async function prepareForContact(services: Services, message: Message): Promise<Prepared> {
  const [contact, invitation] = await Promise.all([
    services.contacts.find(message.contact ?? ''),
    services.invitations.find(message.invitation ?? ''),
  ]);
  if (!contact || !invitation) return unwanted('the contact or the invitation is gone');
  const [round, state, response] = await Promise.all([
    services.rounds.find(invitation.round),
    services.states.find(invitation.state),
    services.responses.find(invitation._id),
  ]);
  if (!round || !state || !response)
    return unwanted('the round, the State or the response is gone');
  if (message.template === 'reminder' && response.submitted)
    return unwanted('the State has submitted');
  if (message.template !== 'receipt' && !mayWrite(round, services.clock()).ok)
    return unwanted('answers are not taken now');
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) return unwanted('the questionnaire is gone');

  const voice = voiceOf(edition.languages.includes(contact.language) ? contact.language : 'en');
  const { definition } = edition.in(voice.language);
  const { token } = await services.links.mint(
    { invitation: invitation._id, contact: contact._id, message: message._id },
    services.clock(),
  );
  const submission = response.submitted;
  const content = await renderMail(message.template, voice, {
    name: contact.name,
    post: contact.post,
    state: nameIn(state, voice.language),
    title: definition.title,
    plan: definition.plan,
    audience: definition.audiences.find((a) => a.id === invitation.audience)?.short ?? '',
    sender: definition.sender,
    deadline: deadlineText(round, state, contact, voice),
    deadlineDay: voice.date(round.closesAt, contact.zone ?? state.zone),
    started: response.startedAt !== null,
    open: mayWrite(round, services.clock()).ok,
    reference: submission?.reference ?? '',
    submittedAt: submission
      ? voice.dateTime(submission.submittedAt, contact.zone ?? state.zone)
      : '',
    submitter: submission?.by.name ?? '',
    link: linkAddress(services.config.publicUrl, token),
    host: new URL(services.config.publicUrl).host,
    demonstration: round.demonstration,
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
