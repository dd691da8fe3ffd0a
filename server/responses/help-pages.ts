/** The pages on which a respondent asks for more time, or says that somebody else should answer. Pure. */
import type { Referral, ReferralForm, ReferralProblem } from '../invitations/referral.ts';
import { deadlineText } from '../rounds/deadline.ts';
import { type Extension, LONGEST_WORDS } from '../rounds/extension.ts';
import { common, type Page } from './page-parts.ts';
import { deadlineFor, type Seat } from './seat.ts';

export type ExtensionForm = { day: string; reason: string };
/** At a field, or above the form. */
export type ExtensionProblem = {
  field: 'day' | 'reason' | 'form';
  code: 'day' | 'notLater' | 'past' | 'far' | 'reason' | 'length' | 'open' | 'closed';
};

const instantText = (seat: Seat, closesAt: Date): string =>
  deadlineText({ closesAt, zone: seat.round.zone }, seat.state, seat.contact, seat.voice);

/** @param latest what was asked for or granted last */
export function extensionPage(
  seat: Seat,
  latest: Extension | null,
  posted: { form: ExtensionForm; problems: ExtensionProblem[] } | null = null,
): Page {
  const { voice, round } = seat;
  const title = voice.t('extension.title');
  const errors = (posted?.problems ?? []).map(({ field, code }) => ({
    field,
    text: voice.t(`extension.problem.${code}`, {
      deadline: deadlineFor(seat),
      max: voice.number(LONGEST_WORDS),
    }),
  }));
  const open = latest?.status === 'open' ? latest : null;
  return {
    view: 'extension',
    title: errors.length > 0 ? voice.t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      mayAsk: round.status === 'open',
      // A page that refuses keeps what was typed, even beside a request that waits.
      showForm: posted !== null || (round.status === 'open' && !open),
      hour: voice.time(round.closesAt, round.zone),
      zoneName: voice.zoneName(round.closesAt, round.zone),
      form: posted?.form ?? { day: '', reason: '' },
      errors,
      latest: latest && {
        id: latest._id,
        status: latest.status,
        wanted: instantText(seat, latest.wanted),
        until: latest.until ? instantText(seat, latest.until) : '',
        asked: voice.dateTime(latest.askedAt, seat.zone),
        reason: latest.reason,
        word: latest.word,
      },
    },
  };
}

const EMPTY_REFERRAL: ReferralForm = {
  who: '',
  name: '',
  post: '',
  email: '',
  language: '',
  note: '',
};

/** @param open what this person said and nobody has answered yet */
export function rightPersonPage(
  seat: Seat,
  open: Referral | null,
  posted: {
    form: ReferralForm;
    problems: (ReferralProblem | { field: 'form'; code: 'open' | 'closed' })[];
  } | null = null,
): Page {
  const { voice } = seat;
  const title = voice.t('rightPerson.title');
  const errors = (posted?.problems ?? []).map(({ field, code }) => ({
    field,
    text: voice.t(`rightPerson.problem.${code}`),
  }));
  return {
    view: 'right-person',
    title: errors.length > 0 ? voice.t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      contact: seat.contact,
      mayAsk: seat.round.status === 'open',
      showForm: posted !== null || (seat.round.status === 'open' && !open),
      form: posted?.form ?? EMPTY_REFERRAL,
      codes: seat.edition.languages,
      errors,
      open: open && {
        id: open._id,
        named: open.named,
        note: open.note,
        when: voice.dateTime(open.askedAt, seat.zone),
      },
    },
  };
}
