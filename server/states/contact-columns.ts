/** The columns of a file of contacts. */
export const CONTACT_COLUMNS = ['state', 'audience', 'name', 'post', 'email', 'language'] as const;
/** May be left out: then a contact keeps the zone that it has. */
const OPTIONAL_COLUMN = 'zone';
export const ALL_COLUMNS = [...CONTACT_COLUMNS, OPTIONAL_COLUMN] as const;
export type ContactColumn = (typeof ALL_COLUMNS)[number];

/** A column by its name, however it is written: spaces, capital and full-width letters do not count. */
export const headerName = (cell: string): string =>
  cell
    .normalize('NFKC')
    .replace(/[\u200B\u2060\uFEFF]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
