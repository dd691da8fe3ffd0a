/** The HTML of questions that is kept: the same as one that is drawn for one person, and nobody's own words. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, type Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { localise } from '../../server/questionnaire/texts.ts';
import { pieceOf } from '../../server/responses/question-piece.ts';
import type { Draft } from '../../server/responses/response.ts';
import { storedProblems } from '../../server/responses/section-form.ts';
import { questionView } from '../../server/responses/section-page.ts';
import { voiceOf } from '../../server/texts.ts';
import { renderView } from '../../server/views.ts';
import { bundledDefinition } from '../support/small-questionnaire.ts';
import { validAnswers } from '../support/valid-answers.ts';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

const definition = bundledDefinition();
const editions = (['en', 'fr', 'ar'] as const).map((language) => ({
  voice: voiceOf(language),
  questionnaire: compile(localise(definition, language)),
}));
const [{ questionnaire, voice }] = editions as [(typeof editions)[0]];
const blank: Draft = { answers: {}, other: {}, unparsed: {} };

const asked = (of: Questionnaire) => [...of.asked('affected'), ...of.asked('donor')];
const piece = (id: string, draft: Partial<Draft>) => {
  const question = questionnaire.question(id);
  if (!question) throw new Error(`no question ${id}`);
  return pieceOf(questionnaire, question, { ...blank, ...draft }, voice);
};

describe('the piece of a question', () => {
  it('is what is drawn for one person, in each language and whatever was answered before', () => {
    let compared = 0;
    fc.assert(
      fc.property(validAnswers(questionnaire, 'affected'), (answers) => {
        for (const { questionnaire: edition, voice: reader } of editions)
          for (const question of asked(edition)) {
            const draft = { ...blank, answers };
            const kept = pieceOf(edition, question, draft, reader);
            if (kept === null) continue;
            compared += 1;
            const problems = storedProblems(edition, question, draft, reader.language);
            const q = questionView(edition, question, draft, { problems, voice: reader });
            const drawn = renderView('responses/question', {
              q,
              t: reader.t,
              isNew: '',
              lastTimes: {},
            });
            expect(kept).toBe(drawn);
          }
      }),
      { numRuns: 20 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  it('tells who may see the answer', () => {
    const open = piece('a44_01', { answers: { a44_01: 'no' } });
    const closer = piece('a44_01', { answers: { a44_01: 'no' }, uses: { a44_01: 'committee' } });
    expect(open).not.toContain('<details class="use" open>');
    expect(closer).toContain('<details class="use" open>');
    expect(piece('a44_01', { answers: { a44_01: 'no' } })).toBe(open);
  });

  it('is none for what is written, nor for words beside a choice', () => {
    const written = asked(questionnaire).filter(({ type }) => type === 'text' || type === 'money');
    expect(written.length).toBeGreaterThan(5);
    for (const { id } of written) expect(piece(id, {})).toBeNull();
    const { id = '' } =
      asked(questionnaire).find(({ options }) => options.some(({ text }) => text)) ?? {};
    expect(piece(id, {})).not.toBeNull();
    expect(piece(id, { other: { [id]: 'Of our own' } })).toBeNull();
    expect(piece(id, { unparsed: { [`${id}|other`]: 'x'.repeat(400) } })).toBeNull();
  });

  it('is none where something is wrong with the choice', () => {
    expect(piece('a42_07', { answers: { a42_07: ['climate', 'none'] } })).toBeNull();
    expect(piece('a42_07', { answers: { a42_07: ['climate', 'none'] } })).toBeNull();
  });
});
