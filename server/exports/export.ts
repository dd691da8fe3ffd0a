/** What others take away: the answers of a round, streamed, as the reader may have them, and told in the audit. */
import type { Actor } from '../audit/event.ts';
import { mayName, type Reader, useOfAnswer } from '../progress/disclosure.ts';
import { type Answers, type FileAnswer, withoutFileIds } from '../questionnaire/answers.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { noteOf } from '../responses/receipt-canonical.ts';
import { type Response, statusOf } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv.ts';
import { type Cell, type TableColumn, tableColumns } from './table.ts';

export const EXPORT_FORMATS = ['csv', 'json', 'codebook'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** The `format` of the JSON export; its shape is never changed under one number. */
const JSON_FORMAT = 1;

type Of = { round: Round; questionnaire: Questionnaire; reader: Reader };

/** Pieces of the file, in order. */
export function exportRound(
  services: Services,
  format: ExportFormat,
  of: Of,
): AsyncGenerator<string> {
  return { csv: csvOf, json: jsonOf, codebook: codebookOf }[format](services, of);
}

export const recordExport = (
  services: Services,
  actor: Actor,
  round: Round,
  format: ExportFormat,
) =>
  services.audit.record(
    {
      actor,
      event: 'round.exported',
      subject: { kind: 'round', id: round._id },
      details: { format },
    },
    services.clock(),
  );

/** An answer for closer use does not stand beside a name, unless the reader may see the pair. */
const maySee = (
  { submitted }: Response,
  question: AskedQuestion | null,
  { questionnaire, reader }: Pick<Of, 'questionnaire' | 'reader'>,
): boolean =>
  question === null ||
  !submitted ||
  mayName(useOfAnswer(questionnaire, submitted, question.id), reader);

async function* csvOf(
  services: Services,
  { round, questionnaire, reader }: Of,
): AsyncGenerator<string> {
  const columns = tableColumns(questionnaire, round.demonstration);
  const states = new Map((await services.states.all()).map((state) => [state._id, state]));
  yield BYTE_ORDER_MARK + csvLine(columns.map((column) => column.header));
  for await (const response of services.responses.stream(round._id)) {
    const state = states.get(response.state);
    if (!state) continue;
    const may = (question: AskedQuestion | null) =>
      maySee(response, question, { questionnaire, reader });
    const cell = (column: TableColumn): Cell =>
      may(column.question)
        ? column.value({ response, state, may: (id) => may(questionnaire.question(id)) })
        : null;
    yield csvLine(columns.map(cell));
  }
}

async function* jsonOf(
  services: Services,
  { round, questionnaire, reader }: Of,
): AsyncGenerator<string> {
  const head = {
    format: JSON_FORMAT,
    round: round._id,
    questionnaire: questionnaire.name,
    demonstration: round.demonstration,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"responses":[`;
  let first = true;
  for await (const response of services.responses.stream(round._id)) {
    yield `${first ? '' : ','}\n${JSON.stringify(responseJson(response, questionnaire, reader))}`;
    first = false;
  }
  yield '\n]}\n';
}

function responseJson(response: Response, questionnaire: Questionnaire, reader: Reader) {
  const { state, audience, submitted } = response;
  const visible = Object.entries(submitted?.answers ?? {}).filter(([id]) =>
    maySee(response, questionnaire.question(id), { questionnaire, reader }),
  );
  const answers: Record<string, unknown> = {};
  const aboutAnswers: Answers = {};
  for (const [id, answer] of visible) {
    const question = questionnaire.question(id);
    if (!question) continue;
    if (question.action === null) aboutAnswers[id.replace(/^r_/, '')] = answer;
    else answers[id] = question.type === 'file' ? withoutFileIds(answer as FileAnswer) : answer;
  }
  return {
    state,
    audience,
    status: statusOf(response),
    reference: submitted?.reference ?? null,
    submittedAt: submitted?.submittedAt.toISOString() ?? null,
    attribution: submitted?.use ?? null,
    uses: Object.fromEntries(Object.entries(submitted?.uses ?? {}).filter(([id]) => id in answers)),
    review: submitted ? response.review : null,
    noteVerbale: submitted?.note ? noteOf(submitted.note) : null,
    respondent: aboutAnswers,
    answers,
    other: Object.fromEntries(
      Object.entries(submitted?.other ?? {}).filter(([id]) => id in answers),
    ),
  };
}

/** What each column of the CSV means: header, question, type, codes. */
async function* codebookOf(
  _services: Services,
  { round, questionnaire }: Of,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(['column', 'question', 'number', 'type', 'text', 'codes']);
  for (const column of tableColumns(questionnaire, round.demonstration)) {
    const { question } = column;
    const codes = question?.type === 'matrix' ? question.columns : (question?.options ?? []);
    yield csvLine([
      column.header,
      question?.id ?? '',
      question?.number ?? '',
      question?.type ?? 'about the response',
      column.label,
      codes.map(({ value, label }) => `${value} = ${label}`).join('; '),
    ]);
  }
}
