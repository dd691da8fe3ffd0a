/** Exports as a test takes them: whole, and a workbook read by a library that did not write it. */
import readWorkbook from 'read-excel-file/node';
import { type ExportFormat, exportRound } from '../../server/exports/export.ts';
import { type Taker, takingOf } from '../../server/exports/rows.ts';
import { type Filter, NO_FILTER } from '../../server/progress/dataset.ts';
import type { Round } from '../../server/rounds/round.ts';
import { voiceOf } from '../../server/texts.ts';
import type { TestApp } from './app.ts';

export const ADMIN: Taker = { identifies: true, committee: true, manages: true };
export const COMMITTEE: Taker = { identifies: false, committee: true, manages: false };

export async function takenFile(
  { services }: Pick<TestApp, 'services'>,
  round: Round,
  format: ExportFormat,
  {
    taker = ADMIN,
    filter = NO_FILTER,
    language = 'en',
    cutoff = '',
  }: { taker?: Taker; filter?: Filter; language?: string; cutoff?: string } = {},
): Promise<Buffer> {
  const taking = await takingOf(
    services,
    round,
    taker,
    filter,
    cutoff ? await services.cutOffs.find(round._id, cutoff) : null,
  );
  if (!taking) throw new Error('the questionnaire is not loaded');
  const pieces: Buffer[] = [];
  for await (const piece of exportRound(services, format, taking, voiceOf(language)))
    pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export type SheetCell = string | number | boolean | Date | null;
/** Sheets by name, each a table of typed cells. */
export async function sheetsIn(file: Buffer): Promise<Map<string, SheetCell[][]>> {
  const sheets = (await readWorkbook(file, { trim: false })) as {
    sheet: string;
    data: SheetCell[][];
  }[];
  return new Map(sheets.map(({ sheet, data }) => [sheet, data]));
}
