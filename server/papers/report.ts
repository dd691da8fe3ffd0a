/**
 * The Committee's paper on a round, as plain data: title block, numbered paragraphs, tables and charts, annexes. What it
 * names and counts is what somebody without any right may see, since it is for everybody. Pure.
 */
import type { Picture } from '../charts/picture.ts';
import { cutOffWords, type View } from '../progress/view.ts';
import { mapInSlices } from '../slices.ts';
import { actionBlocks } from './report-action.ts';
import { annexes } from './report-annex.ts';
import { genderBlocks } from './report-gender.ts';
import { introduction } from './report-introduction.ts';
import { type Money, moneyBlocks } from './report-money.ts';

export type Block =
  /** A numbered paragraph; `joined` stays on the page of what follows. */
  | { kind: 'paragraph'; text: string; joined?: boolean }
  /** Lettered, beneath a paragraph. */
  | { kind: 'points'; lines: string[] }
  /** @property widths parts of the width of the page. @property numbers columns of figures */
  | {
      kind: 'table';
      caption: string;
      header: string[];
      rows: string[][];
      widths: number[];
      numbers: number[];
    }
  | { kind: 'chart'; caption: string; alt: string; picture: Picture };

export type ReportSection = { heading: string; blocks: Block[] };

export type Report = {
  language: string;
  direction: 'ltr' | 'rtl';
  /** Left and right of the title block. */
  plan: string;
  date: string;
  title: string;
  subtitle: string;
  /** "Working paper", and by whom. */
  nature: string;
  sender: string;
  draft: string;
  /** Demonstration data, unreviewed translation. */
  notices: string[];
  sections: ReportSection[];
  annexes: ReportSection[];
  /** "Annex {n}. ", as what stands before and after the number. */
  annex: [string, string];
  /** What stands before the number of a table and of a chart. */
  labels: { table: string; chart: string };
  /** "Page {n} of {m}", as what stands before, between and after the two numbers. */
  page: [string, string, string];
};

export type ReportContext = {
  /** Of a reader who may see nothing that is for closer use; without a filter. */
  view: View;
  /** When the round opened, as it was announced. */
  circulatedAt: Date;
  reviewed: boolean;
  money: Money;
};

/** In slices: all of it takes a tenth of a second. */
export async function resultsReport({
  view,
  circulatedAt,
  reviewed,
  money,
}: ReportContext): Promise<Report> {
  const { data, voice } = view;
  const { definition } = data.questionnaire;
  const { t } = voice;
  const [before = '', between = '', after = ''] = t('papers.page', {
    number: '\u0000',
    of: '\u0000',
  }).split('\u0000');
  const [annexBefore = '', annexAfter = ''] = t('report.annex', { number: '\u0000' }).split(
    '\u0000',
  );
  const parts: (() => ReportSection)[] = [
    () => ({ heading: t('report.introduction'), blocks: introduction(view, circulatedAt) }),
    ...definition.actions.map((action) => () => ({
      heading: t('section.heading', { action: action.number, title: action.title }),
      blocks: [...actionBlocks(view, action), ...moneyBlocks(view, action.number, money)],
    })),
  ];
  const write = (part: () => ReportSection) => part();
  const sections = await mapInSlices(parts, write);
  const [gender = []] = await mapInSlices([view], genderBlocks);
  const annexed = await mapInSlices(annexes(view), write);
  return {
    language: voice.language,
    direction: voice.direction,
    plan: definition.plan,
    date: cutOffWords(view),
    title: definition.title,
    subtitle: t('report.subtitle', { date: voice.date(circulatedAt, data.zone) }),
    nature: t('report.nature'),
    sender: definition.sender,
    draft: t('report.draft'),
    notices: [
      ...(data.demonstration ? [t('notice.demonstration')] : []),
      ...(reviewed ? [] : [t('notice.unreviewed')]),
    ],
    sections: [
      ...sections,
      ...(gender.length > 0 ? [{ heading: t('report.gender'), blocks: gender }] : []),
    ],
    annexes: annexed,
    annex: [annexBefore, annexAfter],
    labels: { table: t('report.table'), chart: t('report.figure') },
    page: [before, between, after],
  };
}
