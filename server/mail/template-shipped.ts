/** The texts that come with the program, from `templates/<language>/<name>.md`: first the subject, then the body. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import { SHIPPED_TEMPLATES, type TemplateName, type TemplateText } from './template.ts';

const folder = join(import.meta.dirname, '..', '..', 'templates');

const texts = new Map<string, TemplateText>();
for (const language of INTERFACE_LANGUAGES) {
  const files = new Set(readdirSync(join(folder, language)));
  for (const name of SHIPPED_TEMPLATES)
    if (files.has(`${name}.md`))
      texts.set(
        `${name} ${language}`,
        readTemplate(readFileSync(join(folder, language, `${name}.md`), 'utf8')),
      );
}

/** "Subject: …", an empty line, the body. */
function readTemplate(file: string): TemplateText {
  const [head = '', ...rest] = file.replace(/\r\n/g, '\n').split('\n');
  return { subject: head.replace(/^Subject:\s*/, '').trim(), body: rest.join('\n').trim() };
}

/** Null for a text that has to be written first: of a message for one occasion. */
export const shippedText = (template: TemplateName, language: string): TemplateText | null =>
  texts.get(`${template} ${language}`) ?? null;
