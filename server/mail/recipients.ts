/** Who mails go to, in words, for the pages of the outbox. */
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Message } from './message.ts';

type Recipient = { state: string; name: string; email: string; language: string };

export async function recipientsOf(
  { contacts, invitations, states, accounts }: Services,
  list: Message[],
  language: string,
): Promise<(message: Message) => Recipient> {
  const ids = (pick: (message: Message) => string | null) => [
    ...new Set(list.map(pick).filter((id) => id !== null)),
  ];
  const [people, invited, all, signedIn] = await Promise.all([
    contacts.among(ids((message) => message.contact)),
    invitations.among(ids((message) => message.invitation)),
    states.all(),
    accounts.all(),
  ]);
  const contactOf = new Map(people.map((contact) => [contact._id, contact]));
  const stateOf = new Map(
    invited.map((one) => [one._id, all.find((state) => state._id === one.state)]),
  );
  const accountOf = new Map(signedIn.map((account) => [account._id, account]));
  return (message) => {
    const contact = contactOf.get(message.contact ?? '');
    const state = stateOf.get(message.invitation ?? '');
    return {
      state: state ? nameIn(state, language) : '',
      name: contact?.name ?? '',
      email: contact?.email ?? accountOf.get(message.account ?? '')?.email ?? '',
      language: contact?.language ?? '',
    };
  };
}
