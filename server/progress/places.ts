/**
 * The pages of the results of a round, as the navigation beneath the bar lists them. A new page is a line here and its
 * name in `places.ID` of each locale. Pure.
 */
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';
import { asksForMoney } from './amounts.ts';
import { textQuestions } from './texts-page.ts';

type Place = {
  id: string;
  /** After `/results/ROUND`. */
  path: string;
  /** Addresses that belong to it besides those below its own. */
  also?: string[];
  /** Left out where the questionnaire has nothing for it. */
  shown?: (questionnaire: Questionnaire) => boolean;
  /** For those only who review answers. */
  reviewers?: true;
};

const views =
  (part: 'needs' | 'pairs' | 'exchange') =>
  ({ definition }: Questionnaire): boolean =>
    definition.views?.[part] !== undefined;

const PLACES: Place[] = [
  { id: 'overview', path: '' },
  { id: 'actions', path: '/actions', also: ['/indicators', '/questions'] },
  { id: 'states', path: '/states' },
  { id: 'matrix', path: '/matrix' },
  { id: 'texts', path: '/texts', shown: (one) => textQuestions(one).length > 0 },
  { id: 'money', path: '/money', shown: asksForMoney },
  { id: 'needs', path: '/needs', shown: views('needs') },
  { id: 'pairs', path: '/given-and-received', shown: views('pairs') },
  { id: 'exchange', path: '/experience', shown: views('exchange') },
  { id: 'gender', path: '/gender', shown: ({ definition }) => definition.followUps !== undefined },
  { id: 'clarifications', path: '/clarifications', reviewers: true },
  { id: 'cross', path: '/cross' },
  { id: 'compare', path: '/compare' },
  { id: 'cutOffs', path: '/cut-offs' },
];

/** @param here the path of the page that is looked at @param query what stays chosen on the next page, "" or "?region=african" @param reviews whether the reader reviews answers */
export function placesOf(
  round: string,
  questionnaire: Questionnaire,
  here: string,
  query: string,
  { t }: Voice,
  reviews = false,
) {
  const base = `/results/${round}`;
  const within = (path: string) => here.startsWith(`${base}${path}/`);
  return PLACES.filter(
    ({ shown, reviewers }) => (shown?.(questionnaire) ?? true) && (!reviewers || reviews),
  ).map(({ id, path, also = [] }) => ({
    href: `${base}${path}${query}`,
    label: t(`places.${id}`),
    current:
      here === base + path || (path !== '' && within(path)) || also.some((one) => within(one)),
  }));
}
