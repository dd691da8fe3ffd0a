/** What the fields of a template say in one mail: from the round, the person, and how far the State is. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { Invitation } from '../invitations/invitation.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { overviewOf } from '../responses/overview.ts';
import type { Response } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Contact, State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { type ClarificationValues, NO_CLARIFICATION } from './clarification-values.ts';
import { roundContext } from './round-context.ts';
import type { FieldName, FieldValues } from './template-fields.ts';

export type MailAbout = {
  /** With the deadline that counts for the invitation. */
  round: Round;
  state: State;
  invitation: Pick<Invitation, 'audience'>;
  edition: Edition;
  contact: Contact;
  /** Null for a State that was not asked yet. */
  response: Pick<Response, 'draft' | 'submitted'> | null;
  /** What the secretariat wrote when it gave more time. */
  word?: string;
  /** What the Committee asks about, in words. */
  clarification?: ClarificationValues;
};

/** @param links addresses in full; "" for one that the mail does not need */
export function fieldValues(
  of: MailAbout,
  links: { link: string; stop: string },
  publicUrl: string,
  now: Date,
  voice: Voice,
): FieldValues {
  const { round, state, invitation, edition, contact, response, word = '' } = of;
  const { clarification = NO_CLARIFICATION } = of;
  const zone = contact.zone ?? state.zone;
  const context = roundContext({ round, state, invitation, edition, contact }, publicUrl, voice);
  const submitted = response?.submitted ?? null;
  return onDemand({
    name: () => oneLine(contact.name),
    post: () => oneLine(contact.post),
    state: () => oneLine(context.state),
    audience: () => context.audience,
    title: () => context.title,
    plan: () => context.plan,
    sender: () => context.sender,
    deadline: () => context.deadline,
    deadline_day: () => voice.date(round.closesAt, zone),
    days_left: () => timeLeft(daysLeft(round.closesAt, now, zone), voice),
    progress: () => progressOf(of, voice),
    reference: () => submitted?.reference ?? '',
    submitted_at: () => (submitted ? voice.dateTime(submitted.submittedAt, zone) : ''),
    submitter: () => oneLine(submitted?.by.name ?? ''),
    word: () => word && `${voice.t('mail.word')}\n${word}`,
    action: () => clarification.action,
    question: () => clarification.question,
    answer: () => clarification.answer,
    words: () => clarification.words,
    answer_by: () => clarification.answer_by,
    link: () => links.link,
    lost_link: () => context.lost,
    stop_link: () => links.stop,
  });
}

/** Words that are made when a text asks for them: how far a State is costs more than the rest of its mail. */
const onDemand = (make: Record<FieldName, () => string>): FieldValues => {
  const values = {} as FieldValues;
  for (const [name, words] of Object.entries(make))
    Object.defineProperty(values, name, { get: words, enumerable: true });
  return values;
};

const timeLeft = (count: number, { t }: Voice) =>
  count === 0 ? t('mailings.lessThanDay') : t('mailings.daysLeft', { count });

/** Days of the calendar from today to the deadline, where the person is; 0 on the day itself and after it. */
function daysLeft(deadline: Date, now: Date, zone: string): number {
  const day = (instant: Date) =>
    Temporal.Instant.fromEpochMilliseconds(instant.getTime())
      .toZonedDateTimeISO(zone)
      .toPlainDate();
  return Math.max(0, day(now).until(day(deadline), { largestUnit: 'days' }).days);
}

function progressOf({ edition, invitation, response }: MailAbout, voice: Voice): string {
  const draft = response?.draft ?? { answers: {}, other: {}, unparsed: {} };
  const { language } = voice;
  const { answered, shown } = overviewOf(
    edition.in(language),
    invitation.audience,
    draft,
    language,
  );
  return voice.t('mailings.progress', {
    answered: voice.number(answered),
    shown: voice.number(shown),
  });
}

/** A name is one line of words: a break in it would make a paragraph of its own in the text part. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
