/** What each column of the answers means, in every language of the questionnaire: the codebook as a table. Pure. */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { branchCodes } from './branch-codes.ts';
import { lastingNames, questionsOf } from './history.ts';
import { columnsOf, type TableColumn, tableColumns } from './table.ts';

type Part = { header: string; text(of: TableColumn): string };

/** @param editions every version that has columns. @param own the one that the round put */
export function codebook(
  editions: Edition[],
  own: Edition,
  demonstration: boolean,
): { header: string[]; rows: string[][] } {
  const { language } = own.source.definition;
  const languages = [...new Set(editions.flatMap((edition) => edition.languages))].filter(
    (one) => one !== language,
  );

  const wordsIn = new Map(languages.map((to) => [to, translations(editions, own, to)]));
  const parts: Part[] = [
    { header: 'column', text: ({ header }) => header },
    { header: 'question', text: ({ question }) => question?.id ?? '' },
    { header: 'number', text: ({ question }) => question?.number ?? '' },
    { header: 'type', text: ({ question }) => question?.type ?? 'about the response' },
    { header: 'audiences', text: ({ question }) => question?.audiences.join(' ') ?? '' },
    { header: 'action', text: ({ question }) => String(question?.action ?? '') },
    { header: 'indicator', text: ({ question }) => question?.indicator ?? '' },
    {
      header: 'asked_when',
      text: ({ question }) => (question?.shownWhen ? branchCodes(question.shownWhen) : ''),
    },
    {
      header: 'versions',
      text: ({ versions }) => versions.map(({ definition }) => definition.version).join(' '),
    },
    {
      header: 'reworded_in',
      text: ({ question, versions }) => (question ? rewordedIn(question.id, versions) : ''),
    },
    { header: 'text', text: ({ label }) => label },
    { header: 'codes', text: ({ question }) => (question ? codesOf(question) : '') },
    ...languages.flatMap((to): Part[] => [
      { header: `text.${to}`, text: ({ header }) => wordsIn.get(to)?.get(header)?.text ?? '' },
      { header: `codes.${to}`, text: ({ header }) => wordsIn.get(to)?.get(header)?.codes ?? '' },
    ]),
  ];
  const columns = tableColumns(
    editions.map(({ source }) => source),
    own.source,
    demonstration,
  );
  return {
    header: parts.map(({ header }) => header),
    rows: columns.map((column) => parts.map(({ text }) => text(column))),
  };
}

/** Each column in the words of a language: those of the round's own version, else of the last one that has it. */
function translations(editions: Edition[], own: Edition, to: string) {
  const names = lastingNames(editions.map(({ source }) => source));
  const words = new Map<string, { text: string; codes: string }>();
  for (const edition of [...editions.filter((one) => one !== own), own]) {
    if (!edition.languages.some((one) => one === to)) continue;
    for (const question of questionsOf(edition.in(to))) {
      const name = names.get(edition.source)?.get(question.id) ?? question.id;
      for (const { header, label } of columnsOf(question, name))
        words.set(header, { text: label, codes: codesOf(question) });
    }
  }
  return words;
}

function codesOf(question: AskedQuestion): string {
  const codes = question.type === 'matrix' ? question.columns : question.options;
  return codes.map(({ value, label }) => `${value} = ${label}`).join('; ');
}

/** The versions in which the question is put in other words than in the one before. */
const rewordedIn = (id: string, versions: TableColumn['versions']): string =>
  versions
    .filter((version, at) => {
      const before = versions[at - 1];
      return before && before.question(id)?.label !== version.question(id)?.label;
    })
    .map(({ definition }) => definition.version)
    .join(' ');
