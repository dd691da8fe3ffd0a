/** What is wrong with a template, before anybody gets it: each finding belongs to a field of the editor. Pure. */

import { LONGEST_BODY, LONGEST_SUBJECT, type TemplateKind, type TemplateText } from './template.ts';
import { isSafeAddress, isSameAddress, looksLikeAddress } from './template-address.ts';
import { FIELDS, fieldsInLine, fieldsOf, isAddress, requiredFields } from './template-fields.ts';
import {
  type Block,
  fieldIn,
  type Inline,
  inlinesIn,
  isButton,
  parseBody,
} from './template-tree.ts';

export type TemplateProblem = {
  field: 'subject' | 'body';
  code:
    | 'empty'
    | 'long'
    | 'line-break'
    /** A name between braces that is no field. */
    | 'unknown'
    /** A field that mails of another kind have. */
    | 'elsewhere'
    /** Braces that belong to no field. */
    | 'braces'
    /** An address in the subject. */
    | 'address'
    | 'missing'
    /** A field as a part of an address. */
    | 'part'
    | 'protocol'
    /** Words that look like another address than the one they lead to. */
    | 'disguised'
    /** The personal link behind words in a sentence. */
    | 'hidden-link'
    | 'picture';
  /** The field, or the words that are meant. */
  name?: string;
};

export const checkTemplate = (
  kind: TemplateKind,
  { subject, body }: TemplateText,
): TemplateProblem[] => unique([...checkSubject(kind, subject), ...checkBody(kind, body)]);

function checkSubject(kind: TemplateKind, subject: string): TemplateProblem[] {
  const field = 'subject' as const;
  if (subject.trim() === '') return [{ field, code: 'empty' }];
  const names = fieldsInLine(subject);
  const rest = names.reduce(
    (text, name) => text.replace(new RegExp(`\\{\\{\\s*${quoted(name)}\\s*\\}\\}`), ''),
    subject,
  );
  return [
    ...(subject.length > LONGEST_SUBJECT ? [{ field, code: 'long' as const }] : []),
    ...(/[\r\n\u2028\u2029]/.test(subject) ? [{ field, code: 'line-break' as const }] : []),
    ...names.flatMap((name) =>
      isAddress(name) ? [{ field, code: 'address' as const, name }] : checkName(field, kind, name),
    ),
    ...strayBraces(field, rest),
  ];
}

function checkBody(kind: TemplateKind, body: string): TemplateProblem[] {
  const field = 'body' as const;
  if (body.trim() === '') return [{ field, code: 'empty' }];
  if (body.length > LONGEST_BODY) return [{ field, code: 'long' }];
  const blocks = parseBody(body);
  const inlines = inlinesIn(blocks);
  const used = new Set(
    inlines.flatMap((one) => {
      if (one.is === 'field') return [one.name];
      return one.is === 'link' ? [fieldIn(one.to) ?? ''] : [];
    }),
  );
  used.delete('');
  return [
    ...[...used].flatMap((name) => checkName(field, kind, name)),
    ...requiredFields(kind)
      .filter((name) => !used.has(name))
      .map((name) => ({ field, code: 'missing' as const, name })),
    ...inlines.flatMap((one): TemplateProblem[] => {
      if (one.is === 'text') return strayBraces(field, one.text);
      return one.is === 'link' ? checkLink(one, buttonsOf(blocks)) : [];
    }),
    ...(/!\[[^\]\n]*\]\(/.test(body) ? [{ field, code: 'picture' as const }] : []),
  ];
}

function checkLink({ to, of }: Inline & { is: 'link' }, buttons: Set<Inline[]>): TemplateProblem[] {
  const field = 'body' as const;
  const words = of.map((one) => (one.is === 'text' ? one.text : '')).join('');
  const name = fieldIn(to);
  if (name === 'link') {
    // In angle brackets it shows itself.
    const shown = of.length === 1 && of[0]?.is === 'field' && of[0].name === 'link';
    return buttons.has(of) || shown ? [] : [{ field, code: 'hidden-link' }];
  }
  if (name !== null) return isAddress(name) ? [] : [{ field, code: 'protocol', name: to }];
  if (/\{\{|\}\}/.test(to)) return [{ field, code: 'part', name: to }];
  if (!isSafeAddress(to)) return [{ field, code: 'protocol', name: to }];
  if (looksLikeAddress(words) && !isSameAddress(words, to))
    return [{ field, code: 'disguised', name: words }];
  return [];
}

/** The words of each paragraph that is a button. */
const buttonsOf = (blocks: Block[]): Set<Inline[]> =>
  new Set(blocks.flatMap((block) => (isButton(block, 'link') ? [block.of[0].of] : [])));

function checkName(
  field: TemplateProblem['field'],
  kind: TemplateKind,
  name: string,
): TemplateProblem[] {
  if (fieldsOf(kind).some((known) => known === name)) return [];
  const elsewhere = FIELDS.some((known) => known.name === name);
  return [{ field, code: elsewhere ? 'elsewhere' : 'unknown', name }];
}

const strayBraces = (field: TemplateProblem['field'], text: string): TemplateProblem[] =>
  /\{\{|\}\}/.test(text) ? [{ field, code: 'braces', name: text.trim().slice(0, 40) }] : [];

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const unique = (problems: TemplateProblem[]): TemplateProblem[] => [
  ...new Map(problems.map((one) => [JSON.stringify(one), one])).values(),
];
