/** Views over several questions that those questions do not fit. Pure. */
import type { Report } from './check.ts';
import { WAYS_OUT } from './definition.ts';
import type { AskedQuestion, Questionnaire } from './questionnaire.ts';

export function checkViews({ definition, question }: Questionnaire, report: Report): void {
  const { pairs = [], needs, exchange, profile = [], ...told } = definition.views ?? {};
  const find = (id: string, where: string): AskedQuestion | null => {
    const found = question(id);
    if (!found) report(where, `there is no question ${id}`, 'Name a question by its id.');
    return found;
  };

  for (const [place, pair] of pairs.entries()) {
    const at = `views.pairs.${pair.id}`;
    if (pairs.findIndex(({ id }) => id === pair.id) !== place)
      report(at, `the code ${pair.id} stands more than once`, 'Give each its own code.');
    if (!definition.actions.some(({ number }) => number === pair.action))
      report(`${at}.action`, `there is no action ${pair.action}`, 'Name an action by its number.');
    const given = find(pair.given, `${at}.given`);
    const received = find(pair.received, `${at}.received`);
    if (given && received) checkScale(given, received, at, report);
  }

  for (const id of profile) find(id, 'views.profile');
  for (const part of ['hinders', 'helps'] as const)
    for (const id of told[part] ?? []) {
      const found = find(id, `views.${part}`);
      if (found && found.type !== 'single' && found.type !== 'multi')
        report(`views.${part}`, `${id} has no choices`, 'Name questions with choices.');
    }
  if (needs) {
    const found = find(needs.question, 'views.needs.question');
    if (found) checkColumns(found, 'single', needs.open, 'views.needs', report);
  }
  for (const id of exchange?.questions ?? []) {
    const found = find(id, 'views.exchange.questions');
    const choices = exchange ? [exchange.offered, exchange.sought] : [];
    if (found) checkColumns(found, 'multi', choices, `views.exchange.${id}`, report);
  }
}

/** Bars beside each other mean something only where the steps are the same; one side may have one more, such as "no support". */
function checkScale(
  given: AskedQuestion,
  received: AskedQuestion,
  at: string,
  report: Report,
): void {
  for (const one of [given, received])
    if (one.type !== 'single' && one.type !== 'scale')
      report(at, `${one.id} has no scale`, 'Pair questions with one choice, or scales.');
  const steps = ({ options }: AskedQuestion) =>
    options.map(({ value }) => value).filter((value) => !WAYS_OUT.some((way) => way === value));
  const [one, other] = [steps(given), steps(received)];
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.some((value) => !long.includes(value)))
    report(
      at,
      `${given.id} and ${received.id} do not have the same choices`,
      'Use the same codes in both.',
    );
}

function checkColumns(
  question: AskedQuestion,
  cell: 'single' | 'multi',
  choices: string[],
  at: string,
  report: Report,
): void {
  if (question.type !== 'matrix' || question.cell.type !== cell) {
    const kind = cell === 'single' ? 'one choice' : 'several choices';
    report(at, `${question.id} is no matrix with ${kind} in each row`, 'Name another question.');
    return;
  }
  for (const choice of choices)
    if (!question.columns.some(({ value }) => value === choice))
      report(at, `${question.id} has no column ${choice}`, 'Name columns by their value.');
}
