/** Which columns an export has: decided by the questionnaire alone, so that a script that reads it needs no change. */
import { describe, expect, it } from '@jest/globals';
import { tableColumns } from '../../server/exports/table.ts';
import { bundledQuestionnaire } from '../support/rounds.ts';
import { smallQuestionnaire } from '../support/small-questionnaire.ts';

const ABOUT = [
  'state',
  'state_name',
  'region',
  'audience',
  'status',
  'revision',
  'reference',
  'submitted_at',
  'attribution',
  'uses',
  'note_verbale',
  'review',
];

describe('the columns of a questionnaire', () => {
  it('are these, for one with a question of each type', () => {
    expect(tableColumns(smallQuestionnaire(), false).map((column) => column.header)).toEqual([
      ...ABOUT,
      'r_currency',
      'r_currency.label',
      'commits',
      'commits.label',
      'amount.amount',
      'amount.currency',
      'kinds',
      'kinds.label',
      'kinds.staff',
      'kinds.equipment',
      'kinds.none',
      'kinds.other',
      'kinds.dont_know',
      'kinds.in_words',
      'useful',
      'share',
      'coverage.clearance',
      'coverage.education',
      ...['funding', 'training', 'none'].map((column) => `support.clearance.${column}`),
      ...['funding', 'training', 'none'].map((column) => `support.education.${column}`),
      ...['spending', 'trained', 'remarks'].flatMap((id) =>
        ['clearance.2021', 'clearance.2022', 'education.2021', 'education.2022'].map(
          (cell) => `${id}.${cell}`,
        ),
      ),
      'story',
      'report.files',
      'report.url',
      'gives',
      'gives.label',
      'recipients',
      'recipients.label',
      'recipients.KHM',
      'recipients.TCD',
      'recipients.dont_know',
    ]);
  });

  it('of the bundled one follow the questions of each audience, and none stands twice', () => {
    const questionnaire = bundledQuestionnaire();
    const columns = tableColumns(questionnaire, false);
    const headers = columns.map((column) => column.header);
    expect(new Set(headers).size).toBe(headers.length);
    const questions = [...new Set(columns.flatMap(({ question }) => question?.id ?? []))];
    const asked = ['affected', 'donor'].flatMap((audience) =>
      questionnaire.asked(audience).map((question) => question.id),
    );
    expect(questions).toEqual([...new Set(asked)]);
  });

  it('of a demonstration say so in one more', () => {
    const headers = tableColumns(smallQuestionnaire(), true).map((column) => column.header);
    expect(headers.slice(0, 13)).toEqual([...ABOUT, 'data']);
  });
});
