/** A questionnaire of one section with twenty questions, as a page of the bench has them. */
import { bundled } from '../support/rounds.ts';

const OPTIONS = ['yes', 'partly', 'planned', 'no', 'dont_know'];
export const SECTION = 'a44';

export type BenchQuestion = {
  id: string;
  label: string;
  hint: string;
  options: { value: string; label: string }[];
};

export const TWENTY: BenchQuestion[] = Array.from({ length: 20 }, (_, n) => ({
  id: `b44_${String(n + 1).padStart(2, '0')}`,
  label: `What does your State do about matter ${n + 1} of those that the action names?`,
  hint: 'Choose what comes closest at the reference date.',
  options: OPTIONS.map((value) => ({
    value,
    label: `It is ${value.replace('_', ' ')}, as of now`,
  })),
}));

/** The bundled definition with these in place of its own questions. */
export function twentyQuestions(): unknown {
  const own = bundled() as {
    sections: { id: string }[];
    questions: { section: string }[];
    [more: string]: unknown;
  };
  const { views: _, followUps: __, ...rest } = own;
  const sections = own.sections.filter(
    ({ id }) => id === 'about' || id === SECTION || id === 'd44',
  );
  const about = own.questions.filter(({ section }) => section === 'about');
  const donor = own.questions.filter(({ section }) => section === 'd44');
  return {
    ...rest,
    key: 'bench',
    sections,
    indicators: [],
    translations: {},
    questions: [
      ...about,
      ...TWENTY.map((one) => ({ ...one, section: SECTION, type: 'single', required: false })),
      ...donor.map((one) => ({ ...one, indicator: undefined, shownWhen: undefined })),
    ],
  };
}
