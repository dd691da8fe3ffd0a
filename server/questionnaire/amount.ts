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
 * ("1,234") can mean two things: it separates thousands where the number may be that large, else decimals; and
 * where three decimals are kept, whatever it does in the language.
 * Refuses what stays doubtful rather than guess.
 */
export function parseAmount(raw: string, language: string, bounds: Bounds): ReadAmount {
  const text = raw.length > LONGEST ? '' : plain(raw);
  const candidates = readings(text, language, bounds.decimals).filter((value) =>
    Number.isFinite(value),
  );
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
  // Minus nothing is nothing.
  return { ok: true, amount: amount || 0 };
}

/** Characters. What is longer is no number, and not worth the time to look at. */
const LONGEST = 100;

const inBounds = (value: number, { min, max }: Bounds) =>
  (min === undefined || value >= min) && (max === undefined || value <= max);

const fits = (value: number, decimals: number) => Number(value.toFixed(decimals)) === value;

/** Thousands apart by spaces, apostrophes or underscores. */
const SPACED = /^-?[1-9]\d{0,2}([\s'’_]\d{3})+(?!\d)/;

/** The number alone, without what stands around it: marks of direction, a percent sign, a plus, spaces. */
const plain = (raw: string) =>
  western(raw)
    .replace(/[\u200e\u200f\u061c]/g, '')
    .trim()
    .replace(/^%\s*|\s*%$/g, '')
    .replace(/^\+/, '')
    .replace(/^[-\u2212]\s*/, '-')
    .replace(SPACED, (thousands) => thousands.replace(/[\s'’_]/g, ''));

/** Arabic-Indic, Eastern Arabic and full-width digits and marks in Western form, but for the Arabic decimal mark. */
const western = (text: string) =>
  text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replace(/[\u066c\u060c\uff0c]/g, ',')
    .replace(/\uff0e/g, '.')
    .replace(/[\u066a\uff05]/g, '%');

const COMMA_IS_DECIMAL = new Set(['fr', 'es', 'ru']);

/** Means nothing else, so what it parts is never thousands. */
const ARABIC_POINT = '\u066b';

const isGrouped = (text: string, mark: string) =>
  new RegExp(`^-?[1-9]\\d{0,2}(\\${mark}\\d{3})+$`).test(text);

/** What the text can mean, the likelier first; empty when it is no number. */
function readings(text: string, language: string, decimals: number): number[] {
  const [whole = '', fraction, ...more] = text.split(ARABIC_POINT);
  if (fraction !== undefined) {
    const sound = /^-?\d+$/.test(whole) || isGrouped(whole, ',');
    return sound && /^\d*$/.test(fraction) && more.length === 0
      ? [Number(`${whole.replaceAll(',', '')}.${fraction}`)]
      : [];
  }
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
    isGrouped(text, mark) ? [Number(text.replaceAll(mark, ''))] : [];
  if (first !== last) {
    // "48,000.50": the last kind is the decimal mark and may stand once only.
    const before = text.slice(0, text.lastIndexOf(last));
    return marks.split(last).length === 2 && isGrouped(before, first) ? [asDecimal(last)] : [];
  }
  if (marks.length > 1) return grouped(last);
  const decimalFirst =
    (last === ',') === COMMA_IS_DECIMAL.has(language) &&
    (decimals >= 3 || !/[.,]\d{3}$/.test(text));
  return decimalFirst ? [asDecimal(last), ...grouped(last)] : [...grouped(last), asDecimal(last)];
}
