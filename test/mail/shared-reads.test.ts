/** What many mails have in common is read once for all that are prepared at the same time, and not once for each. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { queueInvitations } from '../support/mailing.ts';

jest.setTimeout(30_000);

let on: TestApp;
beforeAll(async () => {
  on = await testApp();
});
afterAll(() => on.close());

const MAILS = 120;
const LANGUAGES = 3;

it('reads the words of a template once for each language, and people some at a time', async () => {
  const { db } = on.services.connection;
  if (!db) throw new Error('no database');
  const queue = await queueInvitations(on);
  await queue(MAILS);
  await db.command({ profile: 2 });
  await on.sendMail();
  await db.command({ profile: 0 });
  const reads = (collection: string) =>
    db
      .collection('system.profile')
      .countDocuments({ op: 'query', ns: `${on.services.connection.name}.${collection}` });
  expect((await on.services.messages.counts()).accepted).toBe(MAILS);
  expect(await reads('templates')).toBeLessThanOrEqual(2 * LANGUAGES);
  for (const collection of ['contacts', 'invitations', 'responses', 'rounds', 'states'])
    expect(await reads(collection)).toBeLessThan(MAILS / 4);
});
