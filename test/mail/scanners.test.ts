/** Mail scanners open every link, several times, and look at what it shows. Nothing may come of it. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let post: Mailbox;
let round: Round;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'KHM', { receipt: true });
  await answered(on, round, 'IRQ', { sections: 3 });
  on.setTime('2023-05-20T08:00:00Z');
  await remind(on.services, round, { dryRun: false, actor: SYSTEM });
  await on.sendMail();
  on.setTime('2023-05-21T08:00:00Z');
});
afterAll(async () => {
  await on.close();
  await post.close();
});

/** Everything except what counts the tries and what a browser is known by. */
const everything = () => dump(on.services.connection, { without: ['limits', 'sessions'] });
const whoWouldBeReminded = () => remind(on.services, round, { dryRun: true, actor: SYSTEM });

describe('five GETs and five HEADs', () => {
  it('of every link in every mail, and of every page behind it, change nothing at all', async () => {
    const links = [
      ...new Set(
        post.mails.flatMap((mail) => [
          ...linksIn(mail),
          ...[...String(mail.html).matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href),
        ]),
      ),
    ];
    // Seven invitations, six reminders, one receipt, the page for lost links that all of them name, and that of each reminder for
    // no more of them.
    expect(links).toHaveLength(21);
    const before = await everything();
    const reminded = await whoWouldBeReminded();
    const walked = new Set<string>();
    await Promise.all(
      links.map(async (link) => {
        const scanner = visitor(on.app);
        const open = async (address: string) => {
          await scanner.agent.head(address);
          return scanner.get(address);
        };
        for (let time = 1; time < 5; time += 1) await open(link.replace(on.url, ''));
        const landing = await open(link.replace(on.url, ''));
        expect(landing.status).toBe(200);
        for (let time = 0; time < 5; time += 1) await open(landing.path);
        // The page for lost links is open to everybody and leads nowhere by itself.
        if (landing.path === '/r/lost' || landing.path.startsWith('/reminders/stop/')) return;
        // The pages behind two links of one State are the same ones.
        if (walked.has(landing.path)) return;
        walked.add(landing.path);
        const inside = landing
          .all('a')
          .map((one) => one.getAttribute('href') ?? '')
          .filter((href) => href.startsWith(landing.path));
        expect(inside.length).toBeGreaterThan(3);
        const others = ['check', 'receipt', 'answers', 'about', 'no-such', 'files/0123456789ab'];
        for (const page of new Set([...inside, ...others.map((name) => `${landing.path}/${name}`)]))
          await open(page);
      }),
    );
    expect(walked.size).toBe(7);
    expect(await everything()).toEqual(before);
    expect(await whoWouldBeReminded()).toEqual(reminded);
  }, 120_000);

  it('by twenty scanners at once change nothing either, and the link still opens', async () => {
    const [mail] = post.to('chantal@example.org');
    const link = linksIn(mail as never)[0] as string;
    const before = await everything();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const scanner = visitor(on.app);
        await scanner.agent.head(link.replace(on.url, ''));
        await scanner.get(link);
      }),
    );
    expect(await everything()).toEqual(before);
    expect((await visitor(on.app).get(link)).status).toBe(200);
  });

  it('are told apart from an answer: one save does change what the database holds', async () => {
    const [mail] = post.to('chantal@example.org');
    const guest = visitor(on.app);
    const landing = await guest.get(linksIn(mail as never)[0] as string);
    const before = await everything();
    await guest.submit(await guest.get(`${landing.path}/about`), '#section', {}, 'later');
    const after = await everything();
    expect(after['responses']).not.toEqual(before['responses']);
    expect(after['audit']).not.toEqual(before['audit']);
    expect(after['messages']).toEqual(before['messages']);
  });
});
