/** What each of the respondent's pages shows. Pure: from the person at the screen to the values in the view. */
import type { Problem } from '../questionnaire/answers.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { answerLines } from './answer-text.ts';
import { fieldsOf } from './fields.ts';
import { overviewOf, type SectionOverview } from './overview.ts';
import { type Draft, type Response, type Submitter, statusOf } from './response.ts';
import type { Seat } from './seat.ts';
import { currencyOf, storedProblems } from './section-form.ts';
import { elementId, problemText, sectionView } from './section-page.ts';

export type Page = { view: string; title: string; locals: object; form?: string };

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
    /** What became of a file: "a43_03.type", or the question whose file was saved. */
    refused?: string;
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
    options.conflict?.theirs,
  );
  const [refusedQuestion, reason] = options.refused?.split('.') ?? [];
  if (
    refusedQuestion &&
    reason &&
    view.questions.some((question) => question.id === refusedQuestion)
  ) {
    const text = voice.t(`file.refused.${reason}`);
    const field = `${refusedQuestion}.file`;
    view.errors.push({ field, text, number: null });
    view.questions
      .find((question) => question.id === refusedQuestion)
      ?.errors.push({ field, text, number: null });
  }
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

export type Conflict = { draft: Draft; theirs: Map<string, string[]> };

/**
 * Two people saved one section. The page keeps what this one typed and says beside each field that differs what
 * the other saved; other fields take the other's answers, which this one did not touch.
 */
export function conflictOf(seat: Seat, section: string, current: Response, mine: Draft): Conflict {
  const { questionnaire, voice, response } = seat;
  const theirs = new Map<string, string[]>();
  const draft: Draft = {
    answers: { ...current.draft.answers },
    other: { ...current.draft.other },
    unparsed: { ...current.draft.unparsed },
  };
  for (const question of questionnaire.questions(section)) {
    const [was, my, their] = [response.draft, mine, current.draft].map((one) =>
      JSON.stringify(fieldsOf(question, one, voice.language)),
    );
    if (my === was || my === their) continue;
    takeQuestion(draft, mine, question.id);
    if (their !== was) theirs.set(question.id, wordsOf(question, current.draft, seat));
  }
  // The stale form was made before the other's save: what it did not have is not this one's to change.
  return { draft, theirs };
}

function takeQuestion(into: Draft, from: Draft, id: string): void {
  const take = <T>(target: Record<string, T>, source: Record<string, T>, key: string) => {
    const value = source[key];
    if (value === undefined) delete target[key];
    else target[key] = value;
  };
  take(into.answers, from.answers, id);
  take(into.other, from.other, id);
  const own = (key: string) => key === id || key.startsWith(`${id}|`);
  for (const key of Object.keys(into.unparsed)) if (own(key)) delete into.unparsed[key];
  for (const [key, words] of Object.entries(from.unparsed))
    if (own(key)) into.unparsed[key] = words;
}

const wordsOf = (question: AskedQuestion, draft: Draft, seat: Seat): string[] => {
  const lines = answerLines(
    question,
    draft.answers[question.id],
    draft.other[question.id],
    currencyOf(draft),
    seat.voice,
  );
  return lines.length > 0
    ? lines.map(({ label, text }) => (label ? `${label}: ${text}` : text))
    : [seat.voice.t('answers.none')];
};

export function checkPage(
  seat: Seat,
  posted: { by: Submitter; errors: string[]; refused?: string } | null = null,
): Page {
  const { voice, questionnaire, response, contact } = seat;
  const overview = overviewOf(questionnaire, response.audience, response.draft, voice.language);
  const by = posted?.by ??
    response.submitted?.by ?? {
      name: contact?.name ?? '',
      post: contact?.post ?? '',
      email: contact?.email ?? '',
    };
  const failed = posted !== null && (posted.errors.length > 0 || posted.refused !== undefined);
  const title = voice.t('check.title');
  return {
    view: 'check',
    title: failed ? voice.t('errorTitle', { title }) : title,
    locals: {
      ...common(seat),
      overview,
      sections: sectionLinks(overview.sections, 'check', voice),
      answers: overview.sections.map((one) => answersOf(one, seat)),
      by,
      errors: posted?.errors ?? [],
      refused: posted?.refused ?? '',
      submissions: response.submitted?.revision ?? 0,
      seen: Object.entries(response.sections)
        .map(([id, state]) => `${id}:${state.revision}`)
        .join(' '),
      use: response.draft.answers['r_use'] ?? '',
    },
  };
}

/** The answers of a section in words, with what is missing or wrong said at each. */
function answersOf({ section, questions, missing, problems }: SectionOverview, seat: Seat) {
  const { draft } = seat.response;
  const { voice } = seat;
  return {
    section,
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
    },
  };
}

const common = (seat: Seat) => ({
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

function sectionLinks(
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
