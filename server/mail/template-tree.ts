/** Reads the Markdown of a template into a tree of what a mail can hold; the only file that knows the Markdown library. */
import markdownIt, { type StateInline, type Token } from 'markdown-it';
import { remembered } from '../remembered.ts';

export type Inline =
  | { is: 'text'; text: string }
  /** A named field, known or not. */
  | { is: 'field'; name: string }
  | { is: 'break' }
  | { is: 'strong' | 'emphasis'; of: Inline[] }
  /** `to` is an address as it was written, or one field in its braces. */
  | { is: 'link'; to: string; of: Inline[] };

export type Block =
  | { is: 'paragraph'; of: Inline[] }
  | { is: 'heading'; level: number; of: Inline[] }
  /** `start` is null for a list without numbers. */
  | { is: 'list'; start: number | null; items: Block[][] }
  | { is: 'quote'; of: Block[] }
  | { is: 'line' };

/**
 * Few rules: no HTML, no pictures, no code, no tables, no links that stand elsewhere in the text, and no underlined headings,
 * since a line of dashes under a signature is meant as a line.
 */
const reader = markdownIt('zero', { html: false, linkify: false }).enable([
  'heading',
  'list',
  'blockquote',
  'hr',
  'newline',
  'escape',
  'emphasis',
  'link',
  'autolink',
  'entity',
]);
// Addresses are judged in `template-check.ts` and `template-html.ts`, where a message can say what is wrong with one.
reader.validateLink = () => true;
reader.normalizeLink = (url) => url;
reader.inline.ruler.before('text', 'field', readField);

const FIELD = /\{\{([^{}\n]*)\}\}/y;

function readField(state: StateInline, silent: boolean): boolean {
  FIELD.lastIndex = state.pos;
  const found = FIELD.exec(state.src);
  if (!found) return false;
  if (!silent) state.push('field', '', 0).content = (found[1] ?? '').trim();
  state.pos = FIELD.lastIndex;
  return true;
}

/** A mailing's thousands of mails are made of the same few texts. */
const parsed = remembered<string, Block[]>(100);

/** The same tree for the same words: it is not to be changed. */
export const parseBody = (body: string): Block[] =>
  parsed(body, () => {
    // A link's address may hold no space, so fields are written without.
    const spaceless = body.replace(/\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}/g, '{{$1}}');
    return blocksIn(reader.parse(spaceless, {}));
  });

/** All inline pieces of a tree, links and emphasis before what they hold. */
export const inlinesIn = (blocks: Block[]): Inline[] =>
  blocks.flatMap((block): Inline[] => {
    if (block.is === 'list') return block.items.flatMap(inlinesIn);
    if (block.is === 'quote') return inlinesIn(block.of);
    return block.is === 'line' ? [] : deep(block.of);
  });

const deep = (inlines: Inline[]): Inline[] =>
  inlines.flatMap((one) => ('of' in one ? [one, ...deep(one.of)] : [one]));

/** `{{link}}` as the whole address of a link: the name; null for any other address. */
export const fieldIn = (to: string): string | null => /^\{\{([^{}]*)\}\}$/.exec(to)?.[1] ?? null;

/** Whether a body has a field, as words or as the address of a link. */
export const isNeeded = (body: string, field: string): boolean =>
  inlinesIn(parseBody(body)).some(
    (one) =>
      (one.is === 'field' && one.name === field) ||
      (one.is === 'link' && fieldIn(one.to) === field),
  );

/** Whether the paragraph is one link and nothing else, and leads to that field. */
export const isButton = (
  block: Block,
  field: string,
): block is { is: 'paragraph'; of: [Inline & { is: 'link' }] } =>
  block.is === 'paragraph' &&
  block.of.length === 1 &&
  block.of[0]?.is === 'link' &&
  fieldIn(block.of[0].to) === field &&
  // An address in angle brackets shows itself.
  block.of[0].of.every((one) => one.is !== 'field');

function blocksIn(tokens: Token[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.type === 'hr') blocks.push({ is: 'line' });
    if (token.nesting !== 1) continue;
    const end = closing(tokens, at);
    const inside = tokens.slice(at + 1, end);
    blocks.push(blockOf(token, inside));
    at = end;
  }
  return blocks;
}

function blockOf(token: Token, inside: Token[]): Block {
  switch (token.type) {
    case 'bullet_list_open':
      return { is: 'list', start: null, items: itemsIn(inside) };
    case 'ordered_list_open':
      return { is: 'list', start: Number(token.attrGet('start') ?? 1), items: itemsIn(inside) };
    case 'blockquote_open':
      return { is: 'quote', of: blocksIn(inside) };
    case 'heading_open':
      return { is: 'heading', level: Number(token.tag.slice(1)), of: wordsIn(inside) };
    default:
      return { is: 'paragraph', of: wordsIn(inside) };
  }
}

function itemsIn(tokens: Token[]): Block[][] {
  const items: Block[][] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const end = closing(tokens, at);
    items.push(blocksIn(tokens.slice(at + 1, end)));
    at = end;
  }
  return items;
}

/** The place of the token that closes the one at `at`. */
function closing(tokens: Token[], at: number): number {
  let depth = 0;
  for (let end = at; end < tokens.length; end += 1) {
    depth += tokens[end]?.nesting ?? 0;
    if (depth === 0) return end;
  }
  return tokens.length;
}

const wordsIn = (inside: Token[]): Inline[] => {
  const [words] = inside;
  return words?.children ? inlinesOf(words.children) : [];
};

function inlinesOf(tokens: Token[]): Inline[] {
  const inlines: Inline[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.type === 'field') inlines.push({ is: 'field', name: token.content });
    else if (token.type === 'softbreak' || token.type === 'hardbreak')
      inlines.push({ is: 'break' });
    else if (token.nesting === 0) {
      if (token.content) inlines.push({ is: 'text', text: token.content });
    } else {
      const end = closing(tokens, at);
      const of = inlinesOf(tokens.slice(at + 1, end));
      if (token.type === 'link_open')
        inlines.push({ is: 'link', to: String(token.attrGet('href')), of });
      else inlines.push({ is: token.type === 'strong_open' ? 'strong' : 'emphasis', of });
      at = end;
    }
  }
  return inlines;
}
