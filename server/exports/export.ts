/** What others take away: the answers of a round, streamed, as the taker may have them, and told in the audit. */

import type { Actor } from '../audit/event.ts';
import { filterNamed } from '../progress/dataset.ts';
import { recordTaken } from '../progress/record-taken.ts';
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import { jsonHead, responseJson } from './answers-json.ts';
import { answersWorkbook } from './answers-workbook.ts';
import { codebook } from './codebook.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv.ts';
import { longHeader, longRows } from './long.ts';
import { inPieces } from './pieces.ts';
import { countRows, exportRows, type Taking } from './rows.ts';
import { tableColumns } from './table.ts';
import { wideLine } from './wide-line.ts';

/** What there is to take, with the type of the file and how its name ends. */
export const EXPORTS = {
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    name: 'answers.xlsx',
  },
  csv: { type: 'text/csv; charset=utf-8', name: 'answers.csv' },
  'csv-long': { type: 'text/csv; charset=utf-8', name: 'answers-long.csv' },
  json: { type: 'application/json; charset=utf-8', name: 'answers.json' },
  codebook: { type: 'text/csv; charset=utf-8', name: 'codebook.csv' },
} as const;
export type ExportFormat = keyof typeof EXPORTS;
export const EXPORT_FORMATS = Object.keys(EXPORTS) as ExportFormat[];

/** Pieces of the file, in order. */
export function exportRound(
  services: Services,
  format: ExportFormat,
  taking: Taking,
  voice: Voice,
): AsyncGenerator<string | Buffer> {
  switch (format) {
    case 'xlsx':
      return answersWorkbook(services, taking, voice);
    case 'csv':
      return inPieces(wideLines(services, taking));
    case 'csv-long':
      return inPieces(longLines(services, taking));
    case 'json':
      return inPieces(jsonLines(services, taking));
    case 'codebook':
      return inPieces(codebookLines(taking));
  }
}

/** The audit has its row before anybody has the file. @returns how many rows the file has */
export async function recordExport(
  services: Services,
  actor: Actor,
  format: ExportFormat,
  taking: Taking,
): Promise<number> {
  const { round, filter, cutOff, snapshot } = taking;
  const rows =
    format === 'codebook'
      ? codebook(taking.editions, taking.edition, round.demonstration).rows.length
      : await countRows(services, taking);
  const what = { format, filter: filterNamed(filter), rows };
  await recordTaken(services, actor, round, snapshot, what, cutOff);
  return rows;
}

async function* wideLines(services: Services, taking: Taking): AsyncGenerator<string> {
  const { editions, questionnaire, round } = taking;
  const versions = editions.map(({ source }) => source);
  const columns = tableColumns(versions, questionnaire, round.demonstration);
  const line = wideLine(columns);
  yield BYTE_ORDER_MARK + csvLine(columns.map((column) => column.header));
  for await (const row of exportRows(services, taking)) yield line(row);
}

async function* longLines(services: Services, taking: Taking): AsyncGenerator<string> {
  const { questionnaire, round } = taking;
  yield BYTE_ORDER_MARK + csvLine(longHeader(round.demonstration));
  for await (const row of exportRows(services, taking))
    for (const cells of longRows(row, questionnaire, round.demonstration)) yield csvLine(cells);
}

async function* jsonLines(services: Services, taking: Taking): AsyncGenerator<string> {
  yield `${JSON.stringify(jsonHead(taking)).slice(0, -1)},"responses":[`;
  let first = true;
  for await (const row of exportRows(services, taking)) {
    yield `${first ? '' : ','}\n${JSON.stringify(responseJson(row, taking.questionnaire))}`;
    first = false;
  }
  yield '\n]}\n';
}

function* codebookLines({ editions, edition, round }: Taking): Generator<string> {
  const { header, rows } = codebook(editions, edition, round.demonstration);
  yield BYTE_ORDER_MARK + csvLine(header);
  for (const row of rows) yield csvLine(row);
}
