/** What comes of a delivery, whatever the mail server says, leaves out or breaks off: the table of docs/mail.md, tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ANSWERS } from '../../server/mail/answer-table.ts';
import { CASES, converseAll } from '../support/conversations.ts';

jest.setTimeout(30_000);

describe('a mail server that says', () => {
  let outcomes: Awaited<ReturnType<typeof converseAll>>;

  beforeAll(async () => {
    expect(new Set(CASES.map(([says]) => says)).size).toBe(CASES.length);
    outcomes = await converseAll();
  });

  it.each(CASES)('%s', (says, _script, becomes, handed) => {
    const outcome = outcomes.get(says);
    expect(outcome).toMatchObject({ verdict: becomes, handed: handed ? 1 : 0 });
    expect(outcome?.reply).toBeTruthy();
  });

  it('anything of forty and more: each of the five outcomes is among them', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    expect([...new Set(CASES.map(([, , becomes]) => becomes))].sort()).toEqual(
      [...new Set(ANSWERS.map(({ becomes }) => becomes))].sort(),
    );
  });
});

describe('the table of docs/mail.md', () => {
  it('is the one that decides', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'mail.md'), 'utf8');
    const [, table = ''] = /## What each answer becomes\n([\s\S]*?)\n## /.exec(page) ?? [];
    const rows = [...table.matchAll(/^\| (.*?) +\| `(\w+)` +\|$/gm)].map(([, says, becomes]) => ({
      says,
      becomes,
    }));
    expect(rows).toEqual(ANSWERS.map(({ says, becomes }) => ({ says, becomes })));
  });
});
