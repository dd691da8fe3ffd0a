/** What a spreadsheet would take for a formula, and the apostrophe that keeps it from doing so. Pure. */

/** Spaces and invisible characters before the sign do not hide it, nor do the full-width forms. */
const FORMULA =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: spreadsheets skip these before a formula
  /^[\s\uFEFF\u200B-\u200F\u202A-\u202E\u2066-\u2069\u0000]*[=+\-@|%\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n\u0000]/;

export const isFormula = (text: string): boolean => FORMULA.test(text);

/** The text without the apostrophe that an export put before it; any other text as it is. */
export const unguarded = (text: string): string =>
  text.startsWith("'") && isFormula(text.replace(/^'+/, '')) ? text.slice(1) : text;
