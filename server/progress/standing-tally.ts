/** How many States of an audience are asked, have started and have submitted, kind by kind. Pure. */
import { type Counter, type Kind, NOT_ASKED, STARTED } from '../columns/round-columns.ts';
import type { Dataset, Filter } from './dataset.ts';
import {
  counterOf,
  isSubmitted,
  kindMatches,
  type Lens,
  lensOf,
  newTable,
  STRATA,
  standingIn,
  startOf,
  strataInView,
  stratumOf,
} from './lens.ts';

export type Rate = { invited: number; submitted: number; started: number };

type StandingTally = Counter & { counts(kind: number): Int32Array };

function tallyOf(lens: Lens, audience: string): StandingTally {
  return counterOf(lens, `standing ${audience}`, () => {
    const table = newTable(STRATA);
    const stratumAt = stratumOf(lens, audience);
    return {
      count(place, by) {
        const stratum = stratumAt(place);
        if (standingIn(stratum) === NOT_ASKED) return;
        const at = startOf(table, lens.columns.kind[place] as number) + stratum;
        table.counts[at] = (table.counts[at] as number) + by;
      },
      counts(kind) {
        const start = startOf(table, kind);
        return table.counts.subarray(start, start + STRATA);
      },
    };
  });
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
