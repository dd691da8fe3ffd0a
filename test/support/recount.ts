/**
 * Counts a round again, from its JSON export, the questionnaire's file and the States. It shares no code with the server: what
 * it says is what a careful person with the same three files would say.
 */
type Value = string | number | string[] | Record<string, unknown>;
type Rule = { q: string; op: string; value: unknown };
type Condition = Rule | { all: Condition[] } | { any: Condition[] };
type Option = { value: string };
type Question = {
  id: string;
  section: string;
  type: string;
  shownWhen?: Condition;
  optionSet?: string;
  options?: Option[];
  extraOptions?: Option[];
  min?: number;
  max?: number;
  rows?: Option[];
  columns?: Option[];
  cell?: { type: string };
};
export type Definition = {
  referenceDate: string;
  audiences: { id: string }[];
  sections: { id: string; audiences: string[] }[];
  optionSets: Record<string, Option[]>;
  questions: Question[];
  indicators: {
    key: string;
    kind: string;
    audiences: string[];
    numerator: Condition | null;
    denominator: { group: string; where?: Condition } | null;
  }[];
};
export type Unit = {
  _id: string;
  region: string;
  memberships: { group: string; from: string | null; to: string | null }[];
};
type Exported = {
  state: string;
  audience: string;
  submittedAt: string | null;
  review: string | null;
  respondent: Record<string, Value>;
  answers: Record<string, Value>;
};
export type Export = { responses: Exported[] };
export type Wanted = { region: string | null; group: string | null; review: string | null };

const NOT_KNOWN = ['dont_know', 'prefer_not'];

const belongsAt =
  ({ referenceDate }: Definition) =>
  (unit: Unit, group: string) =>
    unit.memberships.some(
      (one) =>
        one.group === group &&
        !(one.from && one.from > referenceDate) &&
        !(one.to && one.to <= referenceDate),
    );

/** Everything that was answered, whatever it is called in the file. */
const saidBy = ({ respondent, answers }: Exported): Record<string, Value> => ({
  ...Object.fromEntries(Object.entries(respondent).map(([id, value]) => [`r_${id}`, value])),
  ...answers,
});

export function recount(definition: Definition, units: Unit[], file: Export, wanted: Wanted) {
  const belongs = belongsAt(definition);
  const { inView, asked } = viewOf(definition, units, file, wanted);
  const questionsOf = (audience: string) =>
    definition.sections
      .filter((section) => section.audiences.includes(audience))
      .flatMap((section) => definition.questions.filter((one) => one.section === section.id));

  return {
    invited: asked.length,
    responded: Object.fromEntries(
      definition.audiences.map(({ id }) => {
        const own = asked.filter((one) => one.audience === id);
        return [id, { invited: own.length, submitted: own.filter((o) => o.submittedAt).length }];
      }),
    ),
    questions: definition.audiences.flatMap(({ id: audience }) =>
      questionsOf(audience).flatMap((question) =>
        closedParts(definition, question).map(({ id, row, codes }) => {
          const counts = Object.fromEntries(codes.map((code) => [code, 0]));
          const tally = { noAnswer: 0, notApplicable: 0, answered: 0 };
          for (const one of asked.filter((response) => response.audience === audience)) {
            const chosen = one.submittedAt
              ? chosenIn(questionsOf(audience), question, row, saidBy(one))
              : [];
            if (chosen === 'not shown') tally.notApplicable += 1;
            else if (chosen.length === 0) tally.noAnswer += 1;
            else {
              tally.answered += 1;
              for (const code of chosen) counts[code] = (counts[code] ?? 0) + 1;
            }
          }
          return { id, audience, type: question.type, ...tally, counts };
        }),
      ),
    ),
    indicators: definition.indicators.map((indicator) => {
      const own = asked.filter((one) => indicator.audiences.includes(one.audience));
      const of = (unit: Unit) => own.filter((one) => one.state === unit._id);
      const there = wanted.review ? inView.filter((unit) => of(unit).length > 0) : inView;
      const answered = there.filter((unit) => of(unit).some((one) => one.submittedAt));
      const meets = (unit: Unit, condition: Condition) =>
        isTrue(
          condition,
          of(unit)
            .filter((one) => one.submittedAt)
            .map(saidBy),
        );
      const { key, kind, numerator, denominator } = indicator;
      if (!numerator || !denominator)
        return {
          key,
          value: null,
          numerator: null,
          denominator: null,
          respondents: answered.length,
          apart: 0,
        };
      const { group, where } = denominator;
      const applies = (unit: Unit) => !where || meets(unit, where);
      const respondents = answered.filter((unit) => belongs(unit, group));
      const base = where
        ? respondents.filter(applies)
        : there.filter((unit) => belongs(unit, group));
      const reached = answered.filter((unit) => applies(unit) && meets(unit, numerator));
      const top = reached.filter((unit) => belongs(unit, group)).length;
      const value = kind === 'percentage' ? top / base.length : top;
      return {
        key,
        value: respondents.length === 0 || base.length === 0 ? null : value,
        numerator: top,
        denominator: base.length,
        respondents: respondents.length,
        apart: reached.length - top,
      };
    }),
  };
}

function viewOf(definition: Definition, units: Unit[], file: Export, wanted: Wanted) {
  const belongs = belongsAt(definition);
  const inView = units.filter(
    (unit) =>
      (!wanted.region || unit.region === wanted.region) &&
      (!wanted.group || belongs(unit, wanted.group)),
  );
  const keys = new Set(inView.map((unit) => unit._id));
  const asked = file.responses.filter(
    (one) =>
      keys.has(one.state) &&
      (!wanted.review || (one.submittedAt !== null && one.review === wanted.review)),
  );
  return { inView, asked };
}

