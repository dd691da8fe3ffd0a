/** Where the database tells a person what it is doing. A pino logger fits. */
export type Log = {
  info(message: string): void;
  warn(message: string): void;
};
