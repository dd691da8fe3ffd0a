/** A response as one line of CSV. Pure. */
import { csvCell } from './csv.ts';
import type { ExportRow, TableColumn } from './table.ts';

/** A table has hundreds of columns, and most States are not asked most questions: what has no answer is passed over as a whole. */
export function wideLine(columns: TableColumn[]): (row: ExportRow) => string {
  const runs = runsOf(columns);
  return (row) => {
    let line = '';
    for (const { question, columns: own, nothing } of runs) {
      if (question !== null && isSilent(row, question)) line += nothing;
      else for (const column of own) line += `${csvCell(column.value(row))},`;
    }
    return `${line.slice(0, -1)}\r\n`;
  };
}

const isSilent = ({ response, may }: ExportRow, question: string): boolean =>
  response.submitted?.answers[question] === undefined || !may(question);

/** Columns beside each other that are about the same question. */
type Run = { question: string | null; columns: TableColumn[]; nothing: string };

function runsOf(columns: TableColumn[]): Run[] {
  const runs: Run[] = [];
  for (const column of columns) {
    const question = column.question?.id ?? null;
    const last = runs.at(-1);
    if (!last || last.question !== question)
      runs.push({ question, columns: [column], nothing: ',' });
    else {
      last.columns.push(column);
      last.nothing += ',';
    }
  }
  return runs;
}
