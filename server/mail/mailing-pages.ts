/** The pages on which a mailing is prepared: chosen, looked at, confirmed. From a draft to the values in the view. */

import type { Account } from '../accounts/account.ts';
import { newId } from '../db/record.ts';
import { MAILING_KINDS } from '../invitations/mailing-kind.ts';
import { choose, type Skipped } from '../invitations/roll.ts';
import { EVERYBODY, placeOf } from '../invitations/selection.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import type { DraftMailing, FormProblem } from './mailing-draft.ts';
import { fieldsOfForm, queryOf } from './mailing-form.ts';
import { kindOf, MESSAGE_PREFIX } from './template.ts';

export type MailingHere = { account: Account; round: Round; edition: Edition; voice: Voice };

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

const problemText = ({ code, language }: FormProblem, { round, voice }: MailingHere): string =>
  voice.t(`mailings.problem.${code}`, {
    opens: voice.dateTime(round.opensAt, round.zone),
    closes: voice.dateTime(round.closesAt, round.zone),
    language: LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] ?? '',
  });

/** @param changed the selection is another one than the one that was confirmed */
export function confirmPage(
  here: MailingHere,
  draft: DraftMailing,
  now: Date,
  { changed = false, key = newId() }: { changed?: boolean; key?: string } = {},
) {
  const { round, voice, account } = here;
  const { form, choice, at, texts, problems, digest } = draft;
  const base = `/admin/rounds/${round._id}/mailings`;
  const stateNames = new Map(
    [...draft.roll.people, ...draft.roll.silent].map(({ state }) => [
      state._id,
      nameIn(state, voice.language),
    ]),
  );
  const audienceName = audienceNames(here);
  const state = (key: string) => stateNames.get(key) ?? key;
  return {
    view: 'mailings/confirm',
    title: voice.t(`mailings.kind.${form.kind}`),
    round,
    ...(changed ? { status: 409 } : {}),
    locals: {
      round,
      form,
      base,
      changed,
      key,
      digest,
      email: account.email,
      fields: fieldsOfForm(form),
      change: `${base}/new?${queryOf(form)}`,
      when: at ? voice.dateTime(at, round.zone) : '',
      opens: !at && round.opensAt > now ? voice.dateTime(round.opensAt, round.zone) : '',
      chosen: choice.chosen
        .map(({ person, template }) => ({
          state: state(person.state._id),
          audience: audienceName(person.audience),
          name: person.contact.name,
          email: person.contact.email,
          language: LANGUAGE_NAMES[person.language as keyof typeof LANGUAGE_NAMES],
          template,
          preview: `${base}/preview?${queryOf(form, { person: person.contact._id })}`,
        }))
        .sort((a, b) => voice.compare(a.state, b.state)),
      skipped: skippedRows(choice.skipped, state, audienceName).sort((a, b) =>
        voice.compare(a.state, b.state),
      ),
      reasons: reasonCounts(choice.skipped),
      texts: texts.map(({ template, language, people, version }) => ({
        template,
        kind: kindOf(template),
        language,
        languageName: LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] ?? language,
        people,
        version: version?.version ?? null,
        shipped: version?.origin === 'shipped',
        savedAt: version?.savedAt ? voice.date(version.savedAt, round.zone) : '',
      })),
      inEnglish: choice.chosen.filter(
        ({ person }) =>
          person.language === 'en' &&
          (person.contact.chosenLanguage ?? person.contact.language) !== 'en',
      ).length,
      problems: problems.map((problem) => ({ ...problem, text: problemText(problem, here) })),
    },
  };
}

const audienceNames =
  ({ edition, voice }: Pick<MailingHere, 'edition' | 'voice'>) =>
  (id: string): string =>
    edition.in(voice.language).definition.audiences.find((one) => one.id === id)?.short ?? id;

const skippedRows = (
  skipped: Skipped[],
  state: (key: string) => string,
  audience: (id: string) => string,
) =>
  skipped.map((one) => ({
    state: state(one.state),
    audience: audience(one.audience),
    name: one.contact?.name ?? '',
    reason: one.reason,
  }));

function reasonCounts(skipped: Skipped[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}
