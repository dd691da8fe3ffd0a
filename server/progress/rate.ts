/** What a unit of one currency is worth in another, for a year or for all, as a stated source has it. Pure. */
export type Rate = {
  /** Round, currency and year. */
  _id: string;
  round: string;
  currency: string;
  /** "" for every year that has no rate of its own. */
  year: string;
  /** The currency that all rates of the round lead to. */
  to: string;
  rate: number;
  /** The day of the rate, or the last one that it is an average over. ISO day. */
  date: string;
  source: string;
  by: string;
  at: Date;
};

/** As it is typed. */
export type RateForm = Record<'currency' | 'year' | 'to' | 'rate' | 'date' | 'source', string>;
export const NO_RATE: RateForm = { currency: '', year: '', to: '', rate: '', date: '', source: '' };
export type RateProblem = { field: keyof RateForm; reason: string };

export const LONGEST_SOURCE = 200;

export type ReadRate = Pick<Rate, 'currency' | 'year' | 'to' | 'rate' | 'date' | 'source'>;

/**
 * @param to the currency that the round's other rates lead to; null while it has none
 * @returns the rate, or what is wrong with each field
 */
export function readRate(
  form: RateForm,
  currencies: string[],
  to: string | null,
): { ok: true; rate: ReadRate } | { ok: false; problems: RateProblem[] } {
  const target = to ?? form.to;
  const rate = Number(form.rate.trim().replace(/^(\d+),(\d+)$/, '$1.$2'));
  const problems: RateProblem[] = [];
  const refuse = (field: keyof RateForm, reason: string, when: boolean) => {
    if (when) problems.push({ field, reason });
  };
  refuse('currency', 'currency', !currencies.includes(form.currency));
  refuse('to', 'currency', !currencies.includes(target));
  refuse('currency', 'same', form.currency !== '' && form.currency === target);
  refuse('year', 'year', !/^(\d{4})?$/.test(form.year));
  refuse(
    'rate',
    'rate',
    !(Number.isFinite(rate) && rate > 0 && /^[\d.,]+$/.test(form.rate.trim())),
  );
  refuse('date', 'date', !isDay(form.date));
  refuse('source', 'source', form.source === '');
  refuse('source', 'long', form.source.length > LONGEST_SOURCE);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, rate: { ...form, to: target, rate } };
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** What an amount is worth in whole units; null without a rate. A rate of the year stands above the one of all years. */
export function converted(
  rates: Rate[],
  { amount, currency }: { amount: number; currency: string },
  year: string,
): number | null {
  const [first] = rates;
  if (!first) return null;
  if (currency === first.to) return Math.round(amount);
  const of = rates.filter((one) => one.currency === currency);
  const rate =
    of.find((one) => one.year === year && year !== '') ?? of.find((one) => one.year === '');
  return rate ? Math.round(amount * rate.rate) : null;
}
