/** The landing page and a section's page. Pure: from the person at the screen to the values in the view. */
import { newId } from '../db/record.ts';
import type { Problem } from '../questionnaire/answers.ts';
import { usesInWords } from './answer-use.ts';
import type { Conflict } from './conflict.ts';
import type { Former } from './former.ts';
import { lastTimeOf } from './last-time.ts';
import {
  common,
  overviewFor,
  type Page,
  progressFor,
  sectionLinks,
  sectionsFor,
} from './page-parts.ts';
import { pieceOf } from './question-piece.ts';
import type { Draft } from './response.ts';
import type { Seat } from './seat.ts';
import { storedProblems } from './section-form.ts';
import { elementId, sectionView } from './section-page.ts';
import { sectionHeading } from './section-words.ts';

/** A clarification that waits for an answer, and the numbers of its questions. */
export type AskedBack = { id: string; numbers: string };

export function landingPage(seat: Seat, former: Former | null, asked: AskedBack[] = []): Page {
  const { voice, questionnaire } = seat;
  const { title } = questionnaire.definition;
  const overview = overviewFor(seat);
  const next = overview.sections.find((one) => one.answered < one.shown) ?? overview.sections[0];
  return {
    view: 'landing',
    title,
    locals: {
      ...common(seat),
      overview,
      sections: sectionLinks(overview.sections, null, voice),
      next: next?.section.id,
      asked,
      contact: seat.contact,
      period: questionnaire.definition.period,
      uses: usesInWords(voice),
      before: former
        ? voice.t('lastTime.intro', {
            state: seat.stateName,
            title: former.edition.in(voice.language).definition.title,
            when: voice.date(former.submission.submittedAt, seat.zone),
          })
        : '',
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
    former?: Former | null;
    /** Somebody else who saved the section last. */
    writer?: { name: string; at: Date } | null;
  } = {},
): Page | null {
  const { voice, questionnaire, response } = seat;
  const sections = sectionsFor(seat);
  const place = sections.findIndex((candidate) => candidate.id === section);
  const current = sections[place];
  if (!current) return null;
  const draft = options.draft ?? response.draft;
  const here = questionnaire.questions(section);
  const lastTimes = new Map(
    here.map((question) => [
      question.id,
      // Two texts side by side are enough to choose between.
      options.conflict ? null : lastTimeOf(seat, options.former ?? null, question, draft),
    ]),
  );
  // A form that was posted, and a question that is the page's news, are drawn for this one person.
  const posted =
    options.problems !== undefined || options.conflict !== undefined || draft !== response.draft;
  const pieces = new Map<string, string>();
  for (const question of posted ? [] : here) {
    const { id } = question;
    const isPlain = !lastTimes.get(id) && id !== options.isNew;
    const piece = isPlain ? pieceOf(questionnaire, question, draft, voice) : null;
    if (piece) pieces.set(id, piece);
  }
  // Words that could not be read are shown with what is wrong with them, each time the page is opened.
  const problems =
    options.problems ??
    here
      .filter(({ id }) => !pieces.has(id))
      .flatMap((question) => storedProblems(questionnaire, question, draft, voice.language));
  const view = sectionView(
    questionnaire,
    { audience: response.audience, section, without: new Set(pieces.keys()) },
    draft,
    problems,
    voice,
    response.draft,
    options.conflict?.theirs,
  );
  const drawn = new Map(view.questions.map((question) => [question.id, question]));
  const action = questionnaire.definition.actions.find((one) => one.number === current.action);
  const heading = sectionHeading(current, voice);
  const title = view.errors.length > 0 ? voice.t('errorTitle', { title: heading }) : heading;
  return {
    view: 'section',
    title,
    form: 'section',
    locals: {
      ...common(seat),
      errors: view.errors,
      elsewhere: view.elsewhere,
      questions: here.map(({ id }) => ({
        id,
        shown: view.shown.has(id),
        piece: pieces.get(id) ?? null,
        view: drawn.get(id) ?? null,
      })),
      hasFiles: here.some(({ type }) => type === 'file'),
      lastTimes: Object.fromEntries(lastTimes),
      heading,
      section: current,
      action: action ?? null,
      place: place + 1,
      of: sections.length,
      revision: (response.sections[section]?.revision ?? 0).toString(),
      savedAt: response.sections[section]
        ? voice.dateTime(response.sections[section].savedAt, seat.zone)
        : '',
      key: newId(),
      writer: options.writer
        ? voice.t('section.writer', {
            name: options.writer.name,
            ago: voice.ago(options.writer.at, seat.now, seat.zone),
          })
        : '',
      sections: sectionLinks(progressFor(seat, draft), section, voice, seat.delegate !== null),
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
