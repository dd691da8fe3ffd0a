/** What several of the respondent's pages show. Pure. */

import type { SectionOverview } from './overview.ts';
import { statusOf } from './response.ts';
import type { Seat } from './seat.ts';

export type Page = { view: string; title: string; locals: object; form?: string };

export const common = (seat: Seat) => ({
  state: seat.stateName,
  sender: seat.questionnaire.definition.sender,
  plan: seat.questionnaire.definition.plan,
  questionnaireTitle: seat.questionnaire.definition.title,
  audience: seat.questionnaire.definition.audiences.find((a) => a.id === seat.response.audience),
  deadline: seat.deadline,
  writing: seat.writing,
  status: statusOf(seat.response),
  submittedAt: seat.response.submitted
    ? seat.voice.dateTime(seat.response.submitted.submittedAt, seat.zone)
    : '',
});

export type SectionLink = {
  id: string;
  label: string;
  current: boolean;
  state: 'done' | 'part' | 'none';
  text: string;
};

export function sectionLinks(
  sections: SectionOverview[],
  current: string | null,
  voice: Seat['voice'],
): SectionLink[] {
  const links = sections.map(
    ({ section, shown, answered }): SectionLink => ({
      id: section.id,
      label: section.action === null ? section.title : `${section.action}. ${section.title}`,
      current: section.id === current,
      state: answered === shown ? 'done' : answered > 0 ? 'part' : 'none',
      text: voice.t('section.answered', { answered, shown }),
    }),
  );
  return [
    ...links,
    {
      id: 'check',
      label: voice.t('check.link'),
      current: current === 'check',
      state: 'none',
      text: '',
    },
  ];
}
