/** An answer in words, for check answers, conflict, receipt, State page and export. Pure. */
import type { AnswerValue, FileAnswer, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { Option } from '../questionnaire/definition.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';

/** `label` is the row of a matrix; null otherwise. */
export type AnswerLine = {
  label: string | null;
  text: string;
  file?: { id: string; name: string };
};

const labelIn = (options: Option[], value: string) =>
  options.find((option) => option.value === value)?.label ?? value;

/** Empty when there is no answer. @param currency of the amounts in a matrix */
export function answerLines(
  question: AskedQuestion,
  answer: AnswerValue | undefined,
  other: string | undefined,
  currency: string,
  voice: Voice,
): AnswerLine[] {
  if (answer === undefined) return [];
  const line = (text: string, label: string | null = null): AnswerLine => ({ label, text });
  const withOther = (value: string) => {
    const option = question.options.find((candidate) => candidate.value === value);
    const label = labelIn(question.options, value);
    return option?.text && other ? `${label}: ${other}` : label;
  };
  switch (question.type) {
    case 'single':
      return [line(withOther(String(answer)))];
    case 'multi':
      return (answer as string[]).map((value) => line(withOther(value)));
    case 'scale':
      return [
        line(
          typeof answer === 'number'
            ? voice.t('scale.of', {
                value: answer,
                max: question.max,
                min: question.min,
                minLabel: question.minLabel,
                maxLabel: question.maxLabel,
              })
            : labelIn(question.options, String(answer)),
        ),
      ];
    case 'number':
      return [line(voice.t(`unit.${question.unit}`, { value: voice.number(answer as number) }))];
    case 'money': {
      const { amount, currency: own } = answer as Money;
      return [line(voice.money(amount, own))];
    }
    case 'text':
      return [line(String(answer))];
    case 'matrix':
      return question.rows.flatMap((row) => {
        const cells = (answer as MatrixAnswer)[row.value];
        if (cells === undefined) return [];
        return [
          line(cellText(question.columns, cells, currency, question.cell.type, voice), row.label),
        ];
      });
    case 'file': {
      const { files, url } = answer as FileAnswer;
      return [
        ...files.map((file) => ({
          label: null,
          text: `${file.name} (${voice.fileSize(file.size)})`,
          file: { id: file.id, name: file.name },
        })),
        ...(url ? [line(url)] : []),
      ];
    }
  }
}

/** The same, each line with the row that it is of; empty without an answer. */
export const answerWords = (...of: Parameters<typeof answerLines>): string[] =>
  answerLines(...of).map(({ label, text }) => (label ? `${label}: ${text}` : text));

function cellText(
  columns: Option[],
  cells: MatrixAnswer[string],
  currency: string,
  type: string,
  voice: Voice,
): string {
  if (typeof cells === 'string') return labelIn(columns, cells);
  if (Array.isArray(cells)) return voice.list(cells.map((value) => labelIn(columns, value)));
  return Object.entries(cells)
    .map(([column, cell]) => {
      const value =
        typeof cell === 'string'
          ? cell
          : type === 'money'
            ? voice.money(cell, currency)
            : voice.number(cell);
      return `${labelIn(columns, column)}: ${value}`;
    })
    .join('; ');
}
