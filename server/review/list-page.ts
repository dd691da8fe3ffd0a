/** All clarifications of a round that a reader may read, by what has become of them, by State and by question. Pure. */
import type { Account } from '../accounts/account.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { CLARIFICATION_STATES, type Clarification, isOpen } from './clarification.ts';

/** `open`: asked or answered, so somebody has still to do something. */
const FILTERS = ['open', ...CLARIFICATION_STATES] as const;
type StatusFilter = (typeof FILTERS)[number];

const EXCERPT = 160;

export function listPage(
  round: Round,
  questionnaire: Questionnaire,
  of: { all: Clarification[]; states: State[]; accounts: Pick<Account, '_id' | 'email'>[] },
  query: Record<string, unknown>,
  voice: Voice,
) {
  const base = `/results/${round._id}`;
  const path = `${base}/clarifications`;
  const names = new Map(of.states.map((state) => [state._id, nameIn(state, voice.language)]));
  const emails = new Map(of.accounts.map(({ _id, email }) => [_id, email]));
  const status = FILTERS.find((one) => one === query['status']) ?? null;
  const state = of.all.find((one) => one.state === query['of'])?.state ?? '';
  const question = questionnaire.question(String(query['question'] ?? ''));
  const within = of.all
    .filter((one) => state === '' || one.state === state)
    .filter((one) => question === null || one.questions.includes(question.id));
  const address = (to: StatusFilter | null) => {
    const pairs = { status: to ?? '', of: state, question: question?.id ?? '' };
    const kept = Object.entries(pairs).filter(([, value]) => value !== '');
    return kept.length > 0 ? `${path}?${new URLSearchParams(kept)}` : path;
  };
  return {
    base,
    tabs: [null, ...FILTERS].map((one) => ({
      label: voice.t(one ? `clarify.status.${one}` : 'clarify.list.all'),
      count: within.filter((each) => isIn(each, one)).length,
      href: address(one),
      current: one === status,
    })),
    question: question && { number: question.number, label: question.label },
    status: status ?? '',
    of: state,
    states: [...new Set(of.all.map((one) => one.state))]
      .map((key) => ({ key, name: names.get(key) ?? key }))
      .sort((a, b) => voice.compare(a.name, b.name)),
    rows: within
      .filter((one) => isIn(one, status))
      .map((one) => ({
        href: `${path}/${one._id}`,
        state: names.get(one.state) ?? one.state,
        stateHref: `${base}/states/${one.state}/${one.audience}`,
        audience:
          questionnaire.definition.audiences.find(({ id }) => id === one.audience)?.short ?? '',
        questions: one.questions.map((id) => questionnaire.question(id)?.number ?? id).join(', '),
        excerpt: excerptOf(one.title || one.words),
        language: one.language,
        status: voice.t(`clarify.status.${one.status}`),
        askedAt: voice.date(one.askedAt, round.zone),
        askedBy: emails.get(one.askedBy) ?? '',
        answeredAt: one.answer ? voice.date(one.answer.at, round.zone) : '',
        changed:
          one.answer &&
          voice.t(one.answer.changed ? 'clarify.list.changed' : 'clarify.list.stands'),
      })),
  };
}

const isIn = (one: Clarification, status: StatusFilter | null): boolean =>
  status === null || (status === 'open' ? isOpen(one) : one.status === status);

const excerptOf = (words: string): string => {
  const line = [...words.replace(/\s+/g, ' ')];
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT - 1).join('')}…` : line.join('');
};
