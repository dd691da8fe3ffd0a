/**
 * What is asked: the shape of a questionnaire, as data. `docs/questionnaire.md` explains it to its authors.
 * Codes (`id`, `value`, `key`) are what is stored and exported and never change; texts are in `language`,
 * and `translations` maps a source text (or, where one text needs two renderings, its path) to another language.
 */
import { z } from 'zod';

/** The six languages of the United Nations: what a definition may be written in and translated into. */
export const LANGUAGES = ['en', 'fr', 'es', 'ar', 'ru', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];
const language = z.enum(LANGUAGES);

/** Words such as "constructor", which every JavaScript object has: an answer of that name would seem to be there always. */
const isFree = (word: string) => !(word in {});
const TAKEN = 'JavaScript has this word for itself: choose another';

const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a code has letters, digits, _ and - only')
  .refine(isFree, TAKEN);
const id = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9_]*$/,
    'an id starts with a small letter and has letters, digits and _ only',
  )
  .refine(isFree, TAKEN);
const text = z.string().trim().min(1, 'a text that people read may not be empty');
const optionalText = z.string().trim().optional();
const isoDate = z.iso.date('a date is a day of the calendar, written YYYY-MM-DD');

/** Answers that are no answer on the matter: counted as categories of their own, never as a yes. */
export const WAYS_OUT = ['dont_know', 'prefer_not'] as const;

/** What a file question can take: types that the server tells by their content. */
export const FILE_TYPES = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'image/png',
  'image/jpeg',
];
const fileType = z
  .string()
  .refine((type) => FILE_TYPES.includes(type), `a file can be ${FILE_TYPES.join(', ')}`);

const rule = z.strictObject({
  q: id,
  op: z.enum(['eq', 'neq', 'in', 'includes', 'answered', 'gt', 'lt']),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
});
export type Rule = z.infer<typeof rule>;
/** A rule on one answer, or several joined. A rule on a hidden or unanswered question is false, whatever the op. */
export type Condition = Rule | { all: Condition[] } | { any: Condition[] };
const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      rule,
      z.strictObject({ all: z.array(condition).min(1) }),
      z.strictObject({ any: z.array(condition).min(1) }),
    ],
    'a condition is { q, op, value } with a known op, { all: [...] } or { any: [...] }',
  ),
);

/** `exclusive`: cannot be chosen with another one. `text`: asks for words of the respondent's own ("Other"). */
const option = z.strictObject({
  value: code,
  label: text,
  exclusive: z.literal(true).optional(),
  text: z.literal(true).optional(),
});
export type Option = z.infer<typeof option>;

/** Either the options themselves or the name of a set in `optionSets`, which `extraOptions` follow. */
const choices = {
  options: z.array(option).min(2).optional(),
  optionSet: code.optional(),
  extraOptions: z.array(option).optional(),
};

const questionBase = {
  id,
  section: id,
  label: text,
  hint: optionalText,
  required: z.boolean(),
  shownWhen: condition.optional(),
  /** The indicator that this question feeds; none for the questions about the answers themselves. */
  indicator: id.optional(),
  genderDiversity: z.literal(true).optional(),
  /** `aggregate`: whatever the State chose, the answer is counted in totals and never shown beside a name. */
  use: z.literal('aggregate').optional(),
};

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('single') }),
  z.strictObject({ type: z.literal('multi') }),
  z.strictObject({
    type: z.literal('money'),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({ type: z.literal('text'), maxLength: z.number().int().positive() }),
]);

const question = z.discriminatedUnion('type', [
  z.strictObject({ ...questionBase, ...choices, type: z.literal('single') }),
  z.strictObject({ ...questionBase, ...choices, type: z.literal('multi') }),
  z.strictObject({
    ...questionBase,
    type: z.literal('scale'),
    /** A step is its own code, so it has digits only; and each step is a button. */
    min: z.number().int().min(0),
    max: z.number().int().max(100),
    minLabel: text,
    maxLabel: text,
    /** Ways out beside the numbers. */
    extraOptions: z.array(option).optional(),
  }),
  z.strictObject({
    ...questionBase,
    type: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.enum(['percent', 'years', 'count']),
    /** Digits after the decimal point that are kept. */
    decimals: z.number().int().min(0).max(6),
  }),
  /** An amount with a currency of `optionSets.currencies`, at most two decimals. */
  z.strictObject({ ...questionBase, type: z.literal('money'), min: z.number().optional() }),
  z.strictObject({
    ...questionBase,
    type: z.literal('text'),
    maxLength: z.number().int().positive().max(32_000),
    multiline: z.boolean(),
  }),
  z.strictObject({
    ...questionBase,
    type: z.literal('matrix'),
    rows: z.array(option).min(1),
    columns: z.array(option).min(1),
    cell,
  }),
  z.strictObject({
    ...questionBase,
    type: z.literal('file'),
    accept: z.array(fileType).min(1),
    maxFiles: z.number().int().min(1).max(10),
    maxMebibytes: z.number().min(0.1).max(10),
  }),
]);
export type Question = z.infer<typeof question>;

