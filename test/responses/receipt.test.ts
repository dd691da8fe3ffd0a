/** A receipt proves what was submitted: made at submission, read from a mail, verified by anybody. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { canonical, canonicalText, sha256Of } from '../../server/responses/receipt-canonical.ts';
import { readReceipt } from '../../server/responses/receipt-text.ts';
import type { Submission } from '../../server/responses/response.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG } from '../support/rounds.ts';
import { smallQuestionnaire } from '../support/small-questionnaire.ts';
import { validAnswers } from '../support/valid-answers.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

jest.setTimeout(30_000);

let on: TestApp;
let post: Mailbox;
let round: Round;
let first: Submission;
let second: Submission;
let stranger: Visitor;
let cambodian: { visitor: Visitor; base: string };
let lines: string;
let older: string;

const WORDS = 'Our own words,\nin two lines & <b>plain</b>.';
const linesOn = (page: SeenPage) => page.root.querySelector('.receipt-lines')?.text ?? '';
const paste = async (receipt: string) => {
  // The limit counts by address; these tests share one.
  await on.services.connection.collection('limits').deleteMany({});
  return stranger.submit(await stranger.get('/receipts/verify'), 'main form', { receipt });
};
const problem = (page: SeenPage) => page.text('#error-receipt');

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, secret: 'ab'.repeat(32) });
  round = await openedRound(on);
  stranger = visitor(on.app);
  const given = { receipt: true, answers: { a46_03: WORDS } };
  first = (await answered(on, round, 'KHM', { ...given, seed: 3 })) as Submission;
  cambodian = await respondent(on, round, 'KHM');
  older = linesOn(await cambodian.visitor.get(`${cambodian.base}/receipt`));
  on.setTime('2023-05-03T08:00:00Z');
  second = (await answered(on, round, 'KHM', { ...given, seed: 4 })) as Submission;
  cambodian = await respondent(on, round, 'KHM');
  lines = linesOn(await cambodian.visitor.get(`${cambodian.base}/receipt`));
  await answered(on, round, 'IRQ', { receipt: true });
  await answered(on, round, 'TCD', { receipt: true });
  await on.sendMail();
});
afterAll(async () => {
  await on.close();
  await post.close();
});

describe('the canonical form', () => {
  const asked = { state: 'KHM', audience: 'affected', round: SLUG, questionnaire: 'small@1' };
  const of = (answers: Submission['answers'], more: Partial<Submission> = {}) =>
    canonicalText(asked, { ...first, answers, other: {}, uses: {}, ...more });
  const shuffled = <T>(value: T): T => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    const pairs = Object.entries(value).map(([key, one]) => [key, shuffled(one)]);
    return Object.fromEntries(pairs.reverse()) as T;
  };

  it('is the same whatever the order of the answers, and another as soon as one is another', () => {
    const valid = validAnswers(smallQuestionnaire(), 'affected');
    fc.assert(
      fc.property(valid, valid, (one, other) => {
        expect(of(shuffled(one))).toBe(of(one));
        const same = canonical(one) === canonical(other);
        expect(of(one) === of(other)).toBe(same);
      }),
    );
  });

  it('is JSON that reads back as the answers', () => {
    fc.assert(
      fc.property(validAnswers(smallQuestionnaire(), 'affected'), (answers) => {
        expect(JSON.parse(of(answers)).answers).toEqual(answers);
      }),
    );
  });

  it('writes texts in NFC, numbers in one way, and says its own format', () => {
    expect(of({ a: 'e\u0301' })).toBe(of({ a: '\u00e9' }));
    expect(canonical({ b: -0, a: [1e21, 0.1, 5.0] })).toBe('{"a":[1e+21,0.1,5],"b":0}');
    expect(JSON.parse(of({}))).toMatchObject({ format: 'rapporteur-submission', version: 1 });
    expect(() => canonical({ a: Number.NaN })).toThrow();
    expect(() => canonical({ a: undefined })).toThrow();
  });

  it.each([
    ['the State', { state: 'IRQ' }],
    ['the audience', { audience: 'donor' }],
    ['the round', { round: 'other' }],
    ['the version of the questionnaire', { questionnaire: 'small@2' }],
  ])('differs with %s', (_name, other) => {
    const text = canonicalText(asked, first);
    expect(canonicalText({ ...asked, ...other }, first)).not.toBe(text);
  });

  it.each([
    ['the revision', { revision: 2 }],
    ['the reference', { reference: 'R-0' }],
    ['the time', { submittedAt: new Date(0) }],
    ['the submitter', { by: { name: 'X', post: '', email: '' } }],
    ['the use', { use: 'committee' as const }],
    ['the use of one answer', { uses: { a: 'aggregate' as const } }],
    ['the words beside "Other"', { other: { a: 'x' } }],
  ])('differs with %s', (_name, other) => {
    expect(of({}, other)).not.toBe(of({}));
  });

  it('holds no id of ours of a file, only what the file is', () => {
    const file = { id: 'f1', name: 'Plan.pdf', size: 5, type: 'application/pdf', sha256: 'aa' };
    const text = of({ report: { files: [file] } });
    expect(text).toBe(of({ report: { files: [{ ...file, id: 'f2' }] } }));
    expect(text).not.toBe(of({ report: { files: [{ ...file, sha256: 'ab' }] } }));
  });
});

describe('a receipt', () => {
  it('can be recomputed by anybody from what docs/data.md says, with nothing of ours', async () => {
    const { body } = await cambodian.visitor.agent
      .get(`${cambodian.base}/receipt/answers.json`)
      .buffer(true)
      .parse((res, done) => {
        const parts: Buffer[] = [];
        res.on('data', (part) => parts.push(part));
        res.on('end', () => done(null, Buffer.concat(parts)));
      });
    const of = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(lines)?.[1] ?? '';
    expect(createHash('sha256').update(body).digest('hex')).toBe(of('SHA-256'));
    const { text: pem, headers } = await stranger.agent.get('/receipts/key');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    const key = createPublicKey(pem);
    const der = key.export({ type: 'spki', format: 'der' });
    expect(createHash('sha256').update(der).digest('hex')).toBe(of('Key'));
    const signed = lines.slice(0, lines.indexOf('Signature: '));
    expect(verify(null, Buffer.from(signed), key, Buffer.from(of('Signature'), 'hex'))).toBe(true);
    // The file says the same as the export does.
    const { answers, state, submitter, reference } = JSON.parse(String(body));
    expect([state, submitter, reference]).toEqual(['KHM', 'Sam Submitter', second.reference]);
    expect(answers.a46_03).toBe(WORDS);
  });

  it('has one hash for the same submission, and is stored with each revision', async () => {
    const revisions = await on.services.responses.revisions(cambodian.base.slice(3));
    expect(revisions.map((one) => one.receipt)).toEqual([second.receipt, first.receipt]);
    const asked = {
      state: 'KHM',
      audience: 'affected',
      round: SLUG,
      questionnaire: 'oap-cooperation-assistance-2023@1',
    };
    for (const one of revisions)
      expect(sha256Of(canonicalText(asked, one))).toBe(one.receipt?.sha256);
  });

  it('is genuine and the latest; an older one is genuine and says that a newer one is there', async () => {
    const page = await paste(lines);
    expect(page.status).toBe(200);
    expect(page.text('[role=status]')).toContain('genuine');
    expect(page.text('[role=status]')).toContain('latest submission');
    expect(page.text('.facts')).toContain(`${second.reference}`);
    expect(page.text('.facts')).toContain('Cambodia');
    const old = await paste(older);
    expect(old.text('[role=status]')).toContain('submitted again since');
    // Nothing of the newer one is said, and nothing of the answers.
    expect(old.html).not.toContain(second.reference);
    for (const word of ['Sam', 'words', 'sam@example.org']) expect(old.html).not.toContain(word);
  });

  it('fails once any character of it is another one', () => {
    const { receiptKey } = on.services;
    expect(receiptKey.standing(second.receipt?.key ?? '')).toBe('current');
    const genuine = (text: string) => {
      const read = readReceipt(text);
      if (!read.ok) return false;
      const signed = `${text.slice(0, text.indexOf('Signature: '))}`;
      return receiptKey.verify(read.values.Key, signed, read.values.Signature);
    };
    expect(genuine(lines)).toBe(true);
    for (let at = 0; at < lines.length; at += 1)
      for (const other of ['x', '0', 'A', '-', ':', '\u0430']) {
        if (lines[at] === other) continue;
        const changed = `${lines.slice(0, at)}${other}${lines.slice(at + 1)}`;
        expect([at, other, genuine(changed)]).toEqual([at, other, false]);
      }
  });

  it('fails on the page too, at any position, and the page says which line it is', async () => {
    const of = (line: string) => /^(.*?): /.exec(line)?.[1] ?? '';
    let at = 0;
    for (const line of lines.split('\n')) {
      const last = at + line.length - 1;
      const changed = `${lines.slice(0, last)}${lines[last] === '1' ? '2' : '1'}${lines.slice(last + 1)}`;
      at += line.length + 1;
      const page = await paste(changed);
      expect([line, page.status]).toEqual([line, 422]);
      if (of(line)) expect(problem(page)).toContain(`does not fit: ${of(line)}.`);
      else expect(problem(page)).toContain('no whole receipt');
      // What was pasted is still there.
      expect(page.root.querySelector('textarea')?.text).toBe(changed);
    }
  });

  it('survives what mail programs do to it', () => {
    const noise = fc.constantFrom('\n', '\r\n', ' ', '\u00a0', '\t', '\n> ', '\n>> ', '\u200f');
    const spots = fc.array(fc.tuple(fc.nat({ max: lines.length }), noise), { maxLength: 40 });
    const plain = readReceipt(lines);
    fc.assert(
      fc.property(spots, fc.string(), (places, before) => {
        let text = lines;
        for (const [at, what] of places) text = `${text.slice(0, at)}${what}${text.slice(at)}`;
        expect(readReceipt(`${before}\n${text}\nWith kind regards`)).toEqual(plain);
      }),
    );
  });

  it('that is genuine but unknown here is said to be so', async () => {
    const { connection } = on.services;
    const row = await connection
      .collection('revisions')
      .findOneAndDelete({ reference: first.reference });
    expect((await paste(older)).text('[role=status]')).toContain('No submission with this');
    await connection.collection('revisions').insertOne(row as never);
  });

  it('tells when what is stored was changed afterwards', async () => {
    const revisions = on.services.connection.collection('revisions');
    const change = (words: string) =>
      revisions.updateOne({ reference: second.reference }, { $set: { 'answers.a46_03': words } });
    await change('Better words.');
    const page = await paste(lines);
    expect(page.text('[role=status]')).toContain('is not what was submitted');
    await change(WORDS);
    expect((await paste(lines)).text('[role=status]')).toContain('latest submission');
  });

  it('does not let a known reference be used to try out States', async () => {
    const guess = lines
      .replace(/^State: .*$/m, 'State: IRQ')
      .replace(/^SHA-256: .*$/m, `SHA-256: ${'0'.repeat(64)}`)
      .replace(/^Signature: .*$/m, `Signature: ${'0'.repeat(128)}`);
    expect(problem(await paste(guess))).toContain('does not fit: Signature.');
    const right = guess.replace('State: IRQ', 'State: KHM');
    expect(problem(await paste(right))).toContain('does not fit: Signature.');
  });

  it.each([
    ['en', 'Paste the receipt.', 'no whole receipt'],
    ['fr', 'Collez l’accusé de réception.', 'ne contient pas d’accusé'],
    ['ar', 'يُرجى لصق الإيصال.', 'لا يتضمن هذا النص'],
  ])('that is none is refused in %s', async (language, empty, none) => {
    await stranger.get(`/language/${language}`);
    const nothing = await paste('  ');
    expect([nothing.status, problem(nothing)]).toEqual([422, expect.stringContaining(empty)]);
    const other = await paste('Dear all, <b>hello</b>');
    expect([other.status, problem(other)]).toEqual([422, expect.stringContaining(none)]);
    expect(other.root.querySelector('textarea')?.getAttribute('dir')).toBe('ltr');
    await stranger.get('/language/en');
  });

  it('may be asked about thirty times in ten minutes from one address', async () => {
    await paste(lines);
    const form = await stranger.get('/receipts/verify');
    for (let n = 1; n < 30; n += 1)
      expect((await stranger.submit(form, 'main form', { receipt: 'x' })).status).toBe(422);
    expect((await stranger.submit(form, 'main form', { receipt: lines })).status).toBe(429);
    // A respondent in the same network is not shut out.
    expect((await respondent(on, round, 'IRQ')).base).toMatch(/^\/r\//);
    await on.services.connection.collection('limits').deleteMany({});
  });

  it('is for those who hold the link: its answers are not served to others', async () => {
    const file = await stranger.get(`${cambodian.base}/receipt/answers.json`);
    expect(file.status).toBe(401);
    const { visitor: asian, base } = await respondent(on, round, 'TUR');
    expect((await asian.get(`${base}/receipt/answers.json`)).status).toBe(404);
  });
});

describe('the mail', () => {
  /** The mail about a submission: several are sent at once, in any order. */
  const mailTo = (address: string, reference = 'R-') => {
    const mail = post.to(address).find(({ subject }) => subject?.includes(reference));
    if (!mail) throw new Error(`no receipt for ${address}`);
    return mail;
  };

  it('carries the receipt of its own submission, in text and HTML, and it verifies', async () => {
    for (const [{ reference }, mine] of [
      [first, older],
      [second, lines],
    ] as const) {
      const mail = mailTo('alice@example.org', reference);
      expect(mail.text).toContain(mine);
      const quoted = (mail.text ?? '').replace(/^/gm, '> ').replace(/(.{72})/g, '$1\n>\u00a0');
      for (const text of [quoted, parse(String(mail.html)).text]) {
        const page = await paste(text);
        expect(page.text('[role=status]')).toContain('genuine');
      }
    }
  });

  it('carries a full copy of the answers by section', async () => {
    const mail = mailTo('alice@example.org', second.reference);
    const html = parse(String(mail.html));
    const page = await cambodian.visitor.get(`${cambodian.base}/answers`);
    const questions = page.all('.given dt').map((one) => one.text.replace(/\s+/g, ' ').trim());
    expect(questions.length).toBeGreaterThan(20);
    const words = (text: string) => text.replace(/\s+/g, ' ');
    for (const question of questions) {
      expect(words(mail.text ?? '')).toContain(question);
      expect(words(html.text)).toContain(question);
    }
    for (const said of page.all('.given .said').map((one) => one.text)) {
      expect(words(mail.text ?? '')).toContain(words(said));
      expect(html.text).toContain(said);
    }
    expect(html.querySelectorAll('h3').map((one) => one.text)).toEqual(
      page.all('.given h2').map((one) => one.childNodes[0]?.text.trim()),
    );
    expect(String(mail.html)).not.toContain('<b>plain');
  });

  it('is in the language of the contact, the lines left to right', () => {
    const arabic = mailTo('bob@example.org');
    expect(arabic.text).toContain('نسخة من الإجابات كما قُدِّمت');
    expect(arabic.text).toContain('46.1 ما مدى جودة تنسيق الجهات المانحة دعمها في بلدكم؟');
    const html = parse(String(arabic.html));
    expect(html.querySelector('pre')?.getAttribute('dir')).toBe('ltr');
    expect(mailTo('chantal@example.org').text).toContain('Copie des réponses telles qu’elles');
  });

  it('carries the copy to an invited address only', async () => {
    const { connection, messages, clock, transaction, contacts } = on.services;
    const [norwegian] = await contacts.of('NOR', 'donor');
    const message = {
      key: 'receipt:by-mistake',
      template: 'receipt' as const,
      invitation: cambodian.base.slice(3),
      contact: norwegian?._id ?? null,
      about: { revision: 2 },
    };
    await transaction((session) => messages.enqueue(message, clock(), session));
    await on.sendMail();
    const mail = mailTo('dora@example.org');
    expect(mail.text).toContain(second.reference);
    for (const whole of [mail.text ?? '', String(mail.html)]) {
      expect(whole).not.toContain('Our own words');
      expect(whole).not.toContain('Copy of the answers');
    }
    expect(await connection.collection('messages').countDocuments({ status: 'soft' })).toBe(0);
  });
});
