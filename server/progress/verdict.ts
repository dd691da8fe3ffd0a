/** Where one State stands on one indicator, in a word. `rule-view.ts` says it. Pure. */

/** `totals`: said in totals only, so it stands in no list. `not_applicable`: it is none of those that are counted. */
export const VERDICTS = [
  'yes',
  'no',
  'unsure',
  'no_answer',
  'not_applicable',
  'totals',
  'not_asked',
] as const;
export type Verdict = (typeof VERDICTS)[number];
