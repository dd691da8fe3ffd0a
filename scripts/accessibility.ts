/**
 * `npm run accessibility`: every page of a respondent, empty, with errors, filled, in conflict, asked back and closed, and every
 * page of results, in three languages at 360 and 1280 pixels: axe-core (WCAG 2.2 A and AA, best practice), html-validate, and
 * nothing wider than the screen. JSON on standard output; exits with 1 when there is a finding.
 */
import { testApp } from '../test/support/app.ts';
import { chromiumPath, launch } from '../test/support/chromium.ts';
import { LANGUAGES, lookAtStage, WIDTHS } from '../test/support/looking.ts';
import startMongod from '../test/support/mongod-setup.ts';
import { prepareStates, STATES, STATES_CAST, stage } from '../test/support/respondent-states.ts';
import {
  CUT_OFF_PAGES,
  lookAtResults,
  prepareResults,
  RESULTS_PAGES,
} from '../test/support/results-pages.ts';
import { openedRound } from '../test/support/rounds.ts';

const path = chromiumPath();
if (!path) throw new Error('There is no Chromium here: apt-get install chromium');
await startMongod();
const on = await testApp({ logLevel: 'silent', mailReplyTo: 'isu@example.org' });
const browser = await launch(path);
try {
  const round = await openedRound(on, { contacts: STATES_CAST });
  await prepareStates(on, round);
  await prepareResults(on, round);
  const findings: string[] = [];
  let looks = 0;
  for (const state of STATES) {
    const staged = await stage(on, round, state);
    for (const language of LANGUAGES)
      for (const width of WIDTHS) {
        findings.push(
          ...(await lookAtStage(on, browser, staged, staged.pages, { language, width })),
        );
        looks += staged.pages.length;
      }
    console.error(`${state}: ${staged.pages.length} pages`);
  }
  for (const language of LANGUAGES)
    for (const width of WIDTHS) {
      findings.push(...(await lookAtResults(on, browser, { language, width })));
      looks += RESULTS_PAGES.length + CUT_OFF_PAGES.length + 1;
    }
  console.error(`results: ${RESULTS_PAGES.length} pages`);
  console.log(JSON.stringify({ looks, findings }, null, 2));
  if (findings.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await on.close();
  await globalThis.stopTestServer();
}
