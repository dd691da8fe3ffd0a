/** Makes a mail of a message, from live state at the moment of sending; or says why it is not wanted any more. */
import { linkAddress } from '../invitations/invitation.ts';
import { noteInWords } from '../responses/page-parts.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { voiceOf } from '../texts.ts';
import { addressed } from './addressed.ts';
import type { Made } from './made.ts';
import type { Message } from './message.ts';
import { aboutOf } from './prepare-about.ts';
import { prepareAlert } from './prepare-alert.ts';
import { prepareDelegation } from './prepare-delegation.ts';
import { receiptParts } from './prepare-receipt.ts';
import { isTemplated, prepareTemplated } from './prepare-templated.ts';
import { prepareTest } from './prepare-test.ts';
import { renderMail } from './render.ts';
import { roundContext } from './round-context.ts';
import type { Mail } from './transport.ts';

export type Prepared = { ok: true; mail: Mail } | { ok: false; reason: string };

export async function prepare(services: Services, message: Message): Promise<Prepared> {
  const made = await make(services, message);
  if (typeof made === 'string') return { ok: false, reason: made };
  return { ok: true, mail: addressed(services, message, made) };
}

/** The mail, or why it is not wanted any more. */
function make(services: Services, message: Message): Promise<Made | string> {
  if (message.template === 'sign-in') return prepareSignIn(services, message);
  if (message.template === 'outbox-paused') return prepareAlert(services, message);
  if (message.template === 'test') return prepareTest(services, message);
  if (isTemplated(message)) return prepareTemplated(services, message);
  return message.about['delegate']
    ? prepareDelegation(services, message)
    : prepareForContact(services, message);
}

/** What is of use when answers are not taken any more too: a receipt, a refusal of more time, a lost link. */
async function prepareForContact(services: Services, message: Message): Promise<Made | string> {
  const about = await aboutOf(services, message);
  if (typeof about === 'string') return about;
  const { contact, invitation, round, state, response, edition, voice } = about;
  const open = mayWrite(round, services.clock()).ok;

  const questionnaire = edition.in(voice.language);
  const of = { invitation, contact, round, questionnaire };
  const receipt =
    message.template === 'receipt' ? await receiptParts(services, message, of, voice) : null;
  if (message.template === 'receipt' && !receipt) return 'the submission is gone';
  const { token } = await services.links.mint(
    { invitation: invitation._id, contact: contact._id, message: message._id },
    services.clock(),
  );
  const submission = receipt?.submission ?? response.submitted;
  const { extension: asked } = message.about;
  const extension = asked ? await services.extensions.find(String(asked)) : null;
  const zone = contact.zone ?? state.zone;
  const content = renderMail(message.template, voice, {
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
  return { to: contact, language: voice.language, content };
}

async function prepareSignIn(services: Services, message: Message): Promise<Made | string> {
  const account = await services.accounts.active(message.account ?? '');
  if (!account) return 'the account is gone';
  const token = await services.accounts.mintSignIn(
    String(message.about['signIn']),
    services.clock(),
  );
  if (!token) return 'the sign-in has expired or was used';
  const voice = voiceOf(account.language);
  const content = renderMail('sign-in', voice, {
    name: account.email,
    link: `${services.config.publicUrl}/sign-in/${token}`,
    host: new URL(services.config.publicUrl).host,
    sender: 'Rapporteur',
    demonstration: false,
  });
  return { to: { name: '', email: account.email }, language: voice.language, content };
}
