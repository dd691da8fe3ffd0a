import { describe, expect, it } from '@jest/globals';
import type { Fields, StoredFile } from '../../server/questionnaire/answers.ts';
import type { Draft } from '../../server/responses/response.ts';
import { readSection, storedProblems } from '../../server/responses/section-form.ts';
import { questionOf, smallQuestionnaire } from '../support/small-questionnaire.ts';

const small = smallQuestionnaire();
const draft = (part: Partial<Draft> = {}): Draft => ({
  answers: {},
  other: {},
  unparsed: {},
  ...part,
});

/** Reads a form of the section that had these questions. */
function read(section: string, shown: string[], fields: Fields, before = draft(), language = 'en') {
  const of = { audience: 'affected', section, seen: 3 };
  return readSection(small, of, before, { ...fields, shown }, language);
}

const plan: StoredFile = {
  id: 'f1',
  name: 'plan.pdf',
  size: 9,
  type: 'application/pdf',
  sha256: '',
};

describe('a posted section', () => {
  it('changes what it says, under the section and the revision that it was made from', () => {
    const { change, draft: after } = read('needs', ['commits', 'share'], {
      commits: 'yes',
      share: '12.5',
    });
    expect(change).toEqual({
      section: 'needs',
      seen: 3,
      answers: { commits: 'yes', share: 12.5 },
      other: {},
      unparsed: {},
    });
    expect(after.answers).toEqual({ commits: 'yes', share: 12.5 });
  });

  it('takes an answer back that is no longer in its field', () => {
    const before = draft({ answers: { share: 5, commits: 'no' } });
    const { change, draft: after } = read(
      'needs',
      ['share', 'commits'],
      { share: '', commits: 'no' },
      before,
    );
    expect(change.answers).toEqual({ share: null, commits: 'no' });
    expect(after.answers).toEqual({ commits: 'no' });
  });

  it('says nothing of a question that had no answer and has none', () => {
    expect(read('needs', ['share'], {}).change.answers).toEqual({});
  });

  it('leaves questions alone that were not in the form, whatever is posted for them', () => {
    const before = draft({ answers: { commits: 'no', kinds: ['staff'], story: 'Old' } });
    const { change, draft: after } = read(
      'needs',
      ['commits'],
      { commits: 'no', kinds: 'other', story: '' },
      before,
    );
    expect(change.answers).toEqual({ commits: 'no' });
    expect(after.answers).toEqual(before.answers);
  });

  it('leaves questions of other sections alone, even named as shown', () => {
    const before = draft({ answers: { story: 'Old' } });
    expect(read('needs', ['story'], { story: 'New' }, before).change.answers).toEqual({});
  });

  it('leaves the draft that it was read against as it was', () => {
    const before = draft({ answers: { share: 5 }, unparsed: { share: 'five' } });
    read('needs', ['share'], { share: '7' }, before);
    expect(before).toEqual(draft({ answers: { share: 5 }, unparsed: { share: 'five' } }));
  });

  it('keeps an answer when its branch closes in the same form', () => {
    const before = draft({ answers: { commits: 'yes', kinds: ['staff'] } });
    const { draft: after } = read(
      'needs',
      ['commits', 'kinds'],
      { commits: 'no', kinds: 'staff' },
      before,
    );
    expect(after.answers).toEqual({ commits: 'no', kinds: ['staff'] });
  });

  it('reads amounts in the language of the page and the currency of the State', () => {
    const before = draft({ answers: { r_currency: 'EUR' } });
    const fields = { commits: 'yes', 'amount.amount': '1.000,50' };
    const { change } = read('needs', ['commits', 'amount'], fields, before, 'es');
    expect(change.answers['amount']).toEqual({ amount: 1000.5, currency: 'EUR' });
  });
});

describe('what a posted section reveals', () => {
  it('is the first question that is new', () => {
    expect(read('needs', ['commits', 'share'], { commits: 'yes' }).revealed).toBe('amount');
  });

  it('is one further down a chain when the others were there', () => {
    const shown = ['commits', 'amount', 'kinds', 'share'];
    expect(read('needs', shown, { commits: 'yes', kinds: 'staff' }).revealed).toBe('useful');
  });

  it('is nothing when all was there', () => {
    expect(read('needs', ['commits', 'share'], { commits: 'no' }).revealed).toBeNull();
  });
});

