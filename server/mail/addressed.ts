/** A mail as it goes to the mail server: its words, with all that says from whom, to whom and which mail it is. */
import type { Services } from '../services.ts';
import type { Made } from './made.ts';
import { type Message, messageIdOf } from './message.ts';
import { referenceTo, returnAddress } from './return-address.ts';
import type { Mail } from './transport.ts';

export function addressed(
  { config, secrets }: Services,
  message: Message,
  { to, language, content, headers }: Made,
): Mail {
  const reference = referenceTo(secrets, message._id);
  return {
    ...content,
    ...(headers ? { headers } : {}),
    from: config.mailFrom,
    replyTo: config.mailReplyTo,
    to: { name: to.name, address: to.email },
    messageId: messageIdOf(message, new URL(config.publicUrl).hostname),
    language,
    returnAddress: returnAddress(config, reference),
    reference,
  };
}
