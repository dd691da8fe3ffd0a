/** A definition made ready for use, once per version and language: options resolved, questions numbered, look-ups built. */
import type { Definition, Option, Question, Section } from './definition.ts';

/** A question as it is put to people: `options` is empty for the open types, `rows` for all but the matrix. */
export type AskedQuestion = Question & {
  options: Option[];
  /** "44.1": action and place; null in the section about the answers themselves. */
  number: string | null;
  audiences: string[];
  action: number | null;
};
export type AskedOf<T extends Question['type']> = Extract<AskedQuestion, { type: T }>;

export type Questionnaire = {
  definition: Definition;
  /** KEY@VERSION */
  name: string;
  /** Null when there is no such question. */
  question(id: string): AskedQuestion | null;
  /** In questionnaire order. */
  sections(audience: string): Section[];
  /** The questions of a section in order. */
  questions(sectionId: string): AskedQuestion[];
  /** All questions of an audience in order, the ones about the answers first. */
  asked(audience: string): AskedQuestion[];
};

export const nameOf = (of: { key: string; version: number }) => `${of.key}@${of.version}`;

export function compile(definition: Definition): Questionnaire {
  const sections = new Map(definition.sections.map((section) => [section.id, section]));
  const bySection = new Map<string, AskedQuestion[]>(
    definition.sections.map((section) => [section.id, []]),
  );
  const byId = new Map<string, AskedQuestion>();
  for (const question of definition.questions) {
    const section = sections.get(question.section);
    const siblings = bySection.get(question.section);
    if (!section || !siblings) throw new Error(`${question.id}: no section ${question.section}`);
    const asked = {
      ...question,
      options: optionsOf(question, definition.optionSets),
      number: section.action === null ? null : `${section.action}.${siblings.length + 1}`,
      audiences: section.audiences,
      action: section.action,
    } as AskedQuestion;
    siblings.push(asked);
    byId.set(question.id, asked);
  }
  const audiences = new Map(
    definition.audiences.map(({ id }) => {
      const own = definition.sections.filter((section) => section.audiences.includes(id));
      return [id, { sections: own, asked: own.flatMap((s) => bySection.get(s.id) ?? []) }];
    }),
  );
  return {
    definition,
    name: nameOf(definition),
    question: (id) => byId.get(id) ?? null,
    sections: (audience) => audiences.get(audience)?.sections ?? [],
    questions: (sectionId) => bySection.get(sectionId) ?? [],
    asked: (audience) => audiences.get(audience)?.asked ?? [],
  };
}

/** The options of a choice or scale, a named set before the extra ones; empty for the open types and the matrix. */
export function optionsOf(question: Question, sets: Definition['optionSets']): Option[] {
  if (question.type === 'scale') {
    const steps = Array.from({ length: question.max - question.min + 1 }, (_, i) => {
      const step = String(question.min + i);
      return { value: step, label: step };
    });
    return [...steps, ...(question.extraOptions ?? [])];
  }
  if (question.type !== 'single' && question.type !== 'multi') return [];
  const named = question.optionSet ? (sets[question.optionSet] ?? []) : [];
  return [...(question.options ?? []), ...named, ...(question.extraOptions ?? [])];
}
