/** Which columns an export has: decided by the questionnaire alone, so that a script that reads it needs no change. */
import { describe, expect, it } from '@jest/globals';
import { type ExportRow, tableColumns } from '../../server/exports/table.ts';
import type { Definition } from '../../server/questionnaire/definition.ts';
import { compile, type Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { bundledQuestionnaire } from '../support/rounds.ts';
import { smallDefinition, smallQuestionnaire } from '../support/small-questionnaire.ts';

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

const columnsOfOne = (questionnaire: Questionnaire, demonstration = false) =>
  tableColumns([questionnaire], questionnaire, demonstration);

describe('the columns of a questionnaire', () => {
  it('are these, for one with a question of each type', () => {
    expect(columnsOfOne(smallQuestionnaire()).map((column) => column.header)).toEqual([
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
    const columns = columnsOfOne(questionnaire);
    const headers = columns.map((column) => column.header);
    expect(new Set(headers).size).toBe(headers.length);
    const questions = [...new Set(columns.flatMap(({ question }) => question?.id ?? []))];
    const asked = ['affected', 'donor'].flatMap((audience) =>
      questionnaire.asked(audience).map((question) => question.id),
    );
    expect(questions).toEqual([...new Set(asked)]);
  });

  it('of a demonstration say so in one more', () => {
    const headers = columnsOfOne(smallQuestionnaire(), true).map((column) => column.header);
    expect(headers.slice(0, 13)).toEqual([...ABOUT, 'data']);
  });
});

describe('the columns of several versions', () => {
  const changed = (version: number, change: (definition: Definition) => void) => {
    const definition = { ...smallDefinition(), version };
    change(definition);
    return compile(definition);
  };
  const asked = (definition: Definition, id: string) => {
    const found = definition.questions.find((question) => question.id === id);
    if (!found) throw new Error(`no question ${id}`);
    return found;
  };
  const without = (definition: Definition, id: string) => {
    definition.questions = definition.questions.filter((question) => question.id !== id);
  };
  const first = changed(1, () => {});
  /** Asks no more for the story, offers one kind more, and asks anew in the middle. */
  const second = changed(2, (definition) => {
    without(definition, 'story');
    const kinds = asked(definition, 'kinds');
    if (kinds.type === 'multi') kinds.options?.splice(1, 0, { value: 'maps', label: 'Maps' });
    definition.questions.splice(3, 0, {
      ...{ id: 'why', section: 'needs', label: 'Why?', required: false },
      ...{ type: 'text', maxLength: 100, multiline: true },
    });
    asked(definition, 'commits').label = 'Does your State commit resources?';
  });
  /** Asks for the story again, as a number. */
  const third = changed(3, (definition) => {
    without(definition, 'story');
    definition.questions.push({
      ...{ id: 'story', section: 'plans', label: 'How many stories?', required: false },
      ...{ type: 'number', unit: 'count', decimals: 0 },
    });
  });
  const headers = (versions: Questionnaire[], own: Questionnaire) =>
    tableColumns(versions, own, false).map(({ header }) => header);

  it('begin with those of the earlier ones, in their places, whichever version a round put', () => {
    const before = headers([first], first);
    for (const own of [first, second]) {
      const after = headers([first, second], own);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.slice(before.length)).toEqual(['why', 'kinds.maps']);
    }
  });

  it('keep a name for what it meant first: what is asked otherwise gets another', () => {
    const all = headers([first, second, third], third);
    expect(all.slice(-1)).toEqual(['story@3']);
    expect(all.filter((header) => header.startsWith('story'))).toEqual(['story', 'story@3']);
    expect(new Set(all).size).toBe(all.length);
  });

  it('have answers where the round put the question, and nothing where another version did', () => {
    const row = {
      response: { submitted: { answers: { story: 7, kinds: ['staff'] }, other: {} } },
      may: () => true,
    } as unknown as ExportRow;
    const cells = Object.fromEntries(
      tableColumns([first, second, third], third, false)
        .filter(({ question }) => question !== null)
        .map(({ header, value }) => [header, value(row)]),
    );
    expect(cells).toMatchObject({ 'story@3': 7, 'kinds.staff': 1, 'kinds.none': 0 });
    // Was not offered, so it is not "not chosen".
    expect([cells['kinds.maps'], cells['story'], cells['why']]).toEqual([null, null, null]);
  });

  it("say the words of the round's own version, and which versions have the column", () => {
    const label = (own: Questionnaire, header: string) =>
      tableColumns([first, second], own, false).find((one) => one.header === header);
    expect(label(first, 'commits')?.label).toBe('Does your State commit? [code]');
    expect(label(second, 'commits')?.label).toBe('Does your State commit resources? [code]');
    expect(label(second, 'story')).toMatchObject({ label: 'Anything else?', versions: [first] });
    expect(label(first, 'why')).toMatchObject({ label: 'Why?', versions: [second] });
  });
});
