/**
 * What a paper says: the questionnaire of an audience to fill in by hand, or a State's own answers. One model, of
 * plain data, from which both the print page and the Word file are made. Pure.
 */
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { sectionHeading } from '../responses/section-words.ts';
import type { Voice } from '../texts.ts';
import type { Body } from './body.ts';

export type PaperQuestion = {
  id: string;
  /** Null for the questions about the answers themselves. */
  number: string | null;
  label: string;
  /** "(optional)", or empty. */
  optional: string;
  /** "Only if 43.1 is “Yes”."; empty for a question that everybody is asked. */
  condition: string;
  /** How to answer and hints, a line each. */
  hints: string[];
  body: Body;
};

type PaperSection = {
  id: string;
  heading: string;
  /** What the action says and what the section is about, a line each. */
  intro: string[];
  questions: PaperQuestion[];
};

export type Paper = {
  language: string;
  direction: 'ltr' | 'rtl';
  title: string;
  /** "Questionnaire" or "Answers": what kind of paper it is. */
  kind: string;
  sender: string;
  /** The State's name; empty on a paper for nobody in particular. */
  state: string;
  /** Demonstration data, unreviewed translation. */
  notices: string[];
  facts: { label: string; text: string }[];
  notes: { heading: string; lines: string[] }[];
  sections: PaperSection[];
  /** "Page {n} of {m}", as what stands before, between and after the two numbers. */
  page: [string, string, string];
};

/** What every paper of a round knows. */
export type PaperContext = {
  questionnaire: Questionnaire;
  audience: string;
  /** Ids of the sections that the reader may see; null for all. */
  only: string[] | null;
  /** Null for a paper that an admin takes for an audience. */
  stateName: string | null;
  /** In words. */
  deadline: string;
  /** The day of the paper, in words. */
  asOf: string;
  /** The address for questions; null where there is none. */
  writeTo: string | null;
  demonstration: boolean;
  reviewed: boolean;
  voice: Voice;
};

type Rest = Pick<Paper, 'kind' | 'facts' | 'notes'>;

/** The frame of a paper around the questions that `questionOf` makes. */
export function makePaper(
  context: PaperContext,
  rest: Rest,
  questionOf: (question: ReturnType<Questionnaire['questions']>[number]) => PaperQuestion,
): Paper {
  const { questionnaire, audience, only, stateName, deadline, asOf, voice } = context;
  const { definition } = questionnaire;
  const { t } = voice;
  const sections = questionnaire
    .sections(audience)
    .filter(({ id }) => only === null || only.includes(id));
  const [before = '', between = '', after = ''] = t('papers.page', {
    number: '\u0000',
    of: '\u0000',
  }).split('\u0000');
  return {
    language: voice.language,
    direction: voice.direction,
    title: definition.title,
    kind: rest.kind,
    sender: definition.sender,
    state: stateName ?? '',
    notices: [
      ...(context.demonstration ? [t('notice.demonstration')] : []),
      ...(context.reviewed ? [] : [t('notice.unreviewed')]),
    ],
    facts: [
      { label: t('papers.state'), text: stateName ?? '' },
      {
        label: t('states.audience'),
        text: definition.audiences.find((one) => one.id === audience)?.label ?? audience,
      },
      { label: t('landing.deadline'), text: deadline },
      ...rest.facts,
      { label: t('papers.asOf'), text: asOf },
    ],
    notes: rest.notes,
    sections: sections.map((section) => {
      const action = definition.actions.find((one) => one.number === section.action);
      return {
        id: section.id,
        heading: sectionHeading(section, voice),
        intro: [
          ...(action ? [action.officialText ?? `${action.summary} ${t('action.isSummary')}`] : []),
          ...(section.intro ? [section.intro] : []),
        ],
        questions: questionnaire.questions(section.id).map(questionOf),
      };
    }),
    page: [before, between, after],
  };
}
