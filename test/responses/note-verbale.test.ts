/** Answers that came by Note Verbale: the secretariat enters them, and everybody who sees them sees that it did. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { canonicalText, sha256Of } from '../../server/responses/receipt-canonical.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let post: Mailbox;
let round: Round;
let admin: Visitor;
let committee: Visitor;
let viewer: Visitor;

const SCAN = Buffer.from('%PDF-1.7\nA scan of a note.\n%%EOF\n');
const PLACE = `/admin/rounds/${SLUG}/notes/TCD/affected`;
const GOOD = { reference: 'NV/2023/114', dated: '2023-05-01' };
const upload = (
  page: SeenPage,
  fields: Record<string, string>,
  content = SCAN,
  name = 'note.pdf',
) => admin.upload(page, `form[action="${PLACE}"]`, { field: 'scan', name, content, with: fields });
const page = () => admin.get(PLACE);
const invitationOf = async (state: string) => {
  const invitation = await on.services.invitations.ofState(SLUG, state, 'affected');
  if (!invitation) throw new Error(`${state} was not invited`);
  return invitation._id;
};
const draftOf = async (state: string) =>
  (await on.services.responses.find(await invitationOf(state)))?.draft.answers ?? {};

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  admin = await signedIn(on, 'admin');
  committee = await signedIn(on, 'committee');
  viewer = await signedIn(on, 'viewer');
  // The State had begun by itself.
  await answered(on, round, 'TCD', {
    sections: 99,
    answers: { r_use: 'attributed', a44_01: 'no' },
  });
});
afterAll(async () => {
  await on.close();
  await post.close();
});

describe('the page of the secretariat', () => {
  it('is for admins only, and the page of the State leads to it', async () => {
    expect((await committee.get(PLACE)).status).toBe(403);
    const state = await admin.get(`/admin/rounds/${SLUG}/states/TCD/affected`);
    const link = state.root.querySelector(`a[href="${PLACE}"]`);
    expect(link?.text).toContain('Enter from a note');
    expect((await admin.get(`/admin/rounds/${SLUG}/notes/AFG/affected`)).status).toBe(404);
  });

  it('says that the State has begun by itself', async () => {
    expect((await page()).html).toContain('Chad has begun to answer by itself');
  });

  it.each([
    ['no reference', { ...GOOD, reference: ' ' }, SCAN, 'Enter the reference of the note.'],
    ['a long reference', { ...GOOD, reference: 'N'.repeat(101) }, SCAN, 'at most 100 characters'],
    ['no date', { ...GOOD, dated: '' }, SCAN, 'Enter the date that stands on the note.'],
    ['a day that is none', { ...GOOD, dated: '2023-02-30' }, SCAN, 'Enter the date that stands'],
    ['a day to come', { ...GOOD, dated: '2023-05-03' }, SCAN, 'lies in the future'],
    ['an empty scan', GOOD, Buffer.alloc(0), 'Choose the scan of the note.'],
    ['a page instead of a scan', GOOD, Buffer.from('<html>'), 'must be a PDF, PNG or JPEG'],
    ['a huge scan', GOOD, Buffer.concat([SCAN, Buffer.alloc(10_485_760)]), 'larger than 10'],
  ])('refuses %s, with what was typed still there', async (_what, fields, content, words) => {
    const refused = await upload(await page(), fields, content);
    expect(refused.status).toBe(422);
    expect(refused.text('.problem')).toContain(words);
    expect(refused.root.querySelector('#reference')?.getAttribute('value')).toBe(
      fields.reference.trim(),
    );
    expect(await on.services.notes.of(await invitationOf('TCD'))).toEqual([]);
  });

  it('asks for the scan when none was chosen', async () => {
    const form = await page();
    const refused = await admin.submit(form, `form[action="${PLACE}"]`, GOOD);
    expect(refused.status).toBe(422);
    expect(refused.text('#error-scan')).toContain('Choose the scan');
  });
});

describe('answers from a Note Verbale', () => {
  let base: string;
  let receipt: SeenPage;

  it('are entered on the pages of the State, which say so each time', async () => {
    const form = await page();
    const landing = await upload(form, GOOD);
    base = `/r/${await invitationOf('TCD')}`;
    expect(landing.path).toBe(base);
    expect(landing.html).toContain(
      'You are entering answers for Chad from Note Verbale NV/2023/114 of 1 May 2023.',
    );
    expect(landing.all(`a[href="${base}/colleagues"]`)).toEqual([]);
    // The button pressed twice is one note.
    await upload(form, GOOD);
    expect(await on.services.notes.of(await invitationOf('TCD'))).toHaveLength(1);
    const section = await admin.get(`${base}/a44`);
    expect(section.html).toContain('You are entering answers for Chad');
    expect(section.root.querySelector(`a[href="/admin/rounds/${SLUG}"]`)).not.toBeNull();
    await admin.submit(section, '#section', { a44_01: 'dont_know' }, 'next');
    expect((await draftOf('TCD'))['a44_01']).toBe('dont_know');
  });

  it('can be gone on with from the page of the secretariat, by a colleague there too', async () => {
    const other = await signedIn(on, 'admin');
    const landing = await other.submit(await other.get(PLACE), 'form.inline');
    expect(landing.path).toBe(base);
    expect((await other.get(`${base}/a44`)).html).toContain('NV/2023/114');
  });

  it('are submitted only by who says that they were compared with the note', async () => {
    const check = await admin.get(`${base}/check`);
    expect(check.text('#submit h2')).toBe('Submit on behalf of Chad');
    const by = { name: 'Sally Secretary', email: 'sally@secretariat.example' };
    const refused = await admin.submit(check, '#submit', by);
    expect(refused.status).toBe(422);
    expect(refused.text('#error-confirm')).toContain('compared the answers with the note');
    receipt = await admin.submit(check, '#submit', { ...by, confirm: 'yes' });
    expect(receipt.path).toBe(`${base}/receipt`);
    expect(receipt.html).toContain(
      'Entered by the secretariat from Note Verbale NV/2023/114 of 1 May 2023.',
    );
  });

  it('go to the contacts of the State as a receipt with a copy, which says where they come from', async () => {
    await on.sendMail();
    const [mail] = post.to('chantal@example.org').filter((one) => one.text?.includes('RECEIPT'));
    expect(mail?.text).toContain('note verbale NV/2023/114');
    expect(mail?.text).toContain('Veuillez comparer la copie');
  });

  it('are marked in the receipt: another note would give another hash', async () => {
    const submitted = (await on.services.responses.find(base.slice(3)))?.submitted;
    if (!submitted?.note) throw new Error('no note');
    const asked = {
      state: 'TCD',
      audience: 'affected',
      round: SLUG,
      questionnaire: 'oap-cooperation-assistance-2023@1',
    };
    expect(sha256Of(canonicalText(asked, submitted))).toBe(submitted.receipt?.sha256);
    const other = { ...submitted, note: { ...submitted.note, reference: 'NV/2023/115' } };
    expect(sha256Of(canonicalText(asked, other))).not.toBe(submitted.receipt?.sha256);
    const verified = await admin.submit(await admin.get('/receipts/verify'), 'main form', {
      receipt: receipt.root.querySelector('.receipt-lines')?.text ?? '',
    });
    expect(verified.html).not.toContain('id="error-receipt"');
  });

  it('are marked on the page of the State, with the scan for those who may see every answer', async () => {
    const at = `/results/${SLUG}/states/TCD/affected`;
    const seen = await committee.get(at);
    expect(seen.html).toContain('Entered by the secretariat from Note Verbale NV/2023/114');
    // 46.1 is in totals only for every State, and the scan shows it.
    expect(seen.all(`a[href^="${at}/files/"]`).map((one) => one.text)).not.toContain(
      'Scan of the note',
    );
    const scan = (await admin.get(at))
      .all(`a[href^="${at}/files/"]`)
      .find((one) => one.text === 'Scan of the note')
      ?.getAttribute('href');
    const file = await admin.agent.get(scan ?? '');
    expect(file.status).toBe(200);
    expect(file.headers['content-disposition']).toContain('attachment');
    expect(Buffer.from(file.body)).toEqual(SCAN);
    expect((await committee.get(scan ?? '')).status).toBe(404);
    expect((await viewer.get(scan ?? '')).status).toBe(404);
  });

  it('are marked in the exports', async () => {
    const results = await admin.get(`/results/${SLUG}`);
    const take = (format: string) =>
      admin.submit(results, `form[action="/results/${SLUG}/exports/${format}"]`);
    const rows: Record<string, string>[] = parse((await take('csv')).html, {
      bom: true,
      columns: true,
    });
    const ofState = (state: string) => rows.find((row) => row['state'] === state);
    expect(ofState('TCD')?.['note_verbale']).toBe('NV/2023/114 (2023-05-01)');
    expect(ofState('KHM')?.['note_verbale']).toBe('');
    const json = JSON.parse((await take('json')).html);
    const response = json.responses.find((one: { state: string }) => one.state === 'TCD');
    expect(response.noteVerbale).toMatchObject({
      reference: 'NV/2023/114',
      dated: '2023-05-01',
      scan: { name: 'note.pdf', size: SCAN.length },
    });
  });

  it('can be corrected by the State, whose submission is then its own', async () => {
    const own = await respondent(on, round, 'TCD');
    const landing = await own.visitor.get(own.base);
    expect(landing.html).toContain('Saisi par le secrétariat');
    const section = await own.visitor.get(`${own.base}/a44`);
    await own.visitor.submit(section, '#section', { a44_01: 'no' }, 'next');
    const check = await own.visitor.get(`${own.base}/check`);
    expect(check.root.querySelector('#submitter-name')?.getAttribute('value')).toBe(
      'Chantal Mbaye',
    );
    await own.visitor.submit(check, '#submit', { confirm: 'yes' });
    expect((await own.visitor.get(own.base)).html).not.toContain('Saisi par le secrétariat');
    const history = await committee.get(`/results/${SLUG}/states/TCD/affected`);
    expect(history.text('ol.plainly')).toContain('Note Verbale NV/2023/114');
  });

  it('leave every step in the audit', async () => {
    const events = (await on.services.audit.list(200)).map((row) => row.event);
    for (const event of ['note.entered', 'note.opened', 'response.submitted'])
      expect(events).toContain(event);
  });
});

describe('the door of the secretariat', () => {
  it('closes when the account is closed', async () => {
    const leaving = await signedIn(on, 'admin');
    const landing = await leaving.submit(await leaving.get(PLACE), 'form.inline');
    expect(landing.status).toBe(200);
    const [link] = await on.services.links
      .ofInvitation(landing.path.slice(3))
      .then((links) => links.toReversed());
    await on.services.connection
      .collection('accounts')
      .updateOne({ _id: link?.account as never }, { $set: { disabledAt: new Date() } });
    expect((await leaving.get(landing.path)).status).toBe(401);
  });

  it('is shut after the deadline', async () => {
    on.setTime('2023-07-02T08:00:00Z');
    admin = await signedIn(on, 'admin');
    const late = await page();
    expect(late.html).toContain('Answers are not taken now');
    expect(late.root.querySelector(`form[action="${PLACE}"]`)).toBeNull();
  });
});
