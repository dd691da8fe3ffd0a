/** The written answers of a round: read, searched, by theme, and quoted only where the State agrees. Pure. */
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerLines } from '../responses/answer-text.ts';
import type { Use } from '../responses/response.ts';
import { nameIn } from '../states/state.ts';
import { type Member, selected } from './dataset.ts';
import { mayName, useOfAnswer } from './disclosure.ts';
import { queryOf } from './filter-query.ts';
import type { AnswersOf } from './read-answers.ts';
import { found, type Piece, wordsIn } from './search.ts';
import type { Tag, Theme } from './theme.ts';
import { audienceShort, baseOf, rowOf, type View } from './view.ts';

/** What the State said of being quoted; `closer`: the answer is not for everybody, so nobody quotes it. */
type Consent = 'yes' | 'ask' | 'no' | 'closer';

type Written = {
  member: Member;
  question: AskedQuestion;
  text: string;
  /** The words beside "Other". */
  beside: boolean;
  consent: Consent;
  use: Use;
  said: AnswersOf;
};

export type TextsWish = {
  question: string | null;
  action: number | null;
  theme: string | null;
  find: string;
  page: number;
};

export type TextsMaterial = {
  answers: Map<string, AnswersOf>;
  themes: Theme[];
  tags: Tag[];
};

const PER_PAGE = 50;
/** What is read besides the texts themselves. */
const ABOUT = ['r_quote', 'r_currency'];

const isText = (question: AskedQuestion): boolean =>
  question.type === 'text' || (question.type === 'matrix' && question.cell.type === 'text');
const hasWords = (question: AskedQuestion): boolean => question.options.some(({ text }) => text);

/** All questions that are answered in words. */
export const textQuestions = (questionnaire: Questionnaire): AskedQuestion[] =>
  questionnaire.definition.questions.flatMap(({ id }) => {
    const question = questionnaire.question(id);
    return question?.number && (isText(question) || hasWords(question)) ? [question] : [];
  });

export const textFields = (questionnaire: Questionnaire): string[] => [
  ...ABOUT,
  ...textQuestions(questionnaire).map(({ id }) => id),
];

/** The texts that the reader may see, in the order of the questions. */
function writtenIn(view: View, { answers }: TextsMaterial): Written[] {
  const { data, filter, reader, voice } = view;
  const byName = (a: Member, b: Member) =>
    voice.compare(nameIn(a.state, voice.language), nameIn(b.state, voice.language));
  return textQuestions(data.questionnaire).flatMap((question) =>
    question.audiences.flatMap((audience) =>
      selected(data, audience, filter)
        .toSorted(byName)
        .flatMap((member): Written[] => {
          const said = answers.get(member.response);
          const text = said ? textOf(view, question, said) : '';
          const use = useOfAnswer(data.questionnaire, member, question.id);
          if (!said || !text || !mayName(use, reader)) return [];
          const consent = consentOf(use, said);
          return [{ member, question, text, beside: !isText(question), consent, use, said }];
        }),
    ),
  );
}

function textOf({ voice }: View, question: AskedQuestion, said: AnswersOf): string {
  if (!isText(question)) return said.other?.[question.id] ?? '';
  const lines = answerLines(question, said.answers[question.id], undefined, '', voice);
  return lines.map(({ label, text }) => (label ? `${label}: ${text}` : text)).join('\n');
}

/** Whoever said nothing of it has not agreed. */
function consentOf(use: Use, { answers }: AnswersOf): Consent {
  if (use !== 'attributed') return 'closer';
  const said = answers['r_quote'];
  return said === 'yes' || said === 'ask' ? said : 'no';
}

