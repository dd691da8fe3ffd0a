/** The response rate over time. Pure. */

/** How many had begun and submitted by the end of each day, from the first to the last. */
export type DayCount = { day: string; started: number; submitted: number };

/**
 * @param days ISO days in order, in the zone of the round
 * @param dayOf the day of an instant in that zone
 */
export function responseRate(
  days: string[],
  responses: { startedAt: Date | null; firstSubmittedAt: Date | null }[],
  dayOf: (instant: Date) => string,
): DayCount[] {
  const daysOf = (instants: (Date | null)[]) =>
    instants.filter((instant) => instant !== null).map(dayOf);
  const started = daysOf(responses.map((response) => response.startedAt));
  const submitted = daysOf(responses.map((response) => response.firstSubmittedAt));
  const until = (list: string[], day: string) => list.filter((one) => one <= day).length;
  return days.map((day) => ({
    day,
    started: until(started, day),
    submitted: until(submitted, day),
  }));
}
