/** Entering and removing a rate of conversion, each in the audit with the change itself. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import type { Rate, ReadRate } from './rate.ts';

const idOf = (round: string, { currency, year }: Pick<Rate, 'currency' | 'year'>) =>
  `${round}:${currency}:${year}`;

export const setRate = (
  services: Services,
  round: string,
  read: ReadRate,
  actor: Actor,
): Promise<void> =>
  services.transaction(async (session) => {
    const at = services.clock();
    const rate: Rate = { ...read, _id: idOf(round, read), round, by: actor.id, at };
    await services.rates.put(rate, session);
    const { currency, year, to, date } = rate;
    const details = { currency, year, to, rate: rate.rate, date };
    const subject = { kind: 'round', id: round };
    await services.audit.record({ actor, event: 'rate.set', subject, details }, at, session);
  });

/** False when it is gone already. */
export const removeRate = (
  services: Services,
  round: string,
  of: Pick<Rate, 'currency' | 'year'>,
  actor: Actor,
): Promise<boolean> =>
  services.transaction(async (session) => {
    if (!(await services.rates.remove(idOf(round, of), session))) return false;
    const { currency, year } = of;
    const subject = { kind: 'round', id: round };
    const event = { actor, event: 'rate.removed', subject, details: { currency, year } };
    await services.audit.record(event, services.clock(), session);
    return true;
  });