export function textsPage(view: View, material: TextsMaterial, wish: TextsWish) {
  const { data, filter, voice } = view;
  const { themes, tags } = material;
  const tagged = new Map<string, string[]>();
  for (const { response, question, theme } of tags) {
    const key = `${response} ${question}`;
    tagged.set(key, [...(tagged.get(key) ?? []), theme]);
  }
  const themesOf = ({ member, question }: Written) =>
    tagged.get(`${member.response} ${question.id}`) ?? [];
  const words = wordsIn(wish.find);
  const all = writtenIn(view, material);
  const matching = all.flatMap((one) => {
    if (wish.question && one.question.id !== wish.question) return [];
    if (wish.action !== null && one.question.action !== wish.action) return [];
    if (wish.theme && !themesOf(one).includes(wish.theme)) return [];
    const pieces = found(one.text, words);
    return pieces ? [{ one, pieces }] : [];
  });
  const pages = Math.max(1, Math.ceil(matching.length / PER_PAGE));
  const page = Math.min(pages, Math.max(1, wish.page));
  const chosen = {
    question: wish.question ?? '',
    action: wish.action === null ? '' : String(wish.action),
    theme: wish.theme ?? '',
    find: wish.find,
  };
  const address = (more: Record<string, string>) =>
    `${baseOf(view)}/texts${queryOf(filter, { ...chosen, ...more })}`;
  return {
    texts: matching
      .slice((page - 1) * PER_PAGE, page * PER_PAGE)
      .map(({ one, pieces }) => textView(view, one, pieces, themesOf(one))),
    count: matching.length,
    states: new Set(matching.map(({ one }) => one.member.state._id)).size,
    themes: themes.map(({ _id, label }) => {
      const count = all.filter((one) => themesOf(one).includes(_id)).length;
      const used = tags.some(({ theme }) => theme === _id);
      return { id: _id, label, count, used, href: address({ theme: _id, page: '' }) };
    }),
    find: wish.find,
    more: [
      { name: 'question', options: questionOptions(view, wish.question) },
      {
        name: 'action',
        options: data.questionnaire.definition.actions.map(({ number, title }) => ({
          value: String(number),
          label: `#${number} ${title}`,
          chosen: number === wish.action,
        })),
      },
      {
        name: 'theme',
        options: themes.map(({ _id, label }) => ({
          value: _id,
          label,
          chosen: _id === wish.theme,
        })),
      },
    ],
    here: address({ page: page > 1 ? String(page) : '' }),
    isNarrowed: Object.values(chosen).some(Boolean),
    all: `${baseOf(view)}/texts${queryOf(filter)}`,
    page: voice.t('texts.page', { page, pages }),
    before: page > 1 ? address({ page: String(page - 1) }) : '',
    after: page < pages ? address({ page: String(page + 1) }) : '',
  };
}

const questionOptions = ({ data }: View, chosen: string | null) =>
  textQuestions(data.questionnaire).map(({ id, number, label, audiences }) => ({
    value: id,
    label: `${number} ${label} (${audienceShort(data, audiences[0] ?? '')})`,
    chosen: id === chosen,
  }));

function textView(view: View, one: Written, pieces: Piece[], themes: string[]) {
  const { voice, data } = view;
  const { member, question, said } = one;
  const state = nameIn(member.state, voice.language);
  const row = rowOf(view, member);
  return {
    id: `${member.response}-${question.id}`,
    response: member.response,
    question: question.id,
    number: question.number,
    label: question.label,
    beside: one.beside,
    state,
    audience: audienceShort(data, member.audience),
    href: `${row.href}#q-${question.id}`,
    pieces,
    consent: one.consent,
    quotation:
      one.consent === 'yes'
        ? voice.t('texts.quotation', {
            text: one.text,
            state,
            questionnaire: data.questionnaire.definition.shortTitle,
            question: question.number,
            date: voice.date(said.submittedAt, data.zone),
            reference: said.reference,
          })
        : '',
    themes,
  };
}

/** Whether the reader may see this text, and so may give it a theme. */
export const isReadable = (view: View, response: string, question: string): boolean => {
  const asked = textQuestions(view.data.questionnaire).find(({ id }) => id === question);
  return (asked?.audiences ?? []).some((audience) =>
    (view.data.audiences.get(audience)?.members ?? []).some(
      (member) =>
        member.response === response &&
        member.at >= 0 &&
        mayName(useOfAnswer(view.data.questionnaire, member, question), view.reader),
    ),
  );
};