describe('words that cannot be read', () => {
  it('are kept in place of the answer, with the problem', () => {
    const before = draft({ answers: { share: 5 } });
    const { change, draft: after, problems } = read('needs', ['share'], { share: 'half' }, before);
    expect(change).toMatchObject({ answers: { share: null }, unparsed: { share: 'half' } });
    expect(after).toEqual(draft({ unparsed: { share: 'half' } }));
    expect(problems).toEqual([{ question: 'share', field: 'share', code: 'number' }]);
  });

  it('go once the field can be read', () => {
    const before = draft({ unparsed: { share: 'half' } });
    const { change, draft: after } = read('needs', ['share'], { share: '50' }, before);
    expect(change).toMatchObject({ answers: { share: 50 }, unparsed: { share: null } });
    expect(after.unparsed).toEqual({});
  });

  it('go from a cell of a matrix too, and stay in the other cells', () => {
    const before = draft({
      unparsed: { 'spending|clearance|2021': 'x', 'spending|clearance|2022': 'y' },
    });
    const { change } = read(
      'plans',
      ['spending'],
      { 'spending.clearance.2021': '5', 'spending.clearance.2022': 'y' },
      before,
    );
    expect(change.unparsed).toEqual({
      'spending.clearance.2021': null,
      'spending.clearance.2022': 'y',
    });
  });

  it('of a question that was not in the form stay', () => {
    const before = draft({ unparsed: { share: 'half' } });
    const { change, draft: after } = read('needs', ['commits'], { commits: 'no' }, before);
    expect(change.unparsed).toEqual({});
    expect(after.unparsed).toEqual({ share: 'half' });
  });

  it('in a branch that the form closes are kept, but no problem', () => {
    const fields = { commits: 'no', 'amount.amount': 'a lot' };
    const { change, problems } = read('needs', ['commits', 'amount'], fields);
    expect(change.unparsed).toEqual({ 'amount.amount': 'a lot' });
    expect(problems).toEqual([]);
  });
});

describe('the words beside "other"', () => {
  const fields = { commits: 'yes', kinds: 'other', 'kinds.other': 'Dogs' };
  const form = ['commits', 'kinds'];

  it('are saved beside the answer', () => {
    const { change, draft: after } = read('needs', form, fields);
    expect(change.other).toEqual({ kinds: 'Dogs' });
    expect(after.other).toEqual({ kinds: 'Dogs' });
  });

  it('go when they are taken out', () => {
    const before = draft({ other: { kinds: 'Dogs' } });
    const { change, problems } = read('needs', form, { ...fields, 'kinds.other': '' }, before);
    expect(change.other).toEqual({ kinds: null });
    expect(problems).toEqual([{ question: 'kinds', field: 'kinds.other', code: 'otherText' }]);
  });
});

describe('files', () => {
  const before = draft({ answers: { report: { files: [plan], url: 'https://example.org/old' } } });

  it('stay when the section is saved, and the link beside them changes', () => {
    const { change } = read(
      'plans',
      ['report'],
      { 'report.url': 'https://example.org/new' },
      before,
    );
    expect(change.answers['report']).toEqual({ files: [plan], url: 'https://example.org/new' });
  });

  it('stay when the link goes', () => {
    expect(
      read('plans', ['report'], { 'report.url': '' }, before).change.answers['report'],
    ).toEqual({
      files: [plan],
    });
  });

  it('stay when the link cannot be read', () => {
    const { change } = read('plans', ['report'], { 'report.url': 'the library' }, before);
    expect(change).toMatchObject({
      answers: { report: { files: [plan] } },
      unparsed: { 'report.url': 'the library' },
    });
  });

  it('cannot be posted with the section', () => {
    expect(
      read('plans', ['report'], { report: 'f1', 'report.files': 'f1' }).change.answers,
    ).toEqual({});
  });
});

describe('a stored draft', () => {
  const problems = (id: string, part: Partial<Draft>, language = 'en') =>
    storedProblems(small, questionOf(small, id), draft(part), language);

  it('that was read without a problem has none', () => {
    expect(problems('share', { answers: { share: 12.5 } }, 'fr')).toEqual([]);
    expect(problems('report', { answers: { report: { files: [plan] } } })).toEqual([]);
    expect(
      problems('spending', { answers: { spending: { clearance: { 2021: 0.5 } } } }, 'ru'),
    ).toEqual([]);
  });

  it('still has the problem of words that could not be read', () => {
    expect(problems('share', { unparsed: { share: 'half' } })).toEqual([
      { question: 'share', field: 'share', code: 'number' },
    ]);
    expect(problems('spending', { unparsed: { 'spending|clearance|2021': 'x' } })).toEqual([
      { question: 'spending', field: 'spending.clearance.2021', code: 'number' },
    ]);
  });

  it('has it in a language that could read the words too', () => {
    expect(problems('share', { unparsed: { share: '1,5' } }, 'fr')).toEqual([
      { question: 'share', field: 'share', code: 'number' },
    ]);
  });

  it('lacks the words beside "other"', () => {
    expect(problems('kinds', { answers: { kinds: ['other'] } })).toEqual([
      { question: 'kinds', field: 'kinds.other', code: 'otherText' },
    ]);
  });

  it('has choices that do not go together', () => {
    expect(problems('kinds', { answers: { kinds: ['staff', 'none'] } })).toEqual([
      expect.objectContaining({ code: 'exclusive' }),
    ]);
  });
});
