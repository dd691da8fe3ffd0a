/** A round in which every text that a respondent can write is one that a spreadsheet might run: a State for each of sixty. */
import { SYSTEM } from '../../server/audit/event.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import { FORMULA_PAYLOADS } from './formula-payloads.ts';
import { bundledQuestionnaire } from './rounds.ts';

const SLUG = 'hostile';

/** Columns of the export that hold a text of the respondent's own, or a part of one. */
export const HOSTILE_COLUMNS = ['a46_03', 'a42_07.in_words', 'a43_03.files', 'a43_03.url'];

/** States and questionnaire are loaded. @returns the round, and the State of each text */
export async function hostileRound({
  services,
}: Pick<TestApp, 'services'>): Promise<{ round: Round; states: string[] }> {
  const questionnaire = bundledQuestionnaire();
  const { key, version } = questionnaire.definition;
  const wanted = {
    slug: SLUG,
    questionnaire: { key, version },
    opens: '2023-05-01T09:00',
    closes: '2023-06-30T18:00',
    zone: 'UTC',
  };
  await createRound(services, wanted, SYSTEM);
  const opened = await openRound(services, SLUG, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  const states = (await services.states.all()).map(({ _id }) => _id);
  const file = { id: 'f', size: 1, type: 'application/pdf', sha256: 'a' };
  const responses = FORMULA_PAYLOADS.map((text, at) => {
    const texts = questionnaire.asked('affected').filter(({ type }) => type === 'text');
    const answers: Answers = {
      ...Object.fromEntries(texts.map(({ id }) => [id, text])),
      r_use: 'attributed',
      a42_07: ['other'],
      a43_03: { files: [{ ...file, name: text }], url: text },
    };
    return {
      _id: `hostile-${at}`,
      round: SLUG,
      state: states[at],
      audience: 'affected',
      startedAt: services.clock(),
      draft: { answers: {}, other: {}, unparsed: {} },
      sections: {},
      ahead: false,
      review: 'received',
      submitted: {
        revision: 1,
        reference: text,
        submittedAt: services.clock(),
        by: { name: text, post: text, email: text },
        link: 'none',
        answers,
        other: { a42_07: text },
        use: 'attributed',
        note: { reference: text, dated: text, scan: { ...file, name: text } },
        row: encodeRow(layoutOf(questionnaire, 'affected'), questionnaire, 'affected', answers),
      },
    };
  });
  await services.connection.collection('responses').insertMany(responses as never);
  return { round: opened.round, states: states.slice(0, FORMULA_PAYLOADS.length) };
}
