/** The thread in which Word files are made; `word-files.ts` starts it. */
import { answerJobs } from '../job-answers.ts';
import { wordFile } from './word.ts';
import type { Written } from './word-files.ts';
import { wordReport } from './word-report.ts';

answerJobs((paper: Written) => ('annexes' in paper ? wordReport(paper) : wordFile(paper)));
