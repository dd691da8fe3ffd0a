/** The page on which a respondent hands sections to colleagues and sees who has what and who wrote what. Pure. */
import { type Delegate, stateOfDelegate } from '../invitations/delegate.ts';
import { common, overviewFor, type Page, sectionLinks } from './page-parts.ts';
import { nameOf, type People, writersOf } from './people.ts';
import type { Seat } from './seat.ts';

export type ColleagueForm = {
  name: string;
  email: string;
  language: string;
  sections: string[];
  note: string;
};

const BLANK: Omit<ColleagueForm, 'language'> = {
  name: '',
  email: '',
  sections: [],
  note: '',
};

export function colleaguesPage(
  seat: Seat,
  material: { delegates: Delegate[]; people: People },
  posted: { form: ColleagueForm; errors: string[] } | null = null,
): Page {
  const { voice, response, zone } = seat;
  const { delegates, people } = material;
  const overview = overviewFor(seat);
  const links = sectionLinks(overview.sections, null, voice);
  const label = (id: string) => links.find((link) => link.id === id)?.label ?? id;
  const title = voice.t('colleagues.title');
  const when = (at: Date | null) => (at ? voice.dateTime(at, zone) : '');
  return {
    view: 'colleagues',
    title: posted && posted.errors.length > 0 ? voice.t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      sections: links,
      parts: overview.sections.map(({ section }) => ({
        id: section.id,
        label: label(section.id),
        text: links.find((link) => link.id === section.id)?.text ?? '',
        writers: writersOf(response, section.id, people, voice).map((writer) => ({
          name: writer.name,
          when: when(writer.at),
        })),
        with: delegates
          .filter((one) => ['asked', 'done'].includes(stateOfDelegate(one)))
          .filter((one) => one.sections.includes(section.id))
          .map((one) => one.name),
      })),
      delegates: delegates.map((one) => ({
        id: one._id,
        name: one.name,
        email: one.email,
        sections: voice.list(one.sections.map(label)),
        state: stateOfDelegate(one),
        when: when(one.revokedAt ?? one.declinedAt ?? one.doneAt ?? one.askedAt),
        reason: one.reason,
      })),
      form: posted?.form ?? { ...BLANK, language: voice.language },
      errors: posted?.errors ?? [],
      codes: seat.edition.languages,
    },
  };
}

/** What the colleague sees first: who asks, for what, and the way to say "not me". */
export function delegatePage(seat: Seat, people: People): Page {
  const { voice, questionnaire, delegate } = seat;
  if (!delegate) throw new Error('this is not the page of a colleague');
  const overview = overviewFor(seat);
  return {
    view: 'delegate',
    title: questionnaire.definition.title,
    locals: {
      ...common(seat),
      overview,
      sections: sectionLinks(overview.sections, null, voice, true),
      next: (overview.sections.find((one) => one.answered < one.shown) ?? overview.sections[0])
        ?.section.id,
      asker: nameOf(delegate.askedBy, people, voice),
      note: delegate.note,
      name: delegate.name,
      done: delegate.doneAt ? voice.dateTime(delegate.doneAt, seat.zone) : '',
    },
  };
}
