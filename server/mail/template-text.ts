/** A template's tree as plain text: what a person would have typed, made from the tree and not from the HTML. Pure. */
import { isSafeAddress, isSameAddress } from './template-address.ts';
import type { FieldName, FieldValues } from './template-fields.ts';
import { plainWords } from './template-html.ts';
import { type Block, fieldIn, type Inline, isButton } from './template-tree.ts';

type Words = {
  values: FieldValues;
  /** Stands above the personal link where the HTML has a button: "Your personal link (on …):". */
  linkIntro: string;
};

const LINE = '-'.repeat(20);

/** Paragraphs with an empty line between them, without one at the end. */
export const bodyText = (blocks: Block[], of: Words): string =>
  blocks
    .map((block) => blockText(block, of))
    .filter(Boolean)
    .join('\n\n');

function blockText(block: Block, of: Words): string {
  if (isButton(block, 'link')) return `${of.linkIntro}\n${of.values.link}`;
  switch (block.is) {
    case 'line':
      return LINE;
    case 'heading': {
      const title = words(block.of, of.values);
      return block.level === 1 ? `${title}\n${'='.repeat(Math.min(title.length, 40))}` : title;
    }
    case 'list':
      return block.items
        .map((item, place) => {
          const mark = block.start === null ? '- ' : `${block.start + place}. `;
          return indented(itemText(item, of), mark);
        })
        .join('\n');
    case 'quote':
      return bodyText(block.of, of)
        .split('\n')
        .map((line) => `> ${line}`.trimEnd())
        .join('\n');
    case 'paragraph':
      return words(block.of, of.values);
  }
}

/** A list inside an item follows its words at once; a second paragraph has an empty line before it. */
const itemText = (item: Block[], of: Words): string =>
  item
    .map((block, place) => {
      const text = blockText(block, of);
      return place > 0 && block.is === 'paragraph' ? `\n${text}` : text;
    })
    .join('\n');

const indented = (text: string, mark: string): string =>
  text
    .split('\n')
    .map((line, place) => `${place === 0 ? mark : ' '.repeat(mark.length)}${line}`.trimEnd())
    .join('\n');

const words = (inlines: Inline[], values: FieldValues): string =>
  inlines
    .map((one) => inlineText(one, values))
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();

function inlineText(inline: Inline, values: FieldValues): string {
  switch (inline.is) {
    case 'text':
      return inline.text;
    case 'break':
      return '\n';
    case 'field':
      return values[inline.name as FieldName] ?? '';
    case 'strong':
      return `*${words(inline.of, values)}*`;
    case 'emphasis':
      return `_${words(inline.of, values)}_`;
    case 'link': {
      const field = fieldIn(inline.to);
      const address = field === null ? inline.to : (values[field as FieldName] ?? '');
      const shown = words(inline.of, values);
      if (!isSafeAddress(address)) return shown;
      const written = address.replace(/^mailto:/i, '');
      return isSameAddress(plainWords(inline.of, values), address)
        ? written
        : `${shown} (${written})`;
    }
  }
}
