/** The weight of each section's page of the bundled round. */
import type { Browser } from 'playwright-core';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import { bundledQuestionnaire, linkFor } from './rounds.ts';
import { type Weight, weigh } from './weight.ts';

export type SectionWeight = {
  section: string;
  language: string;
  withScript: Weight;
  withoutScript: Weight;
};

/** @param slow on a line of 400 kbit/s with 400 ms there and back */
export async function sectionWeights(
  on: TestApp,
  browser: Browser,
  round: Round,
  languages: string[],
  slow: boolean,
  sections: string[] = bundledQuestionnaire()
    .sections('affected')
    .map(({ id }) => id),
): Promise<SectionWeight[]> {
  const link = await linkFor(on, round, 'KHM', 'affected');
  const invitation = await on.services.invitations.ofState(round._id, 'KHM', 'affected');
  const weights: SectionWeight[] = [];
  for (const language of languages)
    for (const section of sections) {
      const at = { link, address: `${on.url}/r/${invitation?._id}/${section}` };
      weights.push({
        section,
        language,
        withScript: await weigh(browser, at, { script: true, slow, language }),
        withoutScript: await weigh(browser, at, { script: false, slow, language }),
      });
    }
  return weights;
}
