/** Many invitations to be sent, each a message of its own, for what is measured or killed. */
import type { NewMessage } from '../../server/mail/message.ts';
import { isMember } from '../../server/states/state.ts';
import { readStates } from '../../server/states/state-file.ts';
import type { TestApp } from './app.ts';
import { openedRound, statesCsv } from './rounds.ts';

const CONTACTS = 40;
const LANGUAGES = ['en', 'fr', 'ar'];

/**
 * Opens the round for some States with a contact each, in three languages, and returns what queues so many mails to them:
 * the same contacts again and again, each mail under a key of its own.
 */
export async function queueInvitations(
  on: TestApp,
  closes?: string,
): Promise<(mails: number) => Promise<void>> {
  const { services } = on;
  const read = readStates(statesCsv());
  if (!read.ok) throw new Error('the States cannot be read');
  const contacts = read.states
    .filter((state) => isMember(state, 'affectedStatesParties', '2023-05-01'))
    .slice(0, CONTACTS)
    .map(
      ({ _id }, n) => `${_id},affected,Name ${n},Director,${_id}@example.org,${LANGUAGES[n % 3]}`,
    );
  const round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...contacts].join('\n'),
    ...(closes ? { closes } : {}),
  });
  await services.connection.collection('messages').deleteMany({});
  const invitations = await services.invitations.ofRound(round._id);
  const people = await services.contacts.all();
  let made = 0;

  return async (mails) => {
    const wanted = Array.from({ length: mails }, (): NewMessage => {
      made += 1;
      const invitation = invitations[made % invitations.length];
      return {
        key: `mail ${made}`,
        template: 'invitation',
        round: round._id,
        invitation: invitation?._id ?? '',
        contact: people.find((person) => person.state === invitation?.state)?._id ?? '',
        about: {},
      };
    });
    for (let n = 0; n < wanted.length; n += 50)
      await Promise.all(
        wanted.slice(n, n + 50).map((one) => services.messages.enqueue(one, services.clock())),
      );
  };
}
