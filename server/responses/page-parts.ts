/** What several of the respondent's pages show. Pure. */

import type { Section } from '../questionnaire/definition.ts';
import type { Voice } from '../texts.ts';
import type { NoteCited } from './note-verbale.ts';
import { type Overview, overviewOf, progressOf, type SectionDone } from './overview.ts';
import { type Draft, statusOf } from './response.ts';
import { deadlineFor, type Seat } from './seat.ts';
import { sectionLabel } from './section-words.ts';

/** `view` is one of `views/responses/`, or begins with a slash for one elsewhere in `views/`. */
export type Page = { view: string; title: string; locals: object; form?: string };

/** How far the sections are that this person sees. */
export const overviewFor = (seat: Seat, draft: Draft = seat.response.draft): Overview =>
  overviewOf(
    seat.questionnaire,
    seat.response.audience,
    draft,
    seat.voice.language,
    seat.delegate?.sections ?? null,
  );

/** The same without what is wrong with the answers, for a page that only lists the sections. */
export const progressFor = (seat: Seat, draft: Draft = seat.response.draft): SectionDone[] =>
  progressOf(seat.questionnaire, seat.response.audience, draft, seat.delegate?.sections ?? null);

/** The sections that this person may write, in order. */
export const sectionsFor = ({ questionnaire, response, delegate }: Seat): Section[] =>
  questionnaire
    .sections(response.audience)
    .filter((section) => !delegate || delegate.sections.includes(section.id));

export const common = (seat: Seat) => ({
  state: seat.stateName,
  sender: seat.questionnaire.definition.sender,
  plan: seat.questionnaire.definition.plan,
  questionnaireTitle: seat.questionnaire.definition.title,
  audience: seat.questionnaire.definition.audiences.find((a) => a.id === seat.response.audience),
  deadline: deadlineFor(seat),
  writing: seat.writing,
  /** A colleague does not ask; the State's respondent does. */
  mayAskTime: !seat.writing.ok && seat.writing.reason === 'deadline' && !seat.delegate,
  forColleague: seat.delegate !== null,
  /** The Note Verbale from which the secretariat enters the answers; null for everybody else. */
  note: seat.note && noteInWords(seat.note, seat.voice),
  /** The one that the last submission was entered from, in words; "" for a State's own. */
  enteredFrom: seat.response.submitted?.note
    ? seat.voice.t('note.entered', noteInWords(seat.response.submitted.note, seat.voice))
    : '',
  status: statusOf(seat.response),
  submittedAt: seat.response.submitted
    ? seat.voice.dateTime(seat.response.submitted.submittedAt, seat.zone)
    : '',
});

export const noteInWords = ({ reference, dated }: NoteCited, voice: Voice) => ({
  reference,
  dated: voice.date(new Date(dated), 'UTC'),
});

export type SectionLink = {
  id: string;
  label: string;
  current: boolean;
  state: 'done' | 'part' | 'none';
  text: string;
};

export function sectionLinks(
  sections: SectionDone[],
  current: string | null,
  voice: Seat['voice'],
  /** The last link, to "check and submit", is "read through and finish" for a colleague. */
  forColleague = false,
): SectionLink[] {
  const links = sections.map(
    ({ section, shown, answered }): SectionLink => ({
      id: section.id,
      label: sectionLabel(section),
      current: section.id === current,
      state: answered === shown ? 'done' : answered > 0 ? 'part' : 'none',
      text: voice.t('section.answered', { answered, shown }),
    }),
  );
  return [
    ...links,
    {
      id: 'check',
      label: voice.t(forColleague ? 'delegate.check' : 'check.link'),
      current: current === 'check',
      state: 'none',
      text: '',
    },
  ];
}
