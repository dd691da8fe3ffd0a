/** The XLSX export: answers, codebook, clarifications, invitations and method, each a sheet. What the later sheets need is gathered while the answers pass. */
import { statusOf } from '../responses/response.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { CLARIFICATION_COLUMNS, clarificationRows } from './clarifications-sheet.ts';
import { codebook } from './codebook.ts';
import { invitationRows, invitationsHeader, type Standing } from './invitations-sheet.ts';
import { methodRows } from './method-sheet.ts';
import { exportRows, type Taking } from './rows.ts';
import { CELL_LIMIT, type Sheet } from './sheet.ts';
import { type Cell, tableColumns } from './table.ts';
import { workbookFile } from './workbook.ts';

/** @param voice of the sheet about the method; codes and headers are the same in every language */
export function answersWorkbook(
  services: Services,
  taking: Taking,
  voice: Voice,
): AsyncGenerator<Buffer> {
  const { round, questionnaire, cutOff } = taking;
  return workbookFile(sheetsOf(services, taking, voice), {
    title: `${questionnaire.definition.title}: ${round._id}`,
    description: round.demonstration ? voice.t('notice.demonstration') : '',
    at: cutOff,
  });
}

/** A text that is too long for a cell, with the place where it belongs. */
type Overlong = { state: Cell; audience: Cell; column: string; text: string };

async function* sheetsOf(services: Services, taking: Taking, voice: Voice): AsyncGenerator<Sheet> {
  const { round, editions, edition, questionnaire } = taking;
  const columns = tableColumns(
    editions.map(({ source }) => source),
    questionnaire,
    round.demonstration,
  );
  const standings: Standing[] = [];
  const overlong: Overlong[] = [];
  async function* answers(): AsyncGenerator<Cell[]> {
    for await (const row of exportRows(services, taking)) {
      const { response, state } = row;
      const { startedAt, firstSubmittedAt = null, submitted, audience, review } = response;
      standings.push({
        id: response._id,
        state,
        audience,
        status: statusOf(response),
        startedAt,
        firstSubmittedAt,
        submittedAt: submitted?.submittedAt ?? null,
        revision: submitted?.revision ?? 0,
        review: submitted ? review : null,
      });
      yield columns.map(({ header, value }) => {
        const cell = value(row);
        if (typeof cell !== 'string' || cell.length <= CELL_LIMIT) return cell;
        const name = nameIn(state, questionnaire.definition.language);
        overlong.push({ state: name, audience, column: header, text: cell });
        return cutShort(cell);
      });
    }
  }
  yield {
    name: 'answers',
    header: columns.map(({ header }) => header),
    rows: answers(),
    fixed: 2,
  };
  if (overlong.length > 0) yield longTexts(overlong);
  const { header, rows } = codebook(editions, edition, round.demonstration);
  yield {
    name: 'codebook',
    header,
    rows: rows.map((row) => row.map(cutShort)),
    fixed: 1,
    widths: header.map((name) => (/^(text|codes)/.test(name) ? 60 : 16)),
    wrapped: true,
  };
  yield {
    name: 'clarifications',
    header: CLARIFICATION_COLUMNS,
    rows: await clarificationRows(services, taking, standings, voice),
    fixed: 2,
    wrapped: true,
  };
  yield {
    name: 'invitations',
    header: invitationsHeader(taking.taker),
    rows: await invitationRows(services, taking, standings),
    fixed: 2,
  };
  yield {
    name: 'method',
    header: [voice.t('export.method.what'), voice.t('export.method.value')],
    rows: methodRows(taking, standings, overlong.length, voice),
    widths: [34, 100],
    wrapped: true,
  };
}

const LONG_TEXTS = 'long texts';
const MORE = ` […] (continued on the sheet "${LONG_TEXTS}")`;

/** As much of a text as a cell can hold, with a note that says where the whole is. */
function cutShort(text: string): string {
  return text.length <= CELL_LIMIT ? text : `${parts(text, CELL_LIMIT - MORE.length)[0]}${MORE}`;
}

/** The texts that no cell can hold, in as many rows as they need: put together they are what was answered. */
const longTexts = (overlong: Overlong[]): Sheet => ({
  name: LONG_TEXTS,
  header: ['state_name', 'audience', 'column', 'part', 'text'],
  rows: overlong.flatMap(({ state, audience, column, text }) =>
    parts(text, CELL_LIMIT).map((part, at): Cell[] => [state, audience, column, at + 1, part]),
  ),
});

/** Pieces of at most so many UTF-16 units, none of which ends within a character. */
function parts(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const last = text.charCodeAt(at + most - 1);
    const torn = last >= 0xd800 && last <= 0xdbff ? 1 : 0;
    pieces.push(text.slice(at, at + most - torn));
    at += most - torn;
  }
  return pieces;
}
