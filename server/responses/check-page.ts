/** Check answers with the form to submit, and the receipt. Pure. */
import { answerLines } from './answer-text.ts';
import { restrictedOf } from './answer-use.ts';
import type { SectionOverview } from './overview.ts';
import { common, overviewFor, type Page, sectionLinks, sectionsFor } from './page-parts.ts';
import { type People, writersOf } from './people.ts';
import { askedOf, receiptOf } from './receipt.ts';
import type { Submitter } from './response.ts';
import type { Seat } from './seat.ts';
import { currencyOf } from './section-form.ts';
import { problemText } from './section-page.ts';
import { sectionHeading, sectionLabel } from './section-words.ts';

export function checkPage(
  seat: Seat,
  posted: { by: Submitter; errors: string[]; refused?: string } | null = null,
  /** Sections that colleagues wrote, in words: submitting signs them off. */
  writers: string[] = [],
): Page {
  const { voice, response, contact, note } = seat;
  const overview = overviewFor(seat);
  // Whoever enters a note is not whoever submitted before, nor the other way.
  const own = note || response.submitted?.note ? undefined : response.submitted?.by;
  const by = posted?.by ??
    own ?? {
      name: contact?.name ?? '',
      post: contact?.post ?? (note ? voice.t('colleagues.secretariat') : ''),
      email: contact?.email ?? '',
    };
  const failed = posted !== null && (posted.errors.length > 0 || posted.refused !== undefined);
  const title = voice.t(seat.delegate ? 'delegate.check' : 'check.title');
  return {
    view: 'check',
    title: failed ? voice.t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      overview,
      sections: sectionLinks(overview.sections, 'check', voice, seat.delegate !== null),
      writers,
      answers: overview.sections.map((one) => answersOf(one, seat)),
      by,
      errors: posted?.errors ?? [],
      refused: posted?.refused ?? '',
      submissions: response.submitted?.revision ?? 0,
      seen: Object.entries(response.sections)
        .map(([id, state]) => `${id}:${state.revision}`)
        .join(' '),
      use: response.draft.answers['r_use'] ?? '',
      restricted: restrictedOf(
        overview.sections.flatMap((one) => one.questions),
        response.draft,
        voice,
      ),
    },
  };
}

/** "45. Assistance: Ana Amari, 3 June 2023, 14:05", for each section that a colleague wrote. */
export function writersInWords(seat: Seat, people: People): string[] {
  const { voice, response, zone } = seat;
  return sectionsFor(seat).flatMap((section) =>
    writersOf(response, section.id, people, voice)
      .filter((writer) => writer.delegate !== null)
      .map((writer) =>
        voice.t('check.writer', {
          section: sectionLabel(section),
          name: writer.name,
          when: voice.dateTime(writer.at, zone),
        }),
      ),
  );
}

/** The answers of a section in words, with what is missing or wrong said at each. */
function answersOf({ section, questions, missing, problems }: SectionOverview, seat: Seat) {
  const { draft } = seat.response;
  const { voice } = seat;
  return {
    section,
    heading: sectionHeading(section, voice),
    questions: questions.map((question) => ({
      id: question.id,
      number: question.number,
      label: question.label,
      lines: answerLines(
        question,
        draft.answers[question.id],
        draft.other[question.id],
        currencyOf(draft),
        voice,
      ),
      missing: missing.includes(question),
      problems: problems
        .filter((problem) => problem.question === question.id)
        .map((problem) => problemText(question, problem, voice)),
    })),
  };
}

export function receiptPage(seat: Seat): Page {
  const { voice, response, zone } = seat;
  const { submitted } = response;
  if (!submitted) throw new Error('there is no receipt before a submission');
  return {
    view: 'receipt',
    title: voice.t('receipt.title'),
    locals: {
      ...common(seat),
      reference: submitted.reference,
      submittedAt: voice.dateTime(submitted.submittedAt, zone),
      zoneName: voice.zoneName(submitted.submittedAt, zone),
      by: submitted.by,
      mailed: seat.contact?.email ?? '',
      use: submitted.use,
      block: receiptOf(askedOf(response, seat.round), submitted),
    },
  };
}
