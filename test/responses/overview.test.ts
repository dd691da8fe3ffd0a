import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { compile } from '../../server/questionnaire/questionnaire.ts';
import { overviewOf } from '../../server/responses/overview.ts';
import type { Draft } from '../../server/responses/response.ts';
import { bundledDefinition, smallQuestionnaire } from '../support/small-questionnaire.ts';
import { validAnswers } from '../support/valid-answers.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

const small = smallQuestionnaire();
const bundled = compile(bundledDefinition());

const overview = (answers: Answers, part: Partial<Draft> = {}, audience = 'affected') =>
  overviewOf(small, audience, { answers, other: {}, unparsed: {}, ...part }, 'en');

/** Every required question of the affected States answered. */
const REQUIRED: Answers = {
  r_currency: 'USD',
  commits: 'no',
  coverage: { clearance: 'covered', education: 'dont_know' },
};

describe('the overview of a response', () => {
  it('has the sections of the audience in order', () => {
    const ids = (audience: string) =>
      overview({}, {}, audience).sections.map(({ section }) => section.id);
    expect(ids('affected')).toEqual(['about', 'needs', 'plans']);
    expect(ids('donor')).toEqual(['about', 'giving']);
  });

  it('has the questions that are shown, and no others', () => {
    const questions = (answers: Answers) =>
      overview(answers).sections[1]?.questions.map(({ id }) => id);
    expect(questions({ commits: 'no' })).toEqual(['commits', 'share']);
    expect(questions({ commits: 'yes' })).toEqual(['commits', 'amount', 'kinds', 'share']);
  });

  it('adds up its sections', () => {
    expect(overview({})).toMatchObject({ shown: 10, answered: 0 });
    expect(overview(REQUIRED)).toMatchObject({ shown: 10, answered: 3 });
    expect(overview({ ...REQUIRED, commits: 'yes' })).toMatchObject({ shown: 12, answered: 3 });
  });
});

describe('a response is complete', () => {
  const missing = (answers: Answers) =>
    overview(answers).sections.flatMap((section) => section.missing.map(({ id }) => id));

  it('when every required question that is shown has an answer', () => {
    expect(overview(REQUIRED).complete).toBe(true);
    expect(missing({})).toEqual(['r_currency', 'commits', 'coverage']);
    expect(overview({}).complete).toBe(false);
  });

  it('not when one row of a required matrix is open', () => {
    const answers = { ...REQUIRED, coverage: { clearance: 'covered' } };
    expect(missing(answers)).toEqual(['coverage']);
    expect(overview(answers).complete).toBe(false);
  });

  it('not when something could not be read, even in an optional question', () => {
    const { complete, sections } = overview(REQUIRED, { unparsed: { share: 'half' } });
    expect(complete).toBe(false);
    expect(sections.map(({ problems }) => problems.length)).toEqual([0, 1, 0]);
  });

  it('when what could not be read is hidden', () => {
    const unparsed = { 'amount|amount': 'a lot' };
    expect(overview(REQUIRED, { unparsed }).complete).toBe(true);
    expect(overview({ ...REQUIRED, commits: 'yes' }, { unparsed }).complete).toBe(false);
  });

  it('not when "other" lacks its words', () => {
    const answers = { ...REQUIRED, commits: 'yes', kinds: ['other'] };
    expect(overview(answers).complete).toBe(false);
    expect(overview(answers, { other: { kinds: 'Dogs' } }).complete).toBe(true);
  });

  it('whatever stands in a hidden answer', () => {
    expect(overview({ ...REQUIRED, kinds: ['other', 'none'] }).complete).toBe(true);
  });

  it.each(['affected', 'donor'])('for the bundled questions to %s exactly then', (audience) => {
    const languages = fc.constantFrom('en', 'fr', 'ar');
    fc.assert(
      fc.property(validAnswers(bundled, audience), languages, (answers, language) => {
        const other = Object.fromEntries(Object.keys(answers).map((id) => [id, 'Dogs']));
        const draft = { answers, other, unparsed: {} };
        const { complete, sections } = overviewOf(bundled, audience, draft, language);
        expect(sections.flatMap(({ problems }) => problems)).toEqual([]);
        expect(complete).toBe(sections.every(({ missing: open }) => open.length === 0));
      }),
    );
  });
});
