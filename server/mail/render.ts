/**
 * A mail from its words. Fixed kinds are `views/mail/<name>.{subject,text,html}.ejs` with the words of `locales/`; those
 * whose words can be changed are Markdown in one frame, `views/mail/templated.{text,html}.ejs`.
 */
import type { Voice } from '../texts.ts';
import { renderView } from '../views.ts';
import type { MailTemplate } from './message.ts';
import type { TemplateText } from './template.ts';
import { type FieldValues, fillLine } from './template-fields.ts';
import { bodyHtml } from './template-html.ts';
import { bodyText } from './template-text.ts';
import { parseBody } from './template-tree.ts';

export type Content = { subject: string; text: string; html: string };

export type MailContext = {
  /** Greets the person. */
  name: string;
  /** The address that the person is to open. */
  link: string;
  /** Where a lost link is asked for again; absent in mails to accounts. */
  lost?: string;
  host: string;
  sender: string;
  demonstration: boolean;
  [more: string]: unknown;
};

export function renderMail(template: MailTemplate, voice: Voice, context: MailContext): Content {
  const line = voice.t(`mail.${template}.subject`, context);
  const part = (name: string) => view(`${template}.${name}`, voice, { ...context, line });
  return {
    // A line break in a subject would begin a header of its own.
    subject: part('subject').replace(/\s+/g, ' ').trim(),
    text: tidy(part('text')),
    html: part('html'),
  };
}

export type TemplateFrame = {
  publicUrl: string;
  demonstration: boolean;
  /** Whom a test stands for; absent in a real mail. */
  testFor?: string;
};

/** The two parts are made from the same Markdown, each in its own way. */
export function renderTemplate(
  words: TemplateText,
  values: FieldValues,
  voice: Voice,
  { publicUrl, demonstration, testFor = '' }: TemplateFrame,
): Content {
  const { t, direction } = voice;
  const host = new URL(publicUrl).host;
  const blocks = parseBody(words.body);
  const filled = fillLine(words.subject, values);
  const subject = testFor ? t('mailings.test.subject', { subject: filled }) : filled;
  const notices = [
    ...(demonstration ? [t('mail.demonstration')] : []),
    ...(testFor ? [t('mailings.test.notice', { name: testFor })] : []),
  ];
  const context = { notices, demonstration: false, line: subject, link: values.link, host };
  const text = view('templated.text', voice, {
    ...context,
    body: bodyText(blocks, { values, linkIntro: t('mail.linkIntro', { host }) }),
  });
  const parts = bodyHtml(blocks, { values, direction });
  return { subject, text: tidy(text), html: view('templated.html', voice, { ...context, parts }) };
}

const view = (name: string, { t, language, direction }: Voice, context: object): string =>
  renderView(`mail/${name}`, { ...context, t, language, direction });

/** Templates leave empty lines behind; a plain text mail should not. */
const tidy = (text: string) =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
