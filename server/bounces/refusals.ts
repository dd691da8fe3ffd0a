/** What a mail server refused at once, when it was given the address: the same news as a report that comes hours later. */
import { AT_ONCE, unlessTaken } from '../db/record.ts';
import type { Message } from '../mail/message.ts';
import type { Services } from '../services.ts';
import { emptyBounce } from './bounce.ts';
import { act } from './effects.ts';
import { withoutTokens } from './excerpt.ts';
import type { Report } from './report.ts';
import { sealReport } from './sealed-report.ts';
import { codeOf, judge } from './status-code.ts';

const LOOK_BACK_DAYS = 30;

/** One record for each refusal; those that are noted already are passed over. @returns how many were noted */
export async function noteRefusals(services: Services): Promise<number> {
  const since = new Date(services.clock().getTime() - LOOK_BACK_DAYS * 86_400_000);
  let noted = 0;
  for (let after = ''; ; ) {
    const refused = await services.messages.refused(since, after, AT_ONCE);
    noted += await noteAll(services, refused);
    const last = refused.at(-1);
    if (!last || refused.length < AT_ONCE) return noted;
    after = last._id;
  }
}

async function noteAll(services: Services, refused: Message[]): Promise<number> {
  const known = await services.bounces.keysAbout(refused.map(({ _id }) => _id));
  let noted = 0;
  for (const message of refused) {
    const about = known.get(message._id);
    // Noted, or refused because of a report.
    if (about?.isReport || about?.keys.has(keyOf(message))) continue;
    if (await noteOne(services, message)) noted += 1;
  }
  return noted;
}

/** A mail that is sent again has another fence. */
const keyOf = ({ _id, fence }: Message): string => `refused ${_id} ${fence}`;

function noteOne(services: Services, message: Message): Promise<boolean> {
  const reply = withoutTokens(message.reply ?? '');
  const code = codeOf(null, reply);
  const verdict = { ...judge(code, reply), code, text: reply };
  const report: Report = {
    ...verdict,
    references: [],
    recipient: null,
    recipients: [],
    returns: null,
  };
  const bounce = { ...emptyBounce(keyOf(message), 'server', services.clock()), ...verdict };
  const sealed = sealReport(services, reply);
  return unlessTaken(() =>
    services.transaction((session) => act(services, bounce, report, message, sealed, session)),
  );
}
