/** The landing page and a section's page. Pure: from the person at the screen to the values in the view. */
import type { Problem } from '../questionnaire/answers.ts';
import type { Conflict } from './conflict.ts';
import { overviewOf } from './overview.ts';
import { common, type Page, sectionLinks } from './page-parts.ts';
import type { Draft } from './response.ts';
import type { Seat } from './seat.ts';
import { storedProblems } from './section-form.ts';
import { elementId, sectionView } from './section-page.ts';

export function landingPage(seat: Seat): Page {
  const { voice, questionnaire, response } = seat;
  const { title } = questionnaire.definition;
  const overview = overviewOf(questionnaire, response.audience, response.draft, voice.language);
  const next = overview.sections.find((one) => one.answered < one.shown) ?? overview.sections[0];
  return {
    view: 'landing',
    title,
    locals: {
      ...common(seat),
      overview,
      sections: sectionLinks(overview.sections, null, voice),
      next: next?.section.id,
      contact: seat.contact,
      period: questionnaire.definition.period,
      unlisted: !seat.edition.languages.includes(seat.contact?.language ?? 'en'),
    },
  };
}

/** Null when the section is not one of the audience's. */
export function sectionPage(
  seat: Seat,
  section: string,
  options: {
    draft?: Draft;
    problems?: Problem[];
    closed?: boolean;
    isNew?: string;
    conflict?: Conflict;
  } = {},
): Page | null {
  const { voice, questionnaire, response } = seat;
  const sections = questionnaire.sections(response.audience);
  const place = sections.findIndex((candidate) => candidate.id === section);
  const current = sections[place];
  if (!current) return null;
  const draft = options.draft ?? response.draft;
  const here = questionnaire.questions(section);
  // Words that could not be read are shown with what is wrong with them, each time the page is opened.
  const problems =
    options.problems ??
    here.flatMap((question) => storedProblems(questionnaire, question, draft, voice.language));
  const view = sectionView(
    questionnaire,
    { audience: response.audience, section },
    draft,
    problems,
    voice,
    response.draft,
    options.conflict?.theirs,
  );
  const overview = overviewOf(questionnaire, response.audience, draft, voice.language);
  const action = questionnaire.definition.actions.find((one) => one.number === current.action);
  const heading =
    current.action === null
      ? current.title
      : voice.t('section.heading', { action: current.action, title: current.title });
  const title = view.errors.length > 0 ? voice.t('errorTitle', { title: heading }) : heading;
  return {
    view: 'section',
    title,
    form: 'section',
    locals: {
      ...common(seat),
      ...view,
      heading,
      section: current,
      action: action ?? null,
      place: place + 1,
      of: sections.length,
      revision: (response.sections[section]?.revision ?? 0).toString(),
      savedAt: response.sections[section]
        ? voice.dateTime(response.sections[section].savedAt, seat.zone)
        : '',
      sections: sectionLinks(overview.sections, section, voice),
      next: sections[place + 1]?.id ?? 'check',
      isNew: options.isNew ?? '',
      conflict: options.conflict !== undefined,
      closed: options.closed === true || !seat.writing.ok,
      wasPosted: options.problems !== undefined,
      elementId,
      isLast: place === sections.length - 1,
    },
  };
}
