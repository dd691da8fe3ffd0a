/** The Committee's last word on a clarification: confirmed, or withdrawn. */
import type { Services, Session } from '../services.ts';
import { type Clarification, type ClarificationState, isOpen } from './clarification.ts';

/** What was answered is confirmed; what is withdrawn may be answered or not. */
const FROM = {
  confirmed: ['answered'],
  withdrawn: ['asked', 'answered'],
} as const satisfies Record<string, ClarificationState[]>;
export type Settled = keyof typeof FROM;
export const isSettled = (word: unknown): word is Settled =>
  typeof word === 'string' && Object.hasOwn(FROM, word);

/** Where a clarification may go from here. */
export const endsOf = ({ status }: Clarification): Settled[] =>
  (Object.keys(FROM) as Settled[]).filter((to) => FROM[to].some((from) => from === status));

/** False when it is not in a state from which this can be done; also when it is so already. */
export const settle = (
  services: Services,
  clarification: Clarification,
  to: Settled,
  note: string,
  account: string,
): Promise<boolean> =>
  services.transaction(async (session) => {
    const at = services.clock();
    const { _id: id, response } = clarification;
    const ended = { at, by: account, note };
    const done = await services.clarifications.move(
      id,
      [...FROM[to]],
      { status: to, ended },
      session,
    );
    if (!done) return false;
    await backToReceived(services, response, session);
    await services.audit.record(
      {
        actor: { kind: 'account', id: account },
        event: `clarification.${to}`,
        subject: { kind: 'clarification', id },
        details: { response },
      },
      at,
      session,
    );
    return true;
  });

/** With nothing left to clarify the submission waits for its review again. */
async function backToReceived(services: Services, response: string, session: Session) {
  const left = await services.clarifications.ofResponse(response, session);
  if (left.some(isOpen)) return;
  await services.responses.unmarkClarification(response, session);
}