/** Who gave both answers, by "answer answer"; a State that chose several is in several. Across audiences it is the State that counts. */
export function recross(
  definition: Definition,
  units: Unit[],
  file: Export,
  wanted: Wanted,
  pair: [string, string],
): Record<string, number> {
  const submitted = viewOf(definition, units, file, wanted).asked.filter((one) => one.submittedAt);
  const [first, second] = pair.map((name) => {
    const [id, row = null] = name.split('/') as [string, string?];
    const question = definition.questions.find((one) => one.id === id) as Question;
    const section = definition.sections.find((one) => one.id === question.section);
    const audience = section?.audiences[0];
    const all = definition.sections
      .filter((one) => audience && one.audiences.includes(audience))
      .flatMap((one) => definition.questions.filter((other) => other.section === one.id));
    return {
      own: submitted.filter((one) => one.audience === audience),
      said: (one: Exported) => {
        const chosen = chosenIn(all, question, row, saidBy(one));
        if (chosen === 'not shown') return ['_not_applicable'];
        return chosen.length === 0 ? ['_no_answer'] : chosen;
      },
    };
  }) as [Crossing, Crossing];
  const counts: Record<string, number> = {};
  const others = new Map(second.own.map((one) => [one.state, one]));
  for (const one of first.own) {
    const other = others.get(one.state);
    if (!other) continue;
    for (const left of first.said(one))
      for (const right of second.said(other)) {
        const key = `${left} ${right}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
  }
  return counts;
}
type Crossing = { own: Exported[]; said(one: Exported): string[] };

/** What is counted option by option: a question, or each row of a matrix of choices. */
function closedParts(definition: Definition, question: Question) {
  const { id, type } = question;
  const values = (options: Option[] = []) => options.map((option) => option.value);
  if (type === 'single' || type === 'multi') {
    const named = question.optionSet ? definition.optionSets[question.optionSet] : [];
    const codes = [...values(question.options), ...values(named), ...values(question.extraOptions)];
    return [{ id, row: null, codes }];
  }
  if (type === 'scale') {
    const steps = [];
    for (let n = question.min ?? 0; n <= (question.max ?? 0); n += 1) steps.push(String(n));
    return [{ id, row: null, codes: [...steps, ...values(question.extraOptions)] }];
  }
  if (type === 'matrix' && ['single', 'multi'].includes(question.cell?.type ?? ''))
    return values(question.rows).map((row) => ({
      id: `${id}/${row}`,
      row,
      codes: values(question.columns),
    }));
  return [];
}

function chosenIn(
  all: Question[],
  question: Question,
  row: string | null,
  said: Record<string, Value>,
): string[] | 'not shown' {
  if (!isShown(all, question, said)) return 'not shown';
  const answer = said[question.id];
  if (answer === undefined) return [];
  const part = row === null ? answer : (answer as Record<string, unknown>)[row];
  return part === undefined ? [] : [part].flat().map(String);
}

/** A rule on an answer that is not there fails; answers in an export are those that count. */
function isShown(all: Question[], { shownWhen }: Question, said: Record<string, Value>): boolean {
  const holds = (condition: Condition): boolean => {
    if ('all' in condition) return condition.all.every(holds);
    if ('any' in condition) return condition.any.some(holds);
    const on = all.find((one) => one.id === condition.q);
    return on !== undefined && isShown(all, on, said) && plainly(condition, said[condition.q]);
  };
  return !shownWhen || holds(shownWhen);
}

function plainly({ op, value }: Rule, answer: Value | undefined): boolean {
  if (answer === undefined) return false;
  const several = Array.isArray(answer);
  const amount = Number(
    typeof answer === 'object' && 'amount' in answer ? answer['amount'] : (answer as unknown),
  );
  if (op === 'answered') return true;
  if (op === 'includes') return several && answer.includes(String(value));
  if (op === 'in') return !several && (value as unknown[]).map(String).includes(String(answer));
  if (op === 'eq') return !several && String(answer) === String(value);
  if (op === 'neq') return String(answer) !== String(value);
  if (op === 'gt') return amount > Number(value);
  if (op === 'lt') return amount < Number(value);
  throw new Error(`what is ${op}?`);
}

/** Of a State that may speak in several audiences: what is true in one of them is true. */
function isTrue(condition: Condition, voices: Record<string, Value>[]): boolean {
  if ('all' in condition) return condition.all.every((part) => isTrue(part, voices));
  if ('any' in condition) return condition.any.some((part) => isTrue(part, voices));
  return voices.some((said) => counts(condition, said[condition.q]));
}

/** In an indicator "do not know" is an answer only to a rule that names it. */
function counts(rule: Rule, answer: Value | undefined): boolean {
  if (answer === undefined) return false;
  const isMatrix = typeof answer === 'object' && !Array.isArray(answer) && !('amount' in answer);
  if (isMatrix && 'files' in answer) return plainly(rule, answer);
  if (isMatrix)
    return (
      rule.op === 'answered' &&
      Object.values(answer).some(
        (cell) => ![cell].flat().some((one) => NOT_KNOWN.includes(String(one))),
      )
    );
  const unsure = [answer].flat().some((one) => NOT_KNOWN.includes(String(one)));
  if (unsure && !['eq', 'in', 'includes'].includes(rule.op)) return false;
  if (Array.isArray(answer) && (rule.op === 'eq' || rule.op === 'in'))
    return answer.some((one) => [rule.value].flat().map(String).includes(one));
  if (!Array.isArray(answer) && rule.op === 'includes')
    return String(answer) === String(rule.value);
  return plainly(rule, answer);
}
