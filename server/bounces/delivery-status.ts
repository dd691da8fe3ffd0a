/** Reads the part of a report that is meant for machines: RFC 3464, and RFC 6533 for addresses beyond ASCII. */
import { type Kind, type RecipientVerdict, sameForm } from './report.ts';
import { codeOf, judge } from './status-code.ts';

type Fields = Map<string, string>;

/** What a server says is looked through for many words, so it may not be without end. */
const LONGEST_FIELD = 1000;

/** @param content of a part message/delivery-status or message/global-delivery-status */
export function readDeliveryStatus(content: string): RecipientVerdict[] {
  return blocksOf(content)
    .map(fieldsOf)
    .filter((fields) => fields.has('action') || fields.has('status') || hasRecipient(fields))
    .filter((fields) => !fields.has('reporting-mta') || hasRecipient(fields))
    .map(verdictOf);
}

const hasRecipient = (fields: Fields) =>
  fields.has('final-recipient') || fields.has('original-recipient');

function verdictOf(fields: Fields): RecipientVerdict {
  const field = (name: string) => (fields.get(name) ?? '').slice(0, LONGEST_FIELD);
  const text = typed(field('diagnostic-code'));
  const action = /^[a-z]+/.exec(field('action').toLowerCase())?.[0] ?? '';
  const code = codeOf(field('status') || null, text);
  const final = addressOf(field('final-recipient'));
  const original = addressOf(field('original-recipient'));
  const addresses = [...new Set([final, original].filter((one) => one !== null))];
  return {
    ...(kindOf(action, code, text) ?? { kind: 'unknown', subject: 'address' }),
    code,
    text,
    addresses,
    // Passed on from the address that we know to another one: the verdict is about that.
    own: final === null || original === null || final === original,
  };
}

const ACTIONS: Record<string, Kind> = {
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
  delayed: 'delayed',
};

function kindOf(action: string, code: string | null, text: string) {
  const told = ACTIONS[action];
  if (told) return { kind: told, subject: 'address' as const };
  if (action === 'failed') return judge(code, text);
  // No action, or one of somebody's own: the class of the code tells.
  if (code?.startsWith('2.')) return { kind: 'delivered' as const, subject: 'address' as const };
  return code ? judge(code, text) : null;
}

/** A block a recipient, the first one for the report as a whole; they are divided by empty lines. */
const blocksOf = (content: string): string[] =>
  content
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n+/)
    .filter((block) => block.trim() !== '');

/** Names in small letters; a line that begins with a space goes on from the one before. */
function fieldsOf(block: string): Fields {
  const fields: Fields = new Map();
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
    if (name && !fields.has(name.toLowerCase()))
      fields.set(name.toLowerCase(), (value ?? '').trim());
  }
  return fields;
}

/** `smtp; 550 no` becomes `550 no`. */
const typed = (value: string): string => value.replace(/^[\w-]+\s*;\s*/, '').trim();

/** `rfc822; <Alice@example.org>` becomes `alice@example.org`. Null for an address of another kind, X.400 for one. */
function addressOf(value: string): string | null {
  const address = typed(value)
    .replace(/\\x\{([0-9A-F]{1,6})\}/gi, (_all, digits) => characterOf(digits))
    .replace(/^<|>$/g, '')
    .trim();
  return /^[^\s@]+@[^\s@]+$/.test(address) ? sameForm(address) : null;
}

const characterOf = (digits: string): string => {
  const point = Number.parseInt(digits, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
};
