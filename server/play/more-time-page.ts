/** More time for several States at once: who gets it, and who cannot. Pure. */
import { placeOf } from '../invitations/selection.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { fieldTime } from '../rounds/extension.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Player } from './read.ts';

/** Those at the places that were invited, since others have no deadline to move. */
export const invitedAt = (players: Player[], places: Set<string>): Player[] =>
  players.filter((player) => player.invitation && places.has(placeIn(player)));

export const placeIn = ({ state, audience }: Player): string =>
  placeOf({ state: state._id, audience });

export function moreTimePage(
  players: Player[],
  places: Set<string>,
  of: { round: Round; edition: Edition; until: string | null; problem: string | null },
  voice: Voice,
) {
  const { round, edition, until, problem } = of;
  const { audiences } = edition.in(voice.language).definition;
  const lines = (those: Player[]) =>
    those
      .map((player) => ({
        place: placeIn(player),
        name: nameIn(player.state, voice.language),
        audience: audiences.find(({ id }) => id === player.audience)?.short ?? player.audience,
        extended: player.extendedTo
          ? voice.t('requests.extended', { when: voice.date(player.extendedTo, round.zone) })
          : '',
      }))
      .sort((a, b) => voice.compare(a.name, b.name));
  const chosen = invitedAt(players, places);
  return {
    round,
    chosen: lines(chosen),
    others: lines(
      players.filter((player) => places.has(placeIn(player)) && !chosen.includes(player)),
    ),
    until: until ?? fieldTime(round.closesAt, round.zone),
    closes: voice.dateTime(round.closesAt, round.zone),
    problem,
  };
}
