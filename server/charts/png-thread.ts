/** The thread in which pictures are drawn; `png.ts` starts it. */
import { renderAsync } from '@resvg/resvg-js';
import { answerJobs } from '../job-answers.ts';
import type { Drawing, Drawn } from './png.ts';

answerJobs(async ({ svg, fontFiles, scale }: Drawing): Promise<Drawn> => {
  const drawn = await renderAsync(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Noto Sans' },
    fitTo: { mode: 'zoom', value: scale },
  });
  return { content: drawn.asPng(), width: drawn.width, height: drawn.height };
});
