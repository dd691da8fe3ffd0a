/** The paper's first section: what was asked of whom, who answered until when, and who is named. Pure. */
import { type Rate, rateOf } from '../progress/standing-tally.ts';
import { cutOffWords, type View } from '../progress/view.ts';
import { REGIONS } from '../states/state.ts';
import type { Block } from './report.ts';

export function introduction(view: View, circulatedAt: Date): Block[] {
  const { data, filter, voice } = view;
  const { definition } = data.questionnaire;
  const { t } = voice;
  const day = (iso: string) => voice.date(new Date(iso), 'UTC');
  const parts = definition.audiences.map((audience) => {
    return { audience, rate: rateOf(data, audience.id, filter) };
  });
  const share = (submitted: number, invited: number) =>
    invited === 0 ? '–' : voice.percent(submitted / invited);
  const row = (label: string, { invited, submitted }: Rate): string[] => [
    label,
    voice.number(invited),
    voice.number(submitted),
    share(submitted, invited),
  ];
  return [
    {
      kind: 'paragraph',
      text: t('report.circulated', {
        title: definition.title,
        plan: definition.plan,
        date: voice.date(circulatedAt, data.zone),
        from: day(definition.period.from),
        to: day(definition.period.to),
      }),
    },
    {
      kind: 'paragraph',
      joined: true,
      text: t('report.cutOff', { when: cutOffWords(view) }),
    },
    {
      kind: 'points',
      lines: parts.map(({ audience, rate: { invited, submitted } }) =>
        t('report.responded', {
          audience: audience.label,
          submitted: voice.number(submitted),
          invited: voice.number(invited),
          percent: share(submitted, invited),
        }),
      ),
    },
    {
      kind: 'table',
      caption: t('results.byRegion'),
      header: [t('filter.region'), t('results.invited'), t('results.submitted'), t('chart.share')],
      rows: parts.flatMap(({ audience, rate }) => [
        row(audience.label, rate),
        ...REGIONS.map((region) => ({
          region,
          own: rateOf(data, audience.id, filter, (kind) => kind.region === region),
        }))
          .filter(({ own }) => own.invited > 0)
          .map(({ region, own }) => row(`\u2003${t(`region.${region}`)}`, own)),
      ]),
      widths: [0.55, 0.15, 0.15, 0.15],
      numbers: [1, 2, 3],
    },
    { kind: 'paragraph', text: t('report.naming') },
  ];
}