/** A value to compare with: a fraction from 0 to 1 for a percentage, else a number of States. */
const mark = z.strictObject({
  value: z.number().min(0),
  /** The day that it holds for. */
  date: isoDate.optional(),
  /** The document that it stands in. Like an official text it is never translated. */
  source: text,
});
export type Mark = z.infer<typeof mark>;

const indicator = z.strictObject({
  key: id,
  action: z.number().int(),
  /** `action_plan`: one of the plan's own; `supplementary`: one of ours. */
  basis: z.enum(['action_plan', 'supplementary']),
  kind: z.enum(['percentage', 'count', 'distribution']),
  label: text,
  /** From the Convention's document; null until somebody fills it in from there. */
  officialText: text.nullable(),
  wordingVerified: z.boolean(),
  audiences: z.array(id).min(1),
  numerator: condition.nullable(),
  /** States of the group at the reference date, of these only the ones that meet `where`. */
  denominator: z.strictObject({ group: id, where: condition.optional() }).nullable(),
  /** Where the plan began and where it is to lead; left out where no document says so. */
  baseline: mark.optional(),
  target: mark.optional(),
  genderDiversity: z.literal(true).optional(),
  note: optionalText,
});
export type Indicator = z.infer<typeof indicator>;

/** What results show of several answers at once. Each part may be left out. */
const views = z.strictObject({
  /** Two questions of one scale, put to those who give and to those who receive. */
  pairs: z
    .array(z.strictObject({ id, action: z.number().int(), label: text, given: id, received: id }))
    .optional(),
  /** A matrix with one choice in each row; the choices in `open` say that a need is open. */
  needs: z.strictObject({ question: id, open: z.array(code).min(1) }).optional(),
  /** Matrices with several choices in each row: of them `offered` and `sought` bring States together by row. */
  exchange: z
    .strictObject({ questions: z.array(id).min(1), offered: code, sought: code })
    .optional(),
  /** Questions whose answers stand on the one page that is printed of a State. */
  profile: z.array(id).min(1).optional(),
  /** Questions with choices that tell what hinders States, and what would help them: told in words in the paper. */
  hinders: z.array(id).min(1).optional(),
  helps: z.array(id).min(1).optional(),
});

/**
 * Whom the Committee asks about gender and diversity: States of the audience that report on cooperation (`cooperation`) and not
 * on how they take gender and diversity into account (`gender`) under an action.
 */
const followUp = z.strictObject({
  action: z.number().int(),
  audience: id,
  cooperation: condition,
  gender: condition,
});
export type FollowUpRule = z.infer<typeof followUp>;

const questionnaireKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a key has small letters, digits and - only');

/**
 * A questionnaire that members of the Committee fill in for each State, beside the questionnaires of these keys. It is put to
 * no State: no round is made of it and no mail is sent. `mentioned` and `absent` say what it means beside the rules of `followUps`.
 */
const internal = z.strictObject({
  of: z.array(questionnaireKey).min(1),
  mentioned: condition,
  absent: condition,
});

const translation = z.strictObject({
  /** False until a person who speaks the language has read it; the pages say so. */
  reviewed: z.boolean(),
  texts: z.record(z.string(), z.string()),
});

export const definitionSchema = z.strictObject({
  format: z.literal(1),
  key: questionnaireKey,
  version: z.number().int().positive(),
  /** Keys of former questionnaires in which a question of the same id asks the same. Its own need not be named. */
  follows: z.array(questionnaireKey).optional(),
  internal: internal.optional(),
  status: z.enum(['draft', 'final']),
  language,
  title: text,
  /** For the bar of each page. */
  shortTitle: text,
  plan: text,
  sender: text,
  note: optionalText,
  period: z.strictObject({ from: isoDate, to: isoDate }),
  referenceDate: isoDate,
  audiences: z
    .array(
      z.strictObject({
        id,
        label: text,
        short: text,
        /** Groups of States that are meant to be asked. */
        groups: z.array(id).min(1),
      }),
    )
    .min(1),
  groups: z.array(
    z.strictObject({
      id,
      label: text,
      /** For a sentence such as "26 of 41 affected States Parties". */
      short: optionalText,
      note: optionalText,
    }),
  ),
  actions: z.array(
    z.strictObject({
      number: z.number().int(),
      title: text,
      summary: text,
      officialText: text.nullable(),
    }),
  ),
  indicators: z.array(indicator),
  followUps: z.array(followUp).optional(),
  sections: z
    .array(
      z.strictObject({
        id,
        audiences: z.array(id).min(1),
        /** Null for the section about the answers themselves. */
        action: z.number().int().nullable(),
        title: text,
        intro: optionalText,
      }),
    )
    .min(1),
  optionSets: z.record(z.string(), z.array(option)),
  questions: z.array(question).min(1),
  views: views.optional(),
  translations: z.partialRecord(language, translation).optional(),
});
export type Definition = z.infer<typeof definitionSchema>;
export type Section = Definition['sections'][number];
