/** What the Committee asked about single answers, and what came of it: a row for each that the taker may read. */
import { clarificationRecords } from '../review/records.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Standing } from './invitations-sheet.ts';
import type { Taking } from './rows.ts';
import type { Cell } from './table.ts';

export const CLARIFICATION_COLUMNS = [
  ...['state', 'state_name', 'audience', 'questions', 'numbers', 'follow_up_action', 'status'],
  ...['asked_at', 'asked_by', 'due', 'language', 'words', 'before', 'answered_at', 'answered_by'],
  ...['changed', 'remark', 'after', 'ended_at', 'ended_by', 'note'],
];

/** Those of the States in the file. At a cut-off: those that had been asked by then, as they stood then. */
export async function clarificationRows(
  services: Services,
  { round, edition, taker, questionnaire, cutOff }: Taking,
  standings: Standing[],
  voice: Voice,
): Promise<Cell[][]> {
  const states = new Map(
    standings.map(({ state, audience }) => [`${state._id} ${audience}`, state]),
  );
  const worded = edition.in(voice.language);
  const records = await clarificationRecords(services, round._id, worded, taker, voice);
  return records.flatMap((one): Cell[][] => {
    const state = states.get(`${one.state} ${one.audience}`);
    if (!state || one.askedAt > cutOff) return [];
    const answered = one.answeredAt !== null && one.answeredAt <= cutOff;
    const ended = one.endedAt !== null && one.endedAt <= cutOff;
    return [
      [
        ...[one.state, nameIn(state, questionnaire.definition.language), one.audience],
        ...[one.questions.join(' '), one.numbers, one.followUp],
        ended ? one.status : answered ? 'answered' : 'asked',
        ...[one.askedAt, one.askedBy, one.due, one.language, one.words, one.before],
        ...(answered
          ? [one.answeredAt, one.answeredBy, Number(one.changed), one.remark, one.after]
          : [null, null, null, null, null]),
        ...(ended ? [one.endedAt, one.endedBy, one.note] : [null, null, null]),
      ],
    ];
  });
}
