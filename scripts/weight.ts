/**
 * `npm run weight`: what the pages of the bundled round cost on a slow line, in Chromium. A table on standard error, JSON on
 * standard output; exits with 1 when a limit is passed.
 */
import { testApp } from '../test/support/app.ts';
import { chromiumPath, launch } from '../test/support/chromium.ts';
import startMongod from '../test/support/mongod-setup.ts';
import { openedRound } from '../test/support/rounds.ts';
import { type SectionWeight, sectionWeights } from '../test/support/section-weights.ts';
import { LIMITS, SLOW_LINE } from '../test/support/weight.ts';

const path = chromiumPath();
if (!path) throw new Error('There is no Chromium here: apt-get install chromium');
await startMongod();
const on = await testApp({ logLevel: 'silent' });
const browser = await launch(path);
try {
  const round = await openedRound(on);
  // The templates are compiled at the first visit, which is not the line's fault.
  await sectionWeights(on, browser, round, ['en'], false, ['a42']);
  const weights = await sectionWeights(on, browser, round, ['en', 'fr', 'ar'], true);
  const passed = weights.filter(isOver).map(({ section, language }) => `${section} in ${language}`);
  console.error(
    'section language  requests  bytes  usable   without script: requests  bytes  usable',
  );
  for (const { section, language, withScript, withoutScript } of weights)
    console.error(
      section.padEnd(8),
      language.padEnd(8),
      ...[withScript, withoutScript].flatMap(({ requests, bytes, usable }) => [
        String(requests).padStart(8),
        String(bytes).padStart(7),
        `${(usable / 1000).toFixed(1)} s`.padStart(7),
      ]),
    );
  console.log(JSON.stringify({ limits: LIMITS, line: SLOW_LINE, weights, passed }, null, 2));
  if (passed.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await on.close();
  await globalThis.stopTestServer();
}

function isOver({ withScript, withoutScript }: SectionWeight): boolean {
  return (
    withScript.bytes > LIMITS.bytes ||
    withoutScript.bytes > LIMITS.bytesWithoutScript ||
    [withScript, withoutScript].some(
      ({ requests, usable }) => requests > LIMITS.requests || usable > LIMITS.usable,
    )
  );
}
