/** What a mail that came back says: more than eighty reports in the formats of real systems, against a table. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseMail } from '../../server/bounces/parse.ts';
import { readReport } from '../../server/bounces/read-report.ts';
import { type Report, verdictOn } from '../../server/bounces/report.ts';
import { returnDateIn } from '../../server/bounces/return-date.ts';
import { codeOf, judge } from '../../server/bounces/status-code.ts';
import { FIXTURE_REFERENCE, FIXTURES, FORGED, fixture } from '../support/bounce-fixtures.ts';

async function read(raw: Buffer): Promise<Report> {
  const mail = await parseMail(raw);
  if (!mail) throw new Error('this is no mail');
  return readReport(mail);
}

const fields = (...lines: string[]) =>
  Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example',
      'Subject: Undelivered Mail Returned to Sender',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      ...lines,
      '--b--',
      '',
    ].join('\r\n'),
  );

describe('a report', () => {
  it('is there in the formats of many systems', () => {
    expect(FIXTURES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(FIXTURES.map(({ file }) => file)).size).toBe(FIXTURES.length);
    expect(new Set(FIXTURES.map(({ system }) => system)).size).toBeGreaterThan(30);
  });

  it.each(FIXTURES)('of $system ($file) says: $kind $code', async (one) => {
    const report = await read(fixture(one.file));
    expect({
      kind: report.kind,
      code: report.code,
      recipient: report.recipient,
      subject: report.subject,
      returns: report.returns?.toISOString().slice(0, 10),
    }).toEqual({
      kind: one.kind,
      code: one.code,
      recipient: one.recipient,
      subject: one.speaks ?? 'address',
      returns: one.returns,
    });
    expect(report.references[0]).toBe(FIXTURE_REFERENCE);
    expect(report.text.length).toBeLessThanOrEqual(500);
    expect(report.text).not.toMatch(/\n/);
    const verdict = verdictOn(report, one.address ?? one.recipient);
    expect(verdict.kind).toBe(one.settled ?? one.kind);
    // Never more than is said: nothing that is not hard becomes hard.
    if (one.kind !== 'hard') expect(verdict.kind).not.toBe('hard');
  });

  it('that a server folded or wrote in capitals is told all the same', async () => {
    const folded = fixture('gateway-fields-as-text').toString();
    expect(folded).toContain(`BOUNCES+${FIXTURE_REFERENCE.toUpperCase()}@`);
    const report = await read(fixture('gateway-fields-as-text'));
    expect(report.references).toEqual([FIXTURE_REFERENCE]);
  });

  it.each(FORGED)(
    'that is forged (%s) reads like a genuine one: the signature decides',
    async (file) => {
      expect((await read(fixture(file))).kind).toBe('hard');
      expect((await read(fixture(file))).references).not.toContain(FIXTURE_REFERENCE);
    },
  );

  it('about several recipients gives each its own verdict, and the worst for the whole', async () => {
    const report = await read(
      fields(
        'Final-Recipient: rfc822; a@example.org',
        'Action: delivered',
        'Status: 2.0.0',
        '',
        'Final-Recipient: rfc822; b@example.org',
        'Action: failed',
        'Status: 4.2.1',
        '',
        'Final-Recipient: rfc822; <C@Example.ORG>',
        'Action: failed',
        'Status: 5.1.1',
        '',
      ),
    );
    expect([report.kind, report.recipient]).toEqual(['hard', 'c@example.org']);
    expect(verdictOn(report, 'A@example.org').kind).toBe('delivered');
    expect(verdictOn(report, 'b@example.org').kind).toBe('soft');
    expect(verdictOn(report, 'c@example.org')).toMatchObject({ kind: 'hard', elsewhere: false });
    expect(verdictOn(report, 'd@example.org')).toMatchObject({ kind: 'soft', elsewhere: true });
  });

  it('about an address that ours was passed on to does not speak of ours', async () => {
    const report = await read(
      fields(
        'Original-Recipient: rfc822; minister@example.org',
        'Final-Recipient: rfc822; old-assistant@example.org',
        'Action: failed',
        'Status: 5.1.1',
        '',
      ),
    );
    for (const address of ['minister@example.org', 'old-assistant@example.org'])
      expect(verdictOn(report, address)).toMatchObject({ kind: 'soft', elsewhere: true });
  });

  it('that is cut off, doubled or garbled anywhere never fails, nor takes long', async () => {
    const raws = FIXTURES.map(({ file }) => fixture(file));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(raws.length - 1),
        fc.nat(3000),
        fc.nat(3000),
        fc.uint8Array({ maxLength: 40 }),
        async (which, from, length, put) => {
          const raw = raws[which] ?? Buffer.alloc(0);
          const garbled = Buffer.concat([raw.subarray(0, from), put, raw.subarray(from + length)]);
          const mail = await parseMail(garbled);
          const started = Date.now();
          if (mail) expect(readReport(mail).text.length).toBeLessThanOrEqual(500);
          expect(Date.now() - started).toBeLessThan(5000);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    [
      'an endless line',
      `From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n${'a'.repeat(900_000)}`,
    ],
    [
      'a thousand addresses',
      `From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n${'a@b.example '.repeat(60_000)}`,
    ],
    [
      'dots without end',
      `From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n550 ${'5.'.repeat(300_000)}`,
    ],
    [
      'hyphens without end',
      `From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n${'-'.repeat(900_000)}`,
    ],
    [
      'spaces without end',
      `From: MAILER-DAEMON@x.example\nSubject: failure notice\n\nconfirm${' '.repeat(900_000)}`,
    ],
    [
      'parts in parts',
      `Content-Type: multipart/mixed; boundary=a\n\n${'--a\nContent-Type: multipart/mixed; boundary=a\n\n'.repeat(2000)}`,
    ],
  ])('with %s does not hold anybody up', async (_name, text) => {
    const started = Date.now();
    const mail = await parseMail(Buffer.from(text));
    if (mail) readReport(mail);
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

describe('a status code', () => {
  it.each([
    ['5.1.1', '', 'hard', 'address'],
    ['5.1.2', '', 'hard', 'address'],
    ['5.1.10', '', 'hard', 'address'],
    ['5.2.1', '', 'hard', 'address'],
    ['5.4.4', '', 'hard', 'address'],
    ['5.4.1', 'Recipient address rejected: Access denied', 'hard', 'address'],
    ['5.2.2', 'mailbox full', 'soft', 'address'],
    ['5.4.7', 'expired', 'soft', 'address'],
    ['5.7.1', 'blocked', 'soft', 'us'],
    ['5.7.26', 'unauthenticated', 'soft', 'us'],
    ['5.7.1', 'user unknown', 'soft', 'us'],
    ['5.1.8', "sender's system", 'soft', 'us'],
    ['5.3.4', 'too large', 'soft', 'us'],
    ['5.6.1', 'media not supported', 'soft', 'us'],
    ['4.2.2', 'over quota', 'soft', 'address'],
    ['4.7.1', 'greylisted', 'soft', 'us'],
    ['5.0.0', 'user unknown', 'hard', 'address'],
    ['5.0.0', '', 'hard', 'address'],
    ['5.0.0', 'rejected as spam', 'soft', 'us'],
    ['5.0.0', 'quota exceeded', 'soft', 'address'],
    ['5.5.0', 'mailbox unavailable', 'hard', 'address'],
    ['5.5.2', 'syntax error', 'soft', 'us'],
    ['5.0.0', '554 Transaction failed', 'soft', 'us'],
    [null, '', 'hard', 'address'],
  ] as const)('%s "%s" is %s and speaks of the %s', (code, words, kind, subject) => {
    expect(judge(code, words)).toEqual({ kind, subject });
  });

  it.each([
    ['5.1.1', '550 5.7.1 no', '5.1.1'],
    ['5.0.0', 'smtp; 550 5.1.1 no', '5.1.1'],
    ['5.2.1 (mailbox disabled)', '', '5.2.1'],
    [null, 'host mx [198.51.100.5.1.1] said: 550 no', '5.0.0'],
    [null, 'mx.example[5.1.1.7] said: 421 later', '4.0.0'],
    [null, 'sorry. (#5.1.1)', '5.1.1'],
    [null, 'Exim 4.94.2 was here', null],
    [null, 'we have 550 members', null],
    ['nonsense', '', null],
  ])('of field %s and words "%s" is %s', (field, words, code) => {
    expect(codeOf(field, words)).toBe(code);
  });
});

describe('the return of an absent person', () => {
  const sent = new Date('2023-05-02T08:00:00Z');
  it.each([
    ['Back on 15 May 2023.', '2023-05-15'],
    ['until May 15, 2023', '2023-05-15'],
    ['from 2 to 9 May', '2023-05-09'],
    ['until the 3rd January', '2024-01-03'],
    ['until 2023-05-20', '2023-05-20'],
    ['bis 20.05.2023', '2023-05-20'],
    ['jusqu’au 1er juin 2023', '2023-06-01'],
    ['hasta el 12 de mayo de 2023', '2023-05-12'],
    ['до 29 мая 2023 года', '2023-05-29'],
    ['حتى 18 مايو 2023', '2023-05-18'],
    ['حتى 18 أيار 2023', '2023-05-18'],
    ['于2023年5月20日返回', '2023-05-20'],
    ['5月20日返回', '2023-05-20'],
    ['05/16/2023', '2023-05-16'],
    ['16/05/2023', '2023-05-16'],
    // Not certain: the fifth of June or the sixth of May.
    ['05/06/2023', null],
    ['I have been away since 3 April 2023.', null],
    ['I am away until 31 June 2023', null],
    ['soon', null],
    ['in the year 2031-01-01', null],
  ])('"%s" is %s', (words, day) => {
    expect(returnDateIn(words, sent)?.toISOString().slice(0, 10) ?? null).toBe(day);
  });
});
