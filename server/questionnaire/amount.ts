/** Numbers as people in six languages write them. */

type Bounds = { min?: number | undefined; max?: number | undefined; decimals: number };
export type ReadAmount =
  | { ok: true; amount: number }
  | {
      ok: false;
      reason: 'number' | 'decimals' | 'min' | 'max';
      params?: Record<string, string | number>;
    };

/**
 * Reads "48 000", "48,000.50", "48.000,50", "٤٨٠٠٠٫٥" alike. One separator with exactly three digits after it
 * ("1,234") can mean two things: it separates thousands where the number may be that large, else decimals.
 * Refuses what stays doubtful rather than guess.
 */
export function parseAmount(raw: string, language: string, bounds: Bounds): ReadAmount {
  const text = westernDigits(raw)
    .replace(/[\s\u00a0\u202f\u2009'’_%]/g, '')
    .replace(/^\+/, '')
    .replace(/^\u2212/, '-');
  const candidates = readings(text, language).filter((value) => Number.isFinite(value));
  const amount =
    candidates.find((value) => inBounds(value, bounds) && fits(value, bounds.decimals)) ??
    candidates[0];
  if (amount === undefined) return { ok: false, reason: 'number' };
  if (Math.abs(amount) > 1e15) return { ok: false, reason: 'max', params: { max: 1e15 } };
  if (bounds.min !== undefined && amount < bounds.min)
    return { ok: false, reason: 'min', params: { min: bounds.min } };
  if (bounds.max !== undefined && amount > bounds.max)
    return { ok: false, reason: 'max', params: { max: bounds.max } };
  if (!fits(amount, bounds.decimals))
    return { ok: false, reason: 'decimals', params: { decimals: bounds.decimals } };
  return { ok: true, amount };
}

const inBounds = (value: number, { min, max }: Bounds) =>
  (min === undefined || value >= min) && (max === undefined || value <= max);

const fits = (value: number, decimals: number) =>
  Math.abs(Number(value.toFixed(decimals)) - value) < 1e-9 * Math.max(1, Math.abs(value));

/** Arabic-Indic, Eastern Arabic and full-width digits and separators, in Western form. */
const westernDigits = (text: string) =>
  text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replace(/\u066b/g, '.')
    .replace(/[\u066c\u060c]/g, ',');

const COMMA_IS_DECIMAL = new Set(['fr', 'es', 'ru']);

/** What the text can mean, the likelier first; empty when it is no number. */
function readings(text: string, language: string): number[] {
  if (!/^-?\d[\d.,]*$/.test(text)) return [];
  const marks = text.replace(/[^.,]/g, '');
  if (marks === '') return [Number(text)];
  const last = marks.at(-1) as string;
  const first = marks[0] as string;
  const asDecimal = (mark: string) => {
    const thousands = mark === ',' ? /\./g : /,/g;
    return Number(text.replace(thousands, '').replace(mark, '.'));
  };
  const grouped = (mark: string) =>
    new RegExp(`^-?\\d{1,3}(\\${mark}\\d{3})+$`).test(text)
      ? [Number(text.replaceAll(mark, ''))]
      : [];
  if (first !== last) {
    // "48,000.50": the last kind is the decimal mark and may stand once only.
    const whole = text.slice(0, text.lastIndexOf(last));
    return marks.split(last).length === 2 &&
      new RegExp(`^-?\\d{1,3}(\\${first}\\d{3})+$`).test(whole)
      ? [asDecimal(last)]
      : [];
  }
  if (marks.length > 1) return grouped(last);
  const decimalFirst =
    (last === ',') === COMMA_IS_DECIMAL.has(language) && !text.match(/[.,]\d{3}$/);
  return decimalFirst ? [asDecimal(last), ...grouped(last)] : [...grouped(last), asDecimal(last)];
}
