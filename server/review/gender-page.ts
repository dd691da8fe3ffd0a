/**
 * Gender and diversity: for each rule its words and figures, the States behind them, what was done about each, and what a
 * second source says. Pure.
 */
import type { Account } from '../accounts/account.ts';
import type { Member } from '../progress/dataset.ts';
import { disclose } from '../progress/disclosure.ts';
import { queryOf } from '../progress/filter-query.ts';
import { audienceShort, baseOf, rowOf, sorted, type View } from '../progress/view.ts';
import { conditionWords } from '../questionnaire/condition-words.ts';
import type { FollowUpRule } from '../questionnaire/definition.ts';
import { nameIn } from '../states/state.ts';
import type { Clarification } from './clarification.ts';
import { FOLLOW_UP_STATES, type FollowUpClosing, followUpId, followUpState } from './follow-up.ts';
import {
  GENDER_PARTS,
  type GenderFigures,
  genderFigures,
  reportsGender,
  ruleId,
} from './gender-figures.ts';
import type { Finding } from './state-review.ts';

/** What only those see who review answers. */
export type Behind = {
  /** Whose own State is not theirs to act upon; null for none. */
  ownState: string | null;
  /** Letters that the account may read, newest first. */
  letters: Clarification[];
  closings: FollowUpClosing[];
  /** By State; a State without a review has no entry. Null where no internal questionnaire goes with the round's. */
  findings: Map<string, Finding> | null;
  accounts: Pick<Account, '_id' | 'email'>[];
  /** ISO day. */
  today: string;
};

export type Typed = { id: string; note: string };

const DISAGREE = 'disagree';
const PARTS = [...GENDER_PARTS, DISAGREE] as const;
type Part = (typeof PARTS)[number];

export function genderPage(
  view: View,
  behind: Behind | null,
  query: Record<string, unknown>,
  typed: Typed | null = null,
) {
  const { data, filter, reader } = view;
  const { followUps = [] } = data.questionnaire.definition;
  return {
    rules: followUps.map((rule) => {
      const figures = genderFigures(data, rule, filter, reader);
      const wanted =
        query['rule'] === ruleId(rule)
          ? (PARTS.find((one) => one === query['part']) ?? null)
          : null;
      return {
        ...ruleView(view, rule),
        ...figuresView(view, figures, behind, wanted),
        followUps: behind && followUpsView(view, figures, behind, typed),
      };
    }),
    reviewed: behind?.findings?.size ?? 0,
    reviews: behind?.findings ? `${baseOf(view)}/gender/reviews` : '',
  };
}

function ruleView(view: View, rule: FollowUpRule) {
  const { data, voice } = view;
  const { definition } = data.questionnaire;
  const words = (condition: FollowUpRule['gender']) =>
    conditionWords(condition, data.questionnaire, voice);
  return {
    id: ruleId(rule),
    action: rule.action,
    title: definition.actions.find(({ number }) => number === rule.action)?.title ?? '',
    audience: audienceShort(data, rule.audience),
    cooperationWords: words(rule.cooperation),
    genderWords: words(rule.gender),
  };
}

function figuresView(
  view: View,
  figures: GenderFigures,
  behind: Behind | null,
  wanted: Part | null,
) {
  const { filter } = view;
  const address = (part: Part) =>
    `${baseOf(view)}/gender${queryOf(filter, { rule: ruleId(figures.rule), part })}#${ruleId(figures.rule)}`;
  const members: Record<Part, Member[]> = {
    cooperation: figures.cooperation,
    gender: figures.gender,
    missing: figures.missing,
    withheld: figures.withheld,
    disagree: behind ? disagreeing(view, figures, behind) : [],
  };
  const shown = PARTS.filter(
    (part) => (part !== DISAGREE || behind) && (part !== 'withheld' || figures.withheld.length > 0),
  );
  return {
    asked: figures.asked.length,
    submitted: figures.submitted.length,
    figures: shown.map((part) => ({
      part,
      count: members[part].length,
      href: address(part),
      current: part === wanted,
    })),
    compared: behind ? compared(figures, behind).length : 0,
    states:
      wanted && shown.includes(wanted)
        ? {
            part: wanted,
            count: members[wanted].length,
            ...named(view, figures, members[wanted], behind),
          }
        : null,
  };
}

