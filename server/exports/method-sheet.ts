/** What a reader of the workbook must know: of which round, until when, how many, and what is left out and why. Pure. */
import { isFiltered } from '../progress/dataset.ts';
import type { Voice } from '../texts.ts';
import type { Standing } from './invitations-sheet.ts';
import type { Taking } from './rows.ts';
import { CELL_LIMIT } from './sheet.ts';
import type { Cell } from './table.ts';

/** @param overlong how many texts did not fit into their cells */
export function methodRows(
  taking: Taking,
  standings: Standing[],
  overlong: number,
  voice: Voice,
): Cell[][] {
  const { round, edition, editions, filter, taker, cutOff, snapshot } = taking;
  const { definition, name } = edition.in(voice.language);
  const { t } = voice;
  const what = (key: string, value: Cell): Cell[] => [t(`export.method.${key}`), value];
  const group = definition.groups.find(({ id }) => id === filter.group);
  const chosen = [
    filter.region && t(`region.${filter.region}`),
    group?.label,
    filter.review && t(`review.${filter.review}`),
    definition.audiences.find(({ id }) => id === filter.audience)?.short,
    filter.also && t('filter.also', { rounds: voice.list(filter.also.split(',')) }),
  ].filter(Boolean);
  return [
    ...(round.demonstration ? [what('data', t('notice.demonstration'))] : []),
    what('plan', definition.plan),
    what('title', definition.title),
    what('questionnaire', name),
    what('round', round._id),
    what('opens', voice.dateTime(round.opensAt, round.zone)),
    what('closes', voice.dateTime(round.closesAt, round.zone)),
    what('reference', voice.date(new Date(definition.referenceDate), 'UTC')),
    what('cutOff', voice.dateTime(cutOff, round.zone)),
    ...(snapshot ? [what('snapshot', snapshot.name)] : []),
    what('filter', isFiltered(filter) ? chosen.join('; ') : t('export.method.noFilter')),
    ...definition.audiences.map((audience) => {
      const own = standings.filter((one) => one.audience === audience.id);
      return [
        t('export.method.answered', { audience: audience.short }),
        t('results.rate', {
          submitted: voice.number(own.filter((one) => one.submittedAt !== null).length),
          invited: voice.number(own.length),
        }),
      ];
    }),
    what('names', t(`export.method.sees.${seesOf(taker)}`)),
    what('empty', t('export.method.emptyText')),
    what('drafts', t('export.method.draftsText')),
    what(
      'columns',
      t('export.method.columnsText', {
        versions: voice.list(editions.map((one) => String(one.source.definition.version))),
      }),
    ),
    what('times', t('export.method.timesText')),
    what('long', t('export.method.longText', { limit: voice.number(CELL_LIMIT), count: overlong })),
  ];
}

const seesOf = ({ identifies, committee }: Taking['taker']) =>
  identifies ? 'all' : committee ? 'committee' : 'attributed';
