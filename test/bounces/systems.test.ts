/** Every report of the fixtures taken in, none wrongly acted upon; and what is not genuine or cannot be understood. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MOST_FOR_ONE, MOST_ODD } from '../../server/bounces/bounce.ts';
import { reportText } from '../../server/bounces/sealed-report.ts';
import { referenceTo } from '../../server/mail/return-address.ts';
import { whyUnreachable } from '../../server/states/state.ts';
import { type TestApp, testApp } from '../support/app.ts';
import {
  FIXTURE_TOKEN,
  FIXTURES,
  FORGED,
  fixture,
  fixtureAbout,
} from '../support/bounce-fixtures.ts';
import { dump } from '../support/dump.ts';
import { mailTo, refusal, reportAbout, take } from '../support/returned.ts';
import { CAST, openedRound, signedIn } from '../support/rounds.ts';

jest.setTimeout(60_000);

let on: TestApp;

async function begin(contacts = CAST): Promise<void> {
  on = await testApp({ bounceAddress: 'bounces@secretariat.example' });
  await openedRound(on, { contacts });
  // As if a server had taken them: what they say does not matter here.
  await on.services.connection
    .collection('messages')
    .updateMany({}, { $set: { status: 'accepted', handedAt: on.services.clock() } });
}
const end = () => on.close();
const admin = () => signedIn(on, 'admin');
const contactOf = async (email: string) => {
  const [contact] = await on.services.contacts.byAddress(email);
  if (!contact) throw new Error(`${email} is nobody`);
  return contact;
};

describe('the reports of many systems, each about a mail to a contact of its own', () => {
  const address = (at: number) => `contact${at}@example.org`;
  beforeAll(() =>
    begin(
      `state,audience,name,post,email,language\n${FIXTURES.map(
        (_, at) => `KHM,affected,Person ${at},Director,${address(at)},en`,
      ).join('\n')}\n`,
    ),
  );
  afterAll(end);

  it('stop mail to those whose address is gone and to nobody else', async () => {
    const wrong: string[] = [];
    for (const [at, one] of FIXTURES.entries()) {
      const message = await mailTo(on, address(at));
      const named = one.address ?? one.recipient ?? '';
      // An address beyond ASCII is nobody's here.
      const now = address(at);
      const raw = reportAbout(on, one.file, message, { named, now });
      const outcome = await take(on, raw);
      const stopped = whyUnreachable(await contactOf(now)) !== null;
      const mayStop = one.kind === 'hard' && !one.settled && raw.includes(now);
      if (stopped !== mayStop) wrong.push(`${one.file}: ${stopped ? 'stopped' : 'not stopped'}`);
      if (outcome !== (one.kind === 'unknown' ? 'odd' : 'noted'))
        wrong.push(`${one.file}: ${outcome}`);
    }
    // In three the address stands in base64, where the test cannot put another one: they name somebody else, so nothing stops.
    expect(wrong).toEqual([]);
    const stopped = (await on.services.contacts.all()).filter(whyUnreachable);
    expect(stopped.length).toBeGreaterThan(20);
  });

  it('leave no personal link in the database or on a page, also where they return our whole mail', async () => {
    // As it is, and in base64, wherever in a group of three bytes it begins.
    const tokens = ['', 'x', 'xx'].map((before) =>
      Buffer.from(before + FIXTURE_TOKEN)
        .toString('base64')
        .slice(4, 40),
    );
    tokens.push(FIXTURE_TOKEN);
    const holds = (raw: Buffer) => {
      const plain = raw.toString('latin1').replace(/=?\r?\n/g, '');
      return tokens.some((token) => plain.includes(token));
    };
    expect(FIXTURES.filter(({ file }) => holds(fixture(file))).length).toBeGreaterThan(40);
    const all = JSON.stringify(await dump(on.services.connection));
    for (const token of tokens) expect(all).not.toContain(token);
    for (const { _id } of await on.services.bounces.list({}, 1000)) {
      const report = (await reportText(on.services, _id)) ?? '';
      expect(report).toMatch(/^[A-Za-z-]+:/);
      expect(holds(Buffer.from(report))).toBe(false);
    }
  });
});

describe('a report that is not genuine, or not to be understood', () => {
  beforeAll(() => begin());
  afterAll(end);

  it.each(FORGED)('%s is not acted upon, and kept for a person to look at', async (file) => {
    const message = await mailTo(on, 'alice@example.org');
    const other = await mailTo(on, 'bob@example.org');
    const [own, others] = [message, other].map(({ _id }) => referenceTo(on.services.secrets, _id));
    expect(await take(on, fixtureAbout(file, own ?? '', others))).toBe('odd');
    const [bounce] = await on.services.bounces.list({ odd: true }, 1);
    expect(['no-reference', 'bad-signature']).toContain(bounce?.odd);
    expect(bounce).toMatchObject({ message: null, contact: null, stopped: false });
    expect(await on.services.messages.find(message._id)).toEqual(message);
    expect(whyUnreachable(await contactOf('alice@example.org'))).toBeNull();
  });

  it('leaves nothing in the audit, which anybody could fill otherwise', async () => {
    const rows = await on.services.audit.list(100);
    expect(rows.filter(({ actor }) => actor.id === 'bounces')).toEqual([]);
  });

  it('is listed with its reason, and opens as text that runs nothing', async () => {
    const message = await mailTo(on, 'alice@example.org');
    const reference = referenceTo(on.services.secrets, message._id);
    const script = '<script>alert(1)</script>';
    const raw = `From: "${script}" <x@example.org>\nTo: bounces+${reference}@secretariat.example\nSubject: ${script}\nContent-Type: text/html\n\n<p onclick="alert(1)">${script}hello</p>\n`;
    expect(await take(on, Buffer.from(raw))).toBe('odd');
    const person = await admin();
    const list = await person.get('/admin/bounces?show=odd');
    expect(list.text('tbody')).toContain('is no report');
    const page = await person.get(list.root.querySelector('tbody a')?.getAttribute('href') ?? '');
    expect(page.text('pre.mail')).toContain('Subject:');
    expect(page.html).not.toContain(script);
    expect(page.html).toContain('&lt;script&gt;');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each([
    ['too large', () => Buffer.alloc(2_000_000, 'From: a@example.org\n'), 'too-large'],
    ['no mail', () => Buffer.from([0, 255, 1, 254]), 'unreadable'],
    ['empty', () => Buffer.alloc(0), 'unreadable'],
  ])('that is %s is kept as such, its start at most', async (_name, raw, odd) => {
    expect(await take(on, raw())).toBe('odd');
    const [bounce] = await on.services.bounces.list({ odd: true }, 1);
    expect(bounce?.odd).toBe(odd);
    expect((await on.services.bounces.sealedOf(bounce?._id ?? ''))?.length).toBeLessThan(20_000);
    expect((await (await admin()).get(`/admin/bounces/${bounce?._id}`)).status).toBe(200);
  });

  it(`is forgotten when ${MOST_ODD} newer ones are there`, async () => {
    const bounces = on.services.connection.collection('bounces');
    const [first] = await on.services.bounces.list({}, 1);
    const { _id, ...row } = (await bounces.findOne({ _id: first?._id as never })) ?? { _id: '' };
    const rows = Array.from({ length: MOST_ODD }, (_, at) => ({
      ...row,
      _id: `ffffff${String(at).padStart(18, '0')}`,
      key: `filler ${at}`,
    }));
    await bounces.insertMany(rows as never[]);
    await take(on, Buffer.from('Subject: one more\n\nhello\n'));
    expect(await bounces.countDocuments({ odd: { $ne: null } })).toBe(MOST_ODD);
    expect(await bounces.countDocuments({ _id: _id as never })).toBe(0);
  });

  it('is kept apart when there are too many about one mail', async () => {
    const message = await mailTo(on, 'chantal@example.org');
    for (let at = 0; at < MOST_FOR_ONE; at += 1)
      await take(
        on,
        refusal(on, message, 'chantal@example.org', { status: '4.2.2', id: `n${at}` }),
      );
    expect(await take(on, refusal(on, message, 'chantal@example.org', { id: 'last' }))).toBe('odd');
    expect(whyUnreachable(await contactOf('chantal@example.org'))).toBeNull();
  });
});
