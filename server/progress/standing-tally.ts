/** How many States of an audience are asked, have started and have submitted, kind by kind. Pure. */
import { type Counter, type Kind, STARTED } from '../columns/round-columns.ts';
import type { Dataset, Filter } from './dataset.ts';
import {
  counterOf,
  countsOf,
  isSubmitted,
  kindMatches,
  type Lens,
  lensOf,
  newTable,
  numbersOf,
  STRATA,
  standingIn,
  strataInView,
  strataOf,
} from './lens.ts';

export type Rate = { invited: number; submitted: number; started: number };

type StandingTally = Counter & { counts(kind: number): Int32Array };

function tallyOf(lens: Lens, audience: string): StandingTally {
  return counterOf(lens, `standing ${audience}`, () => {
    const { columns } = lens;
    const table = newTable(STRATA);
    const strata = strataOf(lens, audience);
    return {
      count: (from, to, by) =>
        countStrata(countsOf(table, columns.kinds.length), columns.kind, strata(), from, to, by),
      counts: (kind) => numbersOf(table, kind),
    };
  });
}

/** Those who were not asked have a stratum too, in which nobody looks. */
function countStrata(
  counts: Int32Array,
  kind: Uint16Array,
  strata: Uint8Array,
  from: number,
  to: number,
  by: number,
): void {
  const width = STRATA;
  for (let place = from; place < to; place += 1) {
    const at = (kind[place] as number) * width + (strata[place] as number);
    counts[at] = (counts[at] as number) + by;
  }
}

/** @param isIn of the kinds in view only these */
export function rateOf(
  data: Pick<Dataset, 'columns'>,
  audience: string,
  filter: Filter,
  isIn: (kind: Kind) => boolean = () => true,
): Rate {
  const tally = tallyOf(lensOf(data, filter), audience);
  const inView = strataInView(filter, audience);
  const rate: Rate = { invited: 0, submitted: 0, started: 0 };
  for (const [at, kind] of data.columns.kinds.entries()) {
    if (!kindMatches(kind, filter) || !isIn(kind)) continue;
    for (const [stratum, count] of tally.counts(at).entries()) {
      if (!inView[stratum]) continue;
      rate.invited += count;
      if (isSubmitted(stratum)) rate.submitted += count;
      else if (standingIn(stratum) === STARTED) rate.started += count;
    }
  }
  return rate;
}
