/** What a Word file is called and what it is. Pure. */
import type { Round } from '../rounds/round.ts';

export const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** `oap-2023-demonstration-KHM-affected-answers-en.docx`: the name alone says that the answers in it are invented. */
export const fileName = (round: Round, parts: string[]): string =>
  [round._id, ...(round.demonstration ? ['demonstration'] : []), ...parts]
    .join('-')
    .concat('.docx');
