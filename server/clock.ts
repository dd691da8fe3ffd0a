/** What time it is: passed in, so that a test owns it. */
export type Clock = () => Date;
export const systemClock: Clock = () => new Date();
