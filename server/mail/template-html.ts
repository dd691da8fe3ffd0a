/** A template's tree as the body of an HTML mail. Values are filled in after the Markdown was read, so none becomes markup. Pure. */
import { escapeMarkup } from '../markup.ts';
import { isSafeAddress, isSameAddress } from './template-address.ts';
import { type FieldName, type FieldValues, isAddress } from './template-fields.ts';
import { type Block, fieldIn, type Inline, isButton } from './template-tree.ts';

/** Either finished HTML, or the words of the button that opens the personal link, which the view draws. */
export type HtmlPart = { html: string } | { button: string };

type Look = { values: FieldValues; direction: 'ltr' | 'rtl' };

const SMALL = ';font-size:14px;color:#53636f';
const HEADING_SIZES = ['22px', '20px', '17px'];

/** After the first line across, the words are small print. */
export function bodyHtml(blocks: Block[], look: Look): HtmlPart[] {
  let small = '';
  return blocks.flatMap((block): HtmlPart[] => {
    if (isButton(block, 'link')) return [{ button: plainWords(block.of[0].of, look.values) }];
    const html = blockHtml(block, look, small);
    if (block.is === 'line') small = SMALL;
    return html ? [{ html }] : [];
  });
}

function blockHtml(block: Block, look: Look, small: string): string {
  const dir = `dir="${look.direction}"`;
  switch (block.is) {
    case 'line':
      return `<hr style="border:0;border-top:1px solid #c9d3da;margin:24px 0 16px">`;
    case 'heading': {
      const level = Math.min(block.level, 3);
      const size = HEADING_SIZES[level - 1];
      return `<h${level} ${dir} style="margin:24px 0 8px;font-size:${size};line-height:1.3">${words(block.of, look)}</h${level}>`;
    }
    case 'list': {
      const tag = block.start === null ? 'ul' : 'ol';
      const start = block.start !== null && block.start !== 1 ? ` start="${block.start}"` : '';
      const items = block.items.map(
        (item) => `<li ${dir} style="margin:0 0 6px">${itemHtml(item, look, small)}</li>`,
      );
      return `<${tag}${start} ${dir} style="margin:0 0 16px;padding-inline-start:24px${small}">${items.join('')}</${tag}>`;
    }
    case 'quote':
      return `<blockquote ${dir} style="margin:0 0 16px;padding-inline-start:14px;border-inline-start:3px solid #c9d3da">${block.of.map((one) => blockHtml(one, look, small)).join('')}</blockquote>`;
    case 'paragraph': {
      const html = words(block.of, look);
      // A field with nothing to say leaves no gap.
      return isEmpty(html) ? '' : `<p ${dir} style="margin:0 0 16px${small}">${html}</p>`;
    }
  }
}

/** The one paragraph of an item needs no space around it. */
function itemHtml(item: Block[], look: Look, small: string): string {
  const [first, ...rest] = item;
  const start =
    first?.is === 'paragraph' ? words(first.of, look) : first && blockHtml(first, look, small);
  return [start ?? '', ...rest.map((one) => blockHtml(one, look, small))].join('');
}

const isEmpty = (html: string) => html.replace(/<br>|\s/g, '') === '';

const words = (inlines: Inline[], look: Look): string =>
  inlines.map((one) => inlineHtml(one, look)).join('');

function inlineHtml(inline: Inline, look: Look): string {
  const { values } = look;
  switch (inline.is) {
    case 'text':
      return escapeMarkup(inline.text);
    case 'break':
      return '<br>';
    case 'field': {
      const value = values[inline.name as FieldName] ?? '';
      if (isAddress(inline.name)) return value && anchor(value, escapeMarkup(value));
      return escapeMarkup(value).replace(/\n/g, '<br>');
    }
    case 'strong':
      return `<strong>${words(inline.of, look)}</strong>`;
    case 'emphasis':
      return `<em>${words(inline.of, look)}</em>`;
    case 'link':
      return linkHtml(inline, look);
  }
}

/** A personal link always shows its address; other links may be words. */
function linkHtml({ to, of }: Inline & { is: 'link' }, { values }: Look): string {
  const field = fieldIn(to);
  const address = field === null ? to : (values[field as FieldName] ?? '');
  const shown = plainWords(of, values);
  if (!isSafeAddress(address)) return escapeMarkup(shown);
  if (isSameAddress(shown, address))
    return anchor(address, escapeMarkup(address.replace(/^mailto:/i, '')));
  if (field === 'link') return `${escapeMarkup(shown)} ${anchor(address, escapeMarkup(address))}`;
  return anchor(address, escapeMarkup(shown));
}

const anchor = (address: string, shown: string) =>
  `<a href="${escapeMarkup(address)}"${shown === escapeMarkup(address) ? ' dir="ltr"' : ''} style="color:#0b5c8f;word-break:break-word;overflow-wrap:anywhere">${shown}</a>`;

/** Words without any form, on one line: of a button. */
export const plainWords = (inlines: Inline[], values: FieldValues): string =>
  inlines
    .map((one) => {
      if (one.is === 'text') return one.text;
      if (one.is === 'field') return values[one.name as FieldName] ?? '';
      return 'of' in one ? plainWords(one.of, values) : ' ';
    })
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
