/** Branches in words, in each language. */
import { describe, expect, it } from '@jest/globals';
import { onlyIf } from '../../server/questionnaire/condition-words.ts';
import type { Condition } from '../../server/questionnaire/definition.ts';
import { voiceOf } from '../../server/texts.ts';
import { smallQuestionnaire } from '../support/small-questionnaire.ts';

const said = (condition: Condition, language = 'en') =>
  onlyIf(condition, smallQuestionnaire(), voiceOf(language));

const yes: Condition = { q: 'commits', op: 'eq', value: 'yes' };
const staff: Condition = { q: 'kinds', op: 'includes', value: 'staff' };
const paid: Condition = { q: 'amount', op: 'answered', value: true };

describe('a branch in words', () => {
  it.each<[string, Condition]>([
    ['Only if 42.1 is “Yes”.', yes],
    ['Only if 42.1 is “Yes” or “No”.', { q: 'commits', op: 'in', value: ['yes', 'no'] }],
    ['Only if 42.1 has an answer other than “No”.', { q: 'commits', op: 'neq', value: 'no' }],
    ['Only if 42.3 includes “Staff”.', staff],
    ['Only if 42.2 is answered.', paid],
    ['Only if 42.2 is more than 48,000.', { q: 'amount', op: 'gt', value: 48_000 }],
    ['Only if 42.5 is less than 12.5.', { q: 'share', op: 'lt', value: 12.5 }],
    ['Only if “Which currency?” is “Euro”.', { q: 'r_currency', op: 'eq', value: 'EUR' }],
    ['Only if 42.1 is “Yes” and 42.3 includes “Staff”.', { all: [yes, staff] }],
    [
      'Only if 42.1 is “Yes”, 42.3 includes “Staff” or 42.2 is answered.',
      { any: [yes, staff, paid] },
    ],
  ])('%s', (words, condition) => {
    expect(said(condition)).toBe(words);
  });

  it('keeps "and" and "or" apart with brackets, but sets none around one thing alone', () => {
    expect(said({ all: [yes, { any: [staff, paid] }] })).toBe(
      'Only if 42.1 is “Yes” and (42.3 includes “Staff” or 42.2 is answered).',
    );
    expect(said({ all: [{ any: [staff] }, { all: [yes] }] })).toBe(
      'Only if 42.3 includes “Staff” and 42.1 is “Yes”.',
    );
    expect(said({ any: [{ all: [yes, staff] }] })).toBe(
      'Only if 42.1 is “Yes” and 42.3 includes “Staff”.',
    );
  });

  it('speaks French and Arabic', () => {
    const either: Condition = { q: 'commits', op: 'in', value: ['yes', 'no'] };
    expect(said(either, 'fr')).toBe('Seulement si la réponse à 42.1 est « Yes » ou « No ».');
    expect(said(either, 'ar')).toBe('فقط إذا كانت الإجابة عن السؤال 42.1 هي «Yes» أو «No».');
  });
});
