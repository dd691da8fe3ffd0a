/** The annexes: who answered, how each figure comes about, and every closed question in figures. Pure. */
import type { Distribution } from '../progress/distribution.ts';
import { indicatorResult } from '../progress/indicator.ts';
import { methodOf, sentenceOf } from '../progress/indicator-words.ts';
import { audienceShort, cutOffWords, type View } from '../progress/view.ts';
import { nameIn } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Block, ReportSection } from './report.ts';
import { spreadsOf } from './report-words.ts';

export const annexes = (view: View): ReportSection[] => [
  { heading: view.voice.t('report.whoAnswered'), blocks: whoAnswered(view) },
  { heading: view.voice.t('report.method.title'), blocks: method(view) },
  { heading: view.voice.t('report.allAnswers'), blocks: allAnswers(view) },
];

function whoAnswered(view: View): Block[] {
  const { data, voice } = view;
  const { t } = voice;
  const submitted = [...data.audiences.values()]
    .flatMap(({ members }) => members)
    .flatMap(({ state, audience, submittedAt }) =>
      submittedAt ? [{ name: nameIn(state, voice.language), audience, submittedAt }] : [],
    )
    .sort((a, b) => voice.compare(a.name, b.name));
  return [
    {
      kind: 'table',
      caption: t('report.whoAnswered'),
      header: [t('states.state'), t('states.audience'), t('states.submitted')],
      rows: submitted.map(({ name, audience, submittedAt }) => [
        name,
        audienceShort(data, audience),
        voice.date(submittedAt, data.zone),
      ]),
      widths: [0.45, 0.3, 0.25],
      numbers: [],
    },
  ];
}

function method(view: View): Block[] {
  const { data, filter, reader, voice } = view;
  const { t } = voice;
  const { definition, name } = data.questionnaire;
  const rules = definition.indicators
    .filter(({ numerator }) => numerator !== null)
    .map((indicator) => {
      const result = indicatorResult(data, indicator, filter, reader);
      const { counts, where, group } = methodOf(view, result);
      return [
        `#${indicator.action} ${indicator.label}`,
        [t('indicator.method.rule', { condition: counts }), where].filter(Boolean).join(' '),
        group?.label ?? '',
        sentenceOf(view, result) || t('indicator.nothing'),
        voice.number(result.respondents.count),
      ];
    });
  return [
    ...[
      t('report.method.source', {
        questionnaire: name,
        round: data.round,
        when: cutOffWords(view),
      }),
      t('report.method.groups', { date: voice.date(new Date(data.referenceDate), 'UTC') }),
      t('report.method.counting'),
      t('report.method.once'),
      t('report.method.totals'),
      t('report.method.words'),
    ].map((text): Block => ({ kind: 'paragraph', text })),
    {
      kind: 'table',
      caption: t('report.method.rules'),
      header: [
        t('report.method.indicator'),
        t('indicator.method.counts'),
        t('indicator.method.outOf'),
        t('report.method.value'),
        t('indicator.part.respondents'),
      ],
      rows: rules,
      widths: [0.26, 0.27, 0.18, 0.18, 0.11],
      numbers: [4],
    },
  ];
}

/** A table for each action and audience: a line for each closed question, and for each row of a matrix. */
function allAnswers(view: View): Block[] {
  const { data, voice } = view;
  const { t } = voice;
  const { definition } = data.questionnaire;
  return definition.actions.flatMap((action) =>
    definition.audiences.flatMap((audience): Block[] => {
      const rows = data.questionnaire
        .asked(audience.id)
        .filter((question) => question.action === action.number)
        .flatMap((question) => spreadsOf(view, question))
        .filter(({ column }) => column.kind !== 'answered')
        .map((spread) => [labelOf(spread), inFigures(spread, voice)]);
      if (rows.length === 0) return [];
      return [
        {
          kind: 'table',
          caption: t('report.allOf', { number: action.number, audience: audience.short }),
          header: [t('report.question'), t('report.figures')],
          rows,
          widths: [0.42, 0.58],
          numbers: [],
        },
      ];
    }),
  );
}

function labelOf({ question, column }: Distribution): string {
  const row =
    question.type === 'matrix' ? question.rows.find(({ value }) => value === column.row) : null;
  return `${question.number} ${question.label}${row ? ` – ${row.label}` : ''}`;
}

/** A list of this length has every answer, chosen or not; of a longer one, such as all States, only what was chosen. */
const SHORT_LIST = 20;

/** "Yes 14; No 10; No answer 10" */
function inFigures({ categories }: Distribution, voice: Voice): string {
  const all = categories.length <= SHORT_LIST;
  return categories
    .filter(({ key, count }) => all || count > 0 || key === '_no_answer')
    .map(({ key, label, count }) => {
      const name = label ?? voice.t(`category.${key.slice(1)}`);
      return `${name}\u00a0${voice.number(count)}`;
    })
    .join('; ');
}
