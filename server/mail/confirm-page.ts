/** The page on which a mailing is confirmed: who gets it, who does not and why, in which words and when. */
import { newId } from '../db/record.ts';
import type { Skipped } from '../invitations/roll.ts';
import { nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES } from '../texts.ts';
import type { DraftMailing } from './mailing-draft.ts';
import { fieldsOfForm, queryOf } from './mailing-form.ts';
import { type MailingHere, problemText } from './mailing-pages.ts';
import { kindOf } from './template.ts';

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
