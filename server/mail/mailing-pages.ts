/** The page on which people and time of a mailing are chosen. From a draft to the values in the view. */

import type { Account } from '../accounts/account.ts';
import type { Actor } from '../audit/event.ts';
import { MAILING_KINDS } from '../invitations/mailing-kind.ts';
import { choose } from '../invitations/roll.ts';
import { EVERYBODY, placeOf } from '../invitations/selection.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import type { DraftMailing, FormProblem } from './mailing-draft.ts';
import { MESSAGE_PREFIX } from './template.ts';

export type MailingHere = {
  account: Account;
  actor: Actor;
  round: Round;
  edition: Edition;
  voice: Voice;
};

/** What the filters of a round offer. */
export function offeredIn(edition: Edition) {
  const { audiences, groups } = edition.source.definition;
  return {
    audiences: audiences.map((one) => one.id),
    regions: REGIONS,
    groups: groups.map((one) => one.id),
  };
}

/** How many each kind would reach if all were chosen. */
export const reachOf = (
  roll: DraftMailing['roll'],
  { round, edition }: MailingHere,
  at: Date,
): { kind: string; count: number }[] =>
  MAILING_KINDS.map((kind) => ({
    kind,
    count: choose(roll, kind, { round, edition, criteria: EVERYBODY, at }).chosen.length,
  }));

export async function newMailingPage(
  services: Services,
  here: MailingHere,
  { form, roll, problems }: DraftMailing,
  asked: boolean,
) {
  const { round, edition, voice } = here;
  const { definition } = edition.in(voice.language);
  const places = new Map(
    roll.people
      .filter(({ invitation }) => invitation || form.kind === 'invitation')
      .map(({ state, audience, status }) => [
        placeOf({ state: state._id, audience }),
        {
          state: nameIn(state, voice.language),
          audience: definition.audiences.find(({ id }) => id === audience)?.short ?? audience,
          status,
        },
      ]),
  );
  // A page that was just opened finds nothing wrong with what nobody has chosen yet.
  const shown = problems.filter(
    ({ field, code }) => asked || (field === 'kind' && code === 'round'),
  );
  return {
    view: 'mailings/new',
    title: voice.t(`mailings.kind.${form.kind}`),
    round,
    ...(asked && shown.length > 0 ? { status: 422 } : {}),
    locals: {
      round,
      form,
      audiences: definition.audiences,
      groups: definition.groups,
      regions: REGIONS,
      messages: (await services.templates.messages()).map((name) => ({
        name,
        label: name.slice(MESSAGE_PREFIX.length),
      })),
      places: [...places]
        .map(([value, one]) => ({ ...one, value, ticked: form.criteria.places.includes(value) }))
        .sort((a, b) => voice.compare(a.state, b.state)),
      problems: shown.map((problem) => ({ ...problem, text: problemText(problem, here) })),
      opens: voice.dateTime(round.opensAt, round.zone),
      closes: voice.dateTime(round.closesAt, round.zone),
    },
  };
}

export const problemText = (
  { code, language }: FormProblem,
  { round, voice }: MailingHere,
): string =>
  voice.t(`mailings.problem.${code}`, {
    opens: voice.dateTime(round.opensAt, round.zone),
    closes: voice.dateTime(round.closesAt, round.zone),
    language: LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] ?? '',
  });
