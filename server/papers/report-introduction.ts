/** The paper's first section: what was asked of whom, who answered until when, and who is named. Pure. */
import { selected } from '../progress/dataset.ts';
import { cutOffWords, type View } from '../progress/view.ts';
import { REGIONS } from '../states/state.ts';
import type { Block } from './report.ts';

export function introduction(view: View, circulatedAt: Date): Block[] {
  const { data, filter, voice } = view;
  const { definition } = data.questionnaire;
  const { t } = voice;
  const day = (iso: string) => voice.date(new Date(iso), 'UTC');
  const parts = definition.audiences.map((audience) => {
    const members = selected(data, audience.id, filter);
    return { audience, members, submitted: members.filter(({ at }) => at >= 0) };
  });
  const share = (submitted: number, invited: number) =>
    invited === 0 ? '–' : voice.percent(submitted / invited);
  const row = (label: string, members: (typeof parts)[number]['members']): string[] => {
    const submitted = members.filter(({ at }) => at >= 0).length;
    return [
      label,
      voice.number(members.length),
      voice.number(submitted),
      share(submitted, members.length),
    ];
  };
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
      lines: parts.map(({ audience, members, submitted }) =>
        t('report.responded', {
          audience: audience.label,
          submitted: voice.number(submitted.length),
          invited: voice.number(members.length),
          percent: share(submitted.length, members.length),
        }),
      ),
    },
    {
      kind: 'table',
      caption: t('results.byRegion'),
      header: [t('filter.region'), t('results.invited'), t('results.submitted'), t('chart.share')],
      rows: parts.flatMap(({ audience, members }) => [
        row(audience.label, members),
        ...REGIONS.map((region) => ({
          region,
          own: members.filter(({ state }) => state.region === region),
        }))
          .filter(({ own }) => own.length > 0)
          .map(({ region, own }) => row(`\u2003${t(`region.${region}`)}`, own)),
      ]),
      widths: [0.55, 0.15, 0.15, 0.15],
      numbers: [1, 2, 3],
    },
    { kind: 'paragraph', text: t('report.naming') },
  ];
}
