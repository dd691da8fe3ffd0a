/** A mail is a name: `views/mail/<name>.{subject,text,html}.ejs`, filled with the words of the reader's language. */
import { join } from 'node:path';
import ejs from 'ejs';
import type { Voice } from '../texts.ts';
import type { MailTemplate } from './message.ts';

const folder = join(import.meta.dirname, '..', '..', 'views', 'mail');

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

export async function renderMail(
  template: MailTemplate,
  voice: Voice,
  context: MailContext,
): Promise<{ subject: string; text: string; html: string }> {
  const { t, language, direction } = voice;
  const part = (name: string) =>
    ejs.renderFile(
      join(folder, `${template}.${name}.ejs`),
      { ...context, t, language, direction, line: t(`mail.${template}.subject`, context) },
      { cache: true },
    );
  const [subject, text, html] = await Promise.all([part('subject'), part('text'), part('html')]);
  // A line break in a subject would begin a header of its own.
  return { subject: subject.replace(/\s+/g, ' ').trim(), text: tidy(text), html };
}

/** Templates leave empty lines behind; a plain text mail should not. */
const tidy = (text: string) =>
  `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
