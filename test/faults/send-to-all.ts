/** "Send to all", pressed twenty times at the same moment: one mail each. */
import { SYSTEM } from '../../server/audit/event.ts';
import { invite } from '../../server/invitations/invite.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import { testApp } from '../support/app.ts';
import { arrivals } from '../support/arrivals.ts';
import { openedRound } from '../support/rounds.ts';

const AT_ONCE = 20;

/** @param rounds of the questionnaire, each sent out by twenty at once */
export async function sendToAll(rounds: number): Promise<{ figure: string; pass: boolean }> {
  const post = await arrivals();
  const on = await testApp({ logLevel: 'silent', smtpUrl: post.url });
  try {
    const { questionnaire } = await openedRound(on, { invited: false });
    const contacts = (await on.services.contacts.all()).length;
    let queued = 0;
    for (let n = 0; n < rounds; n += 1) {
      const slug = `round-${n}`;
      const times = { opens: '2023-05-01T09:00', closes: '2023-06-30T18:00', zone: 'UTC' };
      await createRound(on.services, { slug, questionnaire, ...times }, SYSTEM);
      const opened = await openRound(on.services, slug, SYSTEM);
      if (!opened.ok) throw new Error(opened.reason);
      const calls = await Promise.all(
        Array.from({ length: AT_ONCE }, () =>
          invite(on.services, opened.round, { dryRun: false, actor: SYSTEM }),
        ),
      );
      queued += calls.reduce((sum, call) => sum + call.enqueued, 0);
      await Promise.all([on.sendMail(), on.sendMail()]);
    }
    const wanted = rounds * contacts;
    const [arrived, different] = [post.ids.length, new Set(post.ids).size];
    return {
      figure: `${rounds} × ${AT_ONCE} at once to ${contacts} contacts: ${queued} queued, ${arrived} arrived, ${arrived - different} twice`,
      pass: queued === wanted && arrived === wanted && different === wanted,
    };
  } finally {
    await on.close();
    await post.close();
  }
}
