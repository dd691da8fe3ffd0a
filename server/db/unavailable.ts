/**
 * The database can't be had: no mongod, a folder that can't be used, an address that doesn't answer. Its message is
 * one line for the person who started the program and holds no password; print it without the stack.
 */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable';
}
