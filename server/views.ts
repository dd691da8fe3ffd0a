/**
 * The views, each read and compiled once. A view includes another as it calls a function: the library would look at the disk
 * and copy all values for each of the hundred includes of a page.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ejs from 'ejs';

type Values = Record<string, unknown>;
type Compiled = (values: Values) => string;

const folder = join(import.meta.dirname, '..', 'views');
const compiled = new Map<string, Compiled>();

/**
 * @param name below `views/`, such as "progress/overview"
 * @throws when there is no such view, or it uses a value that it was not given
 */
export const renderView = (name: string, values: object): string =>
  within(name, Object.assign(Object.create(null), values));

function within(name: string, values: Values): string {
  values['include'] = (path: string, more: object = {}) =>
    within(placeOf(name, path), Object.assign(Object.create(values), more));
  return find(name)(values);
}

/** "/shared/errors" from the folder of the views, "button" from that of the view. */
const placeOf = (name: string, path: string): string =>
  path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(name), path);

function find(name: string): Compiled {
  const known = compiled.get(name);
  if (known) return known;
  const filename = join(folder, `${name}.ejs`);
  // Values of the view that includes are reached through the prototype; all of them are ours.
  const options = { filename, unsafePrototypeLocals: true };
  const view = ejs.compile(readFileSync(filename, 'utf8'), options);
  compiled.set(name, view);
  return view;
}
