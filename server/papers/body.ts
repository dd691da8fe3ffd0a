/** What stands under a question on paper: marks to tick and room to write, or what was answered. Pure. */
import type { MatrixAnswer } from '../questionnaire/answers.ts';
import type { Option } from '../questionnaire/definition.ts';
import type { AskedOf, AskedQuestion } from '../questionnaire/questionnaire.ts';
import { answerLines } from '../responses/answer-text.ts';
import { belongs } from '../responses/fields.ts';
import { type Draft, fieldOf } from '../responses/response.ts';
import { currencyOf } from '../responses/section-form.ts';
import type { Voice } from '../texts.ts';

/** Marks are text, so that they look the same on a page, in Word and in a copy. */
const CIRCLE = { empty: '○', chosen: '●' };
const BOX = { empty: '☐', chosen: '☒' };

type PaperOption = {
  mark: string;
  label: string /** Room for words of one's own. */;
  words: boolean;
};

export type Body =
  | { kind: 'options'; options: PaperOption[] }
  /** `ends` says in words what the first and the last step mean. */
  | { kind: 'scale'; mark: string; steps: string[]; ends: string; rest: PaperOption[] }
  /** Short answers: what to write, and what stands behind it. */
  | { kind: 'fields'; fields: { label: string; unit: string }[] }
  | { kind: 'room'; lines: number }
  | { kind: 'table'; columns: string[]; rows: { label: string; cells: string[] }[] }
  /** Answers in words; `none` is said where there is none. `free`: the State's own words, in their own direction. */
  | {
      kind: 'said';
      lines: { label: string | null; text: string }[];
      none: string;
      free: boolean;
    };

/** The question to be answered by hand. */
export function blankBody(question: AskedQuestion, voice: Voice): Body {
  const { t } = voice;
  switch (question.type) {
    case 'single':
      return { kind: 'options', options: options(question.options, CIRCLE.empty, voice) };
    case 'multi':
      return { kind: 'options', options: options(question.options, BOX.empty, voice) };
    case 'scale': {
      const isStep = ({ value }: Option) => /^\d+$/.test(value);
      return {
        kind: 'scale',
        mark: CIRCLE.empty,
        steps: question.options.filter(isStep).map((step) => step.label),
        ends: t('papers.ends', {
          min: question.min,
          minLabel: question.minLabel,
          max: question.max,
          maxLabel: question.maxLabel,
        }),
        rest: options(
          question.options.filter((option) => !isStep(option)),
          CIRCLE.empty,
          voice,
        ),
      };
    }
    case 'number':
      return {
        kind: 'fields',
        fields: [{ label: t('papers.number'), unit: t(`unitWord.${question.unit}`) }],
      };
    case 'money':
      return {
        kind: 'fields',
        fields: [
          { label: t('papers.amount'), unit: '' },
          { label: t('currency'), unit: '' },
        ],
      };
    case 'text':
      return { kind: 'room', lines: question.multiline ? roomFor(question.maxLength) : 1 };
    case 'matrix': {
      const mark = matrixMark(question)?.empty ?? '';
      return table(question, () => question.columns.map(() => mark));
    }
    case 'file':
      return {
        kind: 'fields',
        fields: [
          { label: t('papers.file'), unit: '' },
          { label: t('file.url'), unit: '' },
        ],
      };
  }
}

/** A hand writes some eighty characters on a line. Longer texts go on a sheet of their own. */
const roomFor = (maxLength: number) => Math.min(8, Math.max(2, Math.ceil(maxLength / 250)));

const options = (list: Option[], mark: string, voice: Voice): PaperOption[] =>
  list.map((option) => ({
    mark,
    label: option.exclusive ? voice.t('papers.alone', { option: option.label }) : option.label,
    words: option.text === true,
  }));

const matrixMark = ({ cell }: AskedOf<'matrix'>) =>
  cell.type === 'single' ? CIRCLE : cell.type === 'multi' ? BOX : null;

const table = (question: AskedOf<'matrix'>, cells: (row: Option) => string[]): Body => ({
  kind: 'table',
  columns: question.columns.map((column) => column.label),
  rows: question.rows.map((row) => ({ label: row.label, cells: cells(row) })),
});

/** What the State answers now. Words that could not be read yet are there too: nothing that was typed is lost. */
export function answeredBody(
  question: AskedQuestion,
  draft: Draft,
  isShown: boolean,
  voice: Voice,
): Body {
  if (!isShown) return { kind: 'said', lines: [], none: voice.t('papers.notAsked'), free: false };
  const unread = Object.entries(draft.unparsed)
    .filter(([key]) => belongs(fieldOf(key), question.id))
    .map(([, text]) => ({ label: voice.t('papers.unread'), text }));
  const answer = draft.answers[question.id];
  if (question.type === 'matrix' && answer !== undefined && unread.length === 0)
    return answeredTable(question, answer as MatrixAnswer, voice);
  const currency = currencyOf(draft);
  const lines = answerLines(question, answer, draft.other[question.id], currency, voice);
  return {
    kind: 'said',
    lines: [...lines.map(({ label, text }) => ({ label, text })), ...unread],
    none: voice.t('answers.none'),
    free: question.type === 'text',
  };
}

function answeredTable(question: AskedOf<'matrix'>, answer: MatrixAnswer, voice: Voice): Body {
  const mark = matrixMark(question);
  return table(question, (row) => {
    const given = answer[row.value];
    return question.columns.map(({ value }) => {
      if (mark) {
        const chosen = Array.isArray(given) ? given.includes(value) : given === value;
        return chosen ? mark.chosen : mark.empty;
      }
      const cell = typeof given === 'object' && !Array.isArray(given) ? given[value] : undefined;
      return typeof cell === 'number' ? voice.number(cell) : (cell ?? '');
    });
  });
}
