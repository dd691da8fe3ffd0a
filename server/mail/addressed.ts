/** A mail as it goes to the mail server: its words, with all that says from whom, to whom and which mail it is. */
import type { Services } from '../services.ts';
import { type Message, messageIdOf } from './message.ts';
import type { Content } from './render.ts';
import { referenceTo, returnAddress } from './return-address.ts';
import type { Mail } from './transport.ts';

export function addressed(
  { config, secrets }: Services,
  message: Message,
  language: string,
  to: { name: string; email: string },
  content: Content,
): Mail {
  const reference = referenceTo(secrets, message._id);
  return {
    ...content,
    from: config.mailFrom,
    replyTo: config.mailReplyTo,
    to: { name: to.name, address: to.email },
    messageId: messageIdOf(message, new URL(config.publicUrl).hostname),
    language,
    returnAddress: returnAddress(config, reference),
    reference,
  };
}
