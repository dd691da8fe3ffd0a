/** An outbox that sends to a mail server with a script, and the admin who looks at it. */
import { testApp } from './app.ts';
import { queueInvitations } from './mailing.ts';
import { signedIn } from './rounds.ts';
import { scriptedSmtp } from './scripted-smtp.ts';

export type ScriptedOutbox = Awaited<ReturnType<typeof scriptedOutbox>>;

export async function scriptedOutbox() {
  const server = await scriptedSmtp();
  const on = await testApp({ smtpUrl: server.url() });
  const queue = await queueInvitations(on);
  const admin = await signedIn(on, 'admin');
  return {
    on,
    server,
    queue,
    admin,
    /** No mail, a server that takes all, and the time of the beginning. */
    async reset() {
      await on.services.connection.collection('messages').deleteMany({});
      server.script = {};
      server.bodies.length = 0;
      on.setTime('2023-05-02T08:00:00Z');
    },
    async close() {
      await on.close();
      await server.close();
    },
  };
}
