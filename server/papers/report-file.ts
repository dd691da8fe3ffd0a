/** Makes the Committee's paper on a round: reads the answers, draws the charts, and has the Word file made in its thread. */
import { chartPng, type Png } from '../charts/png.ts';
import type { CutOff } from '../progress/cut-off.ts';
import { NO_FILTER } from '../progress/dataset.ts';
import { allMoneyQuestions } from '../progress/money-page.ts';
import { readDataset } from '../progress/read.ts';
import { readAnswers } from '../progress/read-answers.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Voice } from '../texts.ts';
import { type Block, type Report, type ReportSection, resultsReport } from './report.ts';

type Chart = Extract<Block, { kind: 'chart' }>;
export type DrawnBlock = Exclude<Block, Chart> | (Omit<Chart, 'picture'> & { png: Png });
type DrawnSection = Omit<ReportSection, 'blocks'> & { blocks: DrawnBlock[] };
export type DrawnReport = Omit<Report, 'sections' | 'annexes'> & {
  sections: DrawnSection[];
  annexes: DrawnSection[];
};

/** A paper is for everybody: nobody's answer is named in it that was not given with the name. */
const EVERYBODY = { identifies: false, committee: false };

/** Null when the questionnaire is not loaded. @param cutOff null for the answers as they are now */
export async function reportOf(
  services: Services,
  round: Round,
  cutOff: CutOff | null,
  voice: Voice,
): Promise<Report | null> {
  const edition = await services.catalogue.find(round.questionnaire);
  const data = await readDataset(services, round, voice.language, cutOff);
  if (!edition || !data) return null;
  const asked = allMoneyQuestions({ data }).map(({ question }) => question.id);
  const [answers, rates] = await Promise.all([
    readAnswers(services, data, [...asked, 'r_currency']),
    services.rates.ofRound(round._id),
  ]);
  return await resultsReport({
    view: { data, filter: NO_FILTER, reader: EVERYBODY, voice },
    circulatedAt: round.opensAt,
    reviewed: edition.reviewed(voice.language),
    money: { answers, rates },
  });
}

export async function reportFile(services: Services, report: Report): Promise<Buffer> {
  return services.wordFiles({
    ...report,
    sections: await drawn(report.sections),
    annexes: await drawn(report.annexes),
  });
}

/** One chart after the other: each takes some tens of megabytes while it is drawn. */
async function drawn(sections: ReportSection[]): Promise<DrawnSection[]> {
  const done: DrawnSection[] = [];
  for (const { heading, blocks } of sections) {
    const own: DrawnBlock[] = [];
    for (const block of blocks) {
      if (block.kind !== 'chart') own.push(block);
      else {
        const { picture, ...rest } = block;
        own.push({ ...rest, png: await chartPng(picture) });
      }
    }
    done.push({ heading, blocks: own });
  }
  return done;
}
