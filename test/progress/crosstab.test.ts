/** Two closed questions counted against each other: the same as going through everybody's choices one by one. */
import { expect, it } from '@jest/globals';
import { crosstabOf } from '../../server/progress/crosstab.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { columnsFrom, encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import { shownQuestions } from '../../server/questionnaire/path.ts';
import { compile } from '../../server/questionnaire/questionnaire.ts';
import { random } from '../support/random.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';

const small = smallDefinition();
const [first] = small.questions;
if (!first) throw new Error('the small questionnaire has no question');
const optionsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ value: `o${at}`, label: `Option ${at}` }));
const asked = (id: string, type: 'single' | 'multi', count: number) => ({
  id,
  type,
  section: 'needs',
  label: id,
  required: false,
  options: optionsOf(count),
});
/** The codes of so many choices do not fit in a byte, and their bits not in nine words. */
const COUNTS = { few: 3, eight: 8, nine: 9, forty: 40, hundreds: 300 };
const several = Object.entries(COUNTS).map(([id, count]) => asked(id, 'multi', count));
const questionnaire = compile({
  ...small,
  questions: [
    ...small.questions,
    asked('one', 'single', 200),
    ...several,
    { ...asked('branched', 'multi', 20), shownWhen: { q: 'commits', op: 'eq', value: 'yes' } },
  ],
});
const layout = layoutOf(questionnaire, 'affected');
const IDS = ['commits', 'one', ...Object.keys(COUNTS), 'branched'];

const chance = random(11);
const choices = (id: string, share: number) =>
  (questionnaire.question(id)?.options ?? [])
    .map(({ value }) => value)
    .filter(() => chance.below(100) < share);
/** Some give nothing, some one thing, some nearly all. */
const people = Array.from({ length: 60 }, (): Answers => {
  const answers: Answers = { commits: chance.of(['yes', 'no', 'dont_know']) };
  if (chance.below(4) > 0) answers['one'] = `o${chance.below(200)}`;
  for (const id of [...Object.keys(COUNTS), 'branched']) {
    const chosen = choices(id, chance.of([0, 3, 30, 95]));
    if (chosen.length > 0) answers[id] = chosen;
  }
  return answers;
});
const rows = people.map((answers) => encodeRow(layout, questionnaire, 'affected', answers));

/** Where somebody stands: places among the options, and after them "not applicable" and "no answer". */
function stands(answers: Answers, id: string): number[] {
  const values = questionnaire.question(id)?.options.map(({ value }) => value) ?? [];
  if (!shownQuestions(questionnaire, 'affected', answers).has(id)) return [values.length];
  const given = [answers[id] ?? []].flat().map((value) => values.indexOf(String(value)));
  return given.length > 0 ? given : [values.length + 1];
}

/** Each of them many times over, some once more than others. */
const CROWD = 9_011;
const columns = columnsFrom(
  layout,
  Array.from({ length: CROWD }, (_, at) => rows[at % rows.length] as Buffer),
);

it.each(IDS.flatMap((one) => IDS.map((other): [string, string] => [one, other])))(
  '%s by %s',
  (one, other) => {
    const [row, column] = [columns.byId.get(one), columns.byId.get(other)];
    if (!row || !column) throw new Error('no such column');
    const expected = {
      first: Array.from({ length: row.options.length + 2 }, () => 0),
      second: Array.from({ length: column.options.length + 2 }, () => 0),
      cells: Array.from(
        { length: (row.options.length + 2) * (column.options.length + 2) },
        () => 0,
      ),
    };
    const add = (to: number[], at: number, count: number) => {
      to[at] = (to[at] ?? 0) + count;
    };
    // Everybody but the first.
    const places = Int32Array.from({ length: CROWD - 1 }, (_, at) => at + 1);
    for (const [at, answers] of people.entries()) {
      const count = places.filter((place) => place % people.length === at).length;
      const [down, across] = [stands(answers, one), stands(answers, other)];
      for (const r of down) add(expected.first, r, count);
      for (const c of across) add(expected.second, c, count);
      for (const r of down)
        for (const c of across) add(expected.cells, r * (column.options.length + 2) + c, count);
    }
    const crosstab = crosstabOf(row, column);
    crosstab.add(places.subarray(0, 5));
    crosstab.add(places.subarray(5));
    const { first: down, second: across, cells } = crosstab.tab();
    expect([Array.from(down), Array.from(across)]).toEqual([expected.first, expected.second]);
    expect(Array.from(cells)).toEqual(expected.cells);
    // Asked again it says the same.
    const again = crosstab.tab();
    expect([Array.from(again.first), Array.from(again.second)]).toEqual([
      expected.first,
      expected.second,
    ]);
    expect(Array.from(again.cells)).toEqual(expected.cells);
  },
);
