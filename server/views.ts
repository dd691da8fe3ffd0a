/**
 * The views, each read once and compiled once for the values that it is given. A view includes another as it calls a function: the
 * library would look at the disk and copy all values for each of the hundred includes of a page.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ejs from 'ejs';

type Values = Record<string, unknown>;
type View = {
  source: string;
  /** Words of its code, some of which are values. */
  words: string[];
  compiled: Compiled[];
};
/** The view for values of which just these are there. */
type Compiled = { given: string[]; missing: string[]; draw(values: Values): string };

const folder = join(import.meta.dirname, '..', 'views');
const views = new Map<string, View>();

/**
 * @param name below `views/`, such as "progress/overview"
 * @throws when there is no such view, or it uses a value that it was not given
 */
export const renderView = (name: string, values: object): string =>
  within(name, Object.assign(Object.create(null), values));

function within(name: string, values: Values): string {
  values['include'] = (path: string, more: object = {}) =>
    within(placeOf(name, path), Object.assign(Object.create(null), values, more));
  return find(name, values).draw(values);
}

/** "/shared/errors" from the folder of the views, "button" from that of the view. */
const placeOf = (name: string, path: string): string =>
  path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(name), path);

function find(name: string, values: Values): Compiled {
  const view = views.get(name) ?? read(name);
  const known = view.compiled.find(
    ({ given, missing }) =>
      given.every((word) => word in values) && !missing.some((word) => word in values),
  );
  return known ?? compile(name, view, values);
}

function read(name: string): View {
  const source = readFileSync(join(folder, `${name}.ejs`), 'utf8');
  const code = [...source.matchAll(/<%(?!#)([\s\S]*?)%>/g)].map(([, inside = '']) => inside);
  // A word after a dot is a field of something, after three dots it is not.
  const words = code.join('\n').match(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*/g) ?? [];
  const view = { source, words: [...new Set(words)], compiled: [] };
  views.set(name, view);
  return view;
}

/**
 * The values become variables of the function. The library's own way, `with (values)`, takes a look through all values at each
 * word, which was most of the time of a page.
 */
function compile(name: string, view: View, values: Values): Compiled {
  const given = view.words.filter((word) => word in values);
  const missing = view.words.filter((word) => !(word in values));
  const options = {
    filename: join(folder, `${name}.ejs`),
    _with: false,
    destructuredLocals: given,
    escape: escaped,
    // Otherwise it copies the values once more, against names that a stranger could have sent; these are all ours.
    unsafePrototypeLocals: true,
  };
  // In a block of its own a view may name something like a value.
  const draw = ejs.compile(`<% { -%>${view.source}<% } %>`, options);
  const compiled = { given, missing, draw };
  view.compiled.push(compiled);
  return compiled;
}

const SIGNS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escaped = (value: unknown): string => {
  const text = value === undefined || value === null ? '' : String(value);
  // Most texts have none, and to look is much quicker than to replace nothing. Addresses have no other than `&`, and a page may have a
  // thousand of them.
  if (/[<>"']/.test(text)) return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
  return text.includes('&') ? text.replaceAll('&', '&amp;') : text;
};