function named(view: View, figures: GenderFigures, members: Member[], behind: Behind | null) {
  const { named, pooled } = disclose(members, figures.isHidden);
  return {
    named: sorted(
      named.map((member) => ({
        ...rowOf(view, member),
        ...sourcesOf(view, figures, member, behind),
      })),
      view.voice,
    ),
    pooled,
  };
}

/** Of those who may be named, the ones of whom both sources say something. */
const compared = ({ submitted, isHidden }: GenderFigures, { findings }: Behind): Member[] =>
  submitted.filter((member) => !isHidden(member) && Boolean(findings?.get(member.state._id)));

/** Where the questionnaire says one thing and the Committee's reading of the report another. */
const disagreeing = ({ data }: View, figures: GenderFigures, behind: Behind): Member[] =>
  compared(figures, behind).filter(
    (member) =>
      reportsGender(data, figures.rule, member) !==
      (behind.findings?.get(member.state._id) === 'mentioned'),
  );

/** Both sources in words, for those who may see the second one. */
function sourcesOf(
  { data, voice }: View,
  { rule }: GenderFigures,
  member: Member,
  behind: Behind | null,
) {
  if (!behind) return { sources: '' };
  const finding = behind.findings?.get(member.state._id);
  const second = finding === undefined ? 'unread' : (finding ?? 'unknown');
  return {
    sources: [
      voice.t(`gender.first.${reportsGender(data, rule, member) ? 'mentioned' : 'absent'}`),
      voice.t(`gender.second.${second}`),
    ].join(' '),
  };
}

/** States that the rule names now, and those that were written to or closed before: what was answered may have changed that. */
function followUpsView(
  view: View,
  figures: GenderFigures,
  { ownState, letters, closings, accounts, today, findings }: Behind,
  typed: Typed | null,
) {
  const { data, voice } = view;
  const { action } = figures.rule;
  const rows = figures.submitted
    .filter((member) => !figures.isHidden(member))
    .flatMap((member) => {
      const id = followUpId(member.response, action);
      const own = letters.filter(
        (one) => one.response === member.response && one.followUp === action,
      );
      const letter = own.find(({ status }) => status !== 'withdrawn') ?? null;
      const closing = closings.find((one) => one._id === id) ?? null;
      const isMissing = figures.missing.includes(member);
      if (!isMissing && !letter && !closing) return [];
      const base = `${baseOf(view)}/gender/${action}/${member.state._id}/${member.audience}`;
      const state = followUpState(letter, closing, today);
      const finding = findings?.get(member.state._id);
      return [
        {
          id,
          element: `follow-up-${member.response}-${action}`,
          name: nameIn(member.state, voice.language),
          href: rowOf(view, member).href,
          state,
          stateText: voice.t(`gender.state.${state}`),
          reports: reportsGender(data, figures.rule, member),
          second: voice.t(
            `gender.second.${finding === undefined ? 'unread' : (finding ?? 'unknown')}`,
          ),
          letter: letter && {
            href: `${baseOf(view)}/clarifications/${letter._id}`,
            at: voice.date(letter.askedAt, data.zone),
            due: letter.due ? voice.date(new Date(letter.due), 'UTC') : '',
          },
          closing: closing && {
            note: closing.note,
            at: voice.date(closing.at, data.zone),
            by: accounts.find((one) => one._id === closing.by)?.email ?? '',
          },
          mayAct: member.state._id !== ownState,
          draft: isMissing && state === 'open' ? `${base}/letter` : '',
          action: `${base}/closing`,
          typed: typed?.id === id ? typed.note : null,
        },
      ];
    });
  return {
    rows: sorted(rows, voice),
    /** Lack it too, and may not be named. */
    unnamed: figures.missing.filter((member) => figures.isHidden(member)).length,
    counts: FOLLOW_UP_STATES.map((state) => ({
      text: voice.t(`gender.state.${state}`),
      count: rows.filter((row) => row.state === state).length,
    })).filter(({ count }) => count > 0),
  };
}
