/** Themes that the Committee gives to written answers, a list of each round's own. */
export type Theme = {
  _id: string;
  round: string;
  label: string;
  /** The label without accents and case: no two of a round are alike. */
  folded: string;
  madeBy: string;
  madeAt: Date;
};

/** That the answer of a State to a question has a theme. */
export type Tag = {
  /** Theme, response and question: the same tag twice is one. */
  _id: string;
  round: string;
  theme: string;
  response: string;
  question: string;
  by: string;
  at: Date;
};

export const LONGEST_LABEL = 60;
export const MOST_THEMES = 50;

export type ThemeProblem = 'empty' | 'long' | 'taken' | 'many';
