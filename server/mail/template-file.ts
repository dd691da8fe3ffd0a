/** All texts as one document, to be kept, edited elsewhere, and loaded again. */
import { z } from 'zod';
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import { kindOf, SHIPPED_TEMPLATES, type TemplateName, templateNamed } from './template.ts';
import { checkTemplate, type TemplateProblem } from './template-check.ts';
import { saveTemplate } from './template-save.ts';

type TemplateFile = {
  format: 1;
  templates: {
    template: TemplateName;
    language: string;
    version: number;
    origin: 'shipped' | 'saved' | 'restored';
    subject: string;
    body: string;
  }[];
};

/** The words that count now, of each template and language that has some. */
export async function exportTemplates(services: Services): Promise<TemplateFile> {
  const names: TemplateName[] = [...SHIPPED_TEMPLATES, ...(await services.templates.messages())];
  const places = names.flatMap((template) =>
    INTERFACE_LANGUAGES.map((language) => ({ template, language })),
  );
  const texts = await Promise.all(
    places.map(({ template, language }) => services.templates.current(template, language)),
  );
  return {
    format: 1,
    templates: texts.flatMap((text) => {
      if (!text) return [];
      const { template, language, version, origin, subject, body } = text;
      return [{ template, language, version, origin, subject, body }];
    }),
  };
}

const fileSchema = z.object({
  format: z.literal(1, 'is 1'),
  templates: z.array(
    z.object({ template: z.string(), language: z.string(), subject: z.string(), body: z.string() }),
  ),
});

type FileProblem = { template: string; language: string; problem: string | TemplateProblem };
export type LoadedTemplates =
  | { ok: true; saved: number; unchanged: number }
  | { ok: false; problems: FileProblem[] };

/** Everything is checked first; texts that differ become new versions. */
export async function loadTemplates(
  services: Services,
  document: unknown,
  actor: Actor,
): Promise<LoadedTemplates> {
  const read = fileSchema.safeParse(document);
  if (!read.success) {
    const problem = read.error.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
    return { ok: false, problems: [{ template: 'file', language: '', problem }] };
  }
  const texts = read.data.templates.map((one) => ({
    ...one,
    name: templateNamed(one.template),
    subject: one.subject.trim(),
    body: one.body.replace(/\r\n/g, '\n').trim(),
  }));
  const problems = texts.flatMap(({ name, template, language, ...text }): FileProblem[] => {
    const place = { template, language };
    if (!name) return [{ ...place, problem: 'there is no such template' }];
    if (!INTERFACE_LANGUAGES.some((known) => known === language))
      return [{ ...place, problem: 'there is no such language' }];
    return checkTemplate(kindOf(name), text).map((problem) => ({ ...place, problem }));
  });
  if (problems.length > 0) return { ok: false, problems };
  const counts = { saved: 0, unchanged: 0 };
  for (const { name, language, subject, body } of texts) {
    const of = { template: name as TemplateName, language };
    const current = await services.templates.current(of.template, language);
    const result = await saveTemplate(
      services,
      of,
      { subject, body },
      current?.version ?? 0,
      actor,
    );
    if (!result.ok)
      throw new Error(`${name} in ${language} was changed by somebody else meanwhile`);
    counts[result.changed ? 'saved' : 'unchanged'] += 1;
  }
  return { ok: true, ...counts };
}
