/**
 * A round for everybody: how many answered, where States stand on the indicators, and the answers behind them, at a cut-off.
 * Names only of States that gave the answer with their name; small cells put together. Pure.
 */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Member } from './dataset.ts';
import { disclose } from './disclosure.ts';
import { distributionOf } from './distribution.ts';
import { indicatorResult } from './indicator.ts';
import { sentenceOf } from './indicator-words.ts';
import { keyQuestions } from './key-questions.ts';
import { isShown, publicCells } from './small-cells.ts';
import { rateOf } from './standing-tally.ts';
import { audienceShort, cutOffWords, type View } from './view.ts';

export function publicPage(view: View) {
  const { data, filter, voice } = view;
  const { definition } = data.questionnaire;
  return {
    plan: definition.plan,
    title: definition.title,
    sender: definition.sender,
    cutOff: cutOffWords(view),
    rates: definition.audiences.map((audience) => {
      const { invited, submitted } = rateOf(data, audience.id, filter);
      return {
        label: audience.label,
        invited: voice.number(invited),
        submitted: voice.number(submitted),
      };
    }),
    actions: definition.actions.map((action) => ({
      action,
      indicators: definition.indicators
        .filter((one) => one.action === action.number && one.numerator)
        .map((indicator) => indicatorOf(view, indicator)),
      questions: keyQuestions(view, action.number).flatMap((question) => spreadOf(view, question)),
    })),
  };
}

type Indicator = View['data']['questionnaire']['definition']['indicators'][number];

/** `sentence` is null where nothing was answered, "" where its figure would show too few; then there may be names still. */
function indicatorOf(view: View, indicator: Indicator) {
  const { data, filter, reader, voice } = view;
  const result = indicatorResult(data, indicator, filter, reader);
  const numerator = result.numerator?.list() ?? [];
  const met = new Set(numerator.map(({ state }) => state._id));
  const others = result.respondents.list().filter(({ state }) => !met.has(state._id));
  const isPooled = (one: (typeof numerator)[number]) => one.pooled;
  const shown = isShown(numerator, isPooled) && isShown(others.filter(isPooled), isPooled);
  const { named, pooled } = disclose(numerator, isPooled);
  return {
    label: indicator.officialText ?? indicator.label,
    sentence: result.value === null ? null : shown ? sentenceOf(view, result) : '',
    value: shown && result.value !== null ? figureOf(indicator, result.value, voice) : '',
    respondents: result.respondents.count,
    names: isShown(named, isPooled) ? namesOf(named, voice) : '',
    pooled: shown ? pooled : 0,
  };
}

const figureOf = ({ kind }: Indicator, value: number, voice: View['voice']) =>
  kind === 'percentage' ? voice.percent(value) : voice.number(value);

function spreadOf(view: View, question: AskedQuestion) {
  const { data, filter, reader, voice } = view;
  return question.audiences.flatMap((audience) => {
    const spread = distributionOf(data, audience, question.id, filter, reader);
    if (!spread) return [];
    const { isPooled } = spread;
    const answers = spread.categories.flatMap(({ key, label, kind, members }) =>
      kind === 'none'
        ? []
        : [{ labels: [label ?? voice.t(`category.${key.slice(1)}`)], kind, members: members() }],
    );
    const cells = publicCells<Member>(answers, isPooled, voice.t('public.totals'));
    const most = Math.max(1, ...cells.map(({ members }) => members.length));
    return [
      {
        id: question.id,
        number: question.number,
        label: question.label,
        audience: audienceShort(data, audience),
        cells: cells.map(({ labels, kind, members }) => {
          const { named, pooled } = disclose(members, isPooled);
          return {
            label:
              labels.length > 1
                ? voice.t('public.together', { answers: labels.join('; ') })
                : labels[0],
            kind,
            count: members.length,
            percent: Math.round((1000 * members.length) / most) / 10,
            names: namesOf(named, voice),
            pooled,
          };
        }),
      },
    ];
  });
}

function namesOf(members: { state: State }[], voice: View['voice']): string {
  const names = new Set(members.map(({ state }) => nameIn(state, voice.language)));
  return voice.list([...names].sort(voice.compare));
}
