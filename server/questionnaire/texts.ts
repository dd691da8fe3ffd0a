/** The texts of a questionnaire: where each stands, and the same questionnaire in another language. */
import type { Definition, Language, Option, Question } from './definition.ts';

/** Gives each text with its path (`questions.a44_01.label`) to `say` and puts what it returns in its place. */
export function mapTexts(
  definition: Definition,
  say: (text: string, path: string) => string,
): Definition {
  const optional = (text: string | undefined, path: string) => (text ? say(text, path) : text);
  const options = (list: Option[], path: string) =>
    list.map((one) => ({ ...one, label: say(one.label, `${path}.${one.value}`) }));
  const question = (q: Question): Question => {
    const at = `questions.${q.id}`;
    const said = { ...q, label: say(q.label, `${at}.label`) };
    if (q.hint) said.hint = say(q.hint, `${at}.hint`);
    if ('options' in said && said.options) said.options = options(said.options, `${at}.options`);
    if ('extraOptions' in said && said.extraOptions)
      said.extraOptions = options(said.extraOptions, `${at}.options`);
    if (said.type === 'matrix') {
      said.rows = options(said.rows, `${at}.rows`);
      said.columns = options(said.columns, `${at}.columns`);
    }
    if (said.type === 'scale') {
      said.minLabel = say(said.minLabel, `${at}.minLabel`);
      said.maxLabel = say(said.maxLabel, `${at}.maxLabel`);
    }
    return said;
  };
  return {
    ...definition,
    title: say(definition.title, 'title'),
    shortTitle: say(definition.shortTitle, 'shortTitle'),
    plan: say(definition.plan, 'plan'),
    sender: say(definition.sender, 'sender'),
    audiences: definition.audiences.map((a) => ({
      ...a,
      label: say(a.label, `audiences.${a.id}.label`),
      short: say(a.short, `audiences.${a.id}.short`),
    })),
    groups: definition.groups.map((g) => ({
      ...g,
      label: say(g.label, `groups.${g.id}.label`),
      short: optional(g.short, `groups.${g.id}.short`),
      note: optional(g.note, `groups.${g.id}.note`),
    })),
    actions: definition.actions.map((a) => ({
      ...a,
      title: say(a.title, `actions.${a.number}.title`),
      summary: say(a.summary, `actions.${a.number}.summary`),
    })),
    indicators: definition.indicators.map((i) => ({
      ...i,
      label: say(i.label, `indicators.${i.key}.label`),
      note: optional(i.note, `indicators.${i.key}.note`),
    })),
    sections: definition.sections.map((s) => ({
      ...s,
      title: say(s.title, `sections.${s.id}.title`),
      intro: optional(s.intro, `sections.${s.id}.intro`),
    })),
    optionSets: Object.fromEntries(
      Object.entries(definition.optionSets).map(([name, set]) => [
        name,
        options(set, `optionSets.${name}`),
      ]),
    ),
    questions: definition.questions.map(question),
    views: definition.views && {
      ...definition.views,
      pairs: definition.views.pairs?.map((p) => ({
        ...p,
        label: say(p.label, `pairs.${p.id}.label`),
      })),
    },
  };
}

/** A text of digits only (a year) is the same in every language. */
const needsTranslation = (text: string) => !/^\d+$/.test(text);

/** The definition in `language`; a text that has no translation stays in the source language. */
export function localise(definition: Definition, language: Language): Definition {
  const texts = definition.translations?.[language]?.texts;
  if (!texts) return definition;
  return mapTexts(definition, (text, path) => texts[path] || texts[text] || text);
}

/** Source texts without a translation, and translations whose source text or path is gone. */
export function translationGaps(
  definition: Definition,
  language: Language,
): { missing: string[]; stale: string[] } {
  const texts = definition.translations?.[language]?.texts ?? {};
  const unused = new Set(Object.keys(texts));
  const missing = new Set<string>();
  mapTexts(definition, (text, path) => {
    if (needsTranslation(text) && !texts[path] && !texts[text]) missing.add(text);
    unused.delete(path);
    unused.delete(text);
    return text;
  });
  return { missing: [...missing], stale: [...unused] };
}

/** Languages in which every text is there, the source language first. */
export function completeLanguages(definition: Definition): Language[] {
  const translated = Object.keys(definition.translations ?? {}) as Language[];
  return [
    definition.language,
    ...translated.filter((language) => translationGaps(definition, language).missing.length === 0),
  ];
}
