/** All figures of a round in the shape that `results --json` prints and others rely on. Pure. */
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { distributionOf, SPECIAL, type Special } from './distribution.ts';
import { indicatorResult } from './indicator.ts';
import { rateOf } from './standing-tally.ts';

const RESULTS_FORMAT = 1;

export type Summary = {
  format: number;
  round: string;
  cutOff: string;
  /** The named cut-off that these are the figures of; null for the answers as they are now. */
  snapshot: Dataset['snapshot'];
  filters: Filter;
  invited: number;
  responded: Record<string, { invited: number; submitted: number }>;
  indicators: {
    key: string;
    action: number;
    kind: string;
    value: number | null;
    numerator: number | null;
    denominator: number | null;
    respondents: number;
    apart: number;
  }[];
  questions: {
    id: string;
    audience: string;
    type: string;
    answered: number;
    noAnswer: number;
    notApplicable: number;
    withheld: number;
    counts: Record<string, number>;
  }[];
};

/** What is counted option by option; open answers have no counts. */
const CLOSED = new Set(['code', 'bits']);

export function summaryOf(data: Dataset, filter: Filter, reader: Reader): Summary {
  const audiences = [...data.audiences.keys()];
  const responded = Object.fromEntries(
    audiences.map((audience) => {
      const { invited, submitted } = rateOf(data, audience, filter);
      return [audience, { invited, submitted }];
    }),
  );
  return {
    format: RESULTS_FORMAT,
    round: data.round,
    cutOff: data.cutOff.toISOString(),
    snapshot: data.snapshot,
    filters: filter,
    invited: Object.values(responded).reduce((total, { invited }) => total + invited, 0),
    responded,
    indicators: data.questionnaire.definition.indicators.map((indicator) => {
      const result = indicatorResult(data, indicator, filter, reader);
      return {
        key: indicator.key,
        action: indicator.action,
        kind: indicator.kind,
        value: result.value,
        numerator: result.numerator?.count ?? null,
        denominator: result.denominator?.count ?? null,
        respondents: result.respondents.count,
        apart: result.apart.count,
      };
    }),
    questions: audiences.flatMap((audience) =>
      (data.audiences.get(audience)?.layout.columns ?? [])
        .filter((column) => CLOSED.has(column.kind))
        .flatMap((column) => {
          const spread = distributionOf(data, audience, column.id, filter, reader);
          if (!spread) return [];
          const size = (key: Special) =>
            spread.categories.find((category) => category.key === key)?.count ?? 0;
          return {
            id: column.id,
            audience,
            type: spread.question.type,
            answered: spread.answered,
            noAnswer: size('_no_answer'),
            notApplicable: size('_not_applicable'),
            withheld: size('_withheld'),
            counts: Object.fromEntries(
              spread.categories
                .filter(({ key }) => !(SPECIAL as readonly string[]).includes(key))
                .map(({ key, count }) => [key, count]),
            ),
          };
        }),
    ),
  };
}
