/** The words of mails on their pages: read, changed, looked at, kept as versions and taken again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import { exportTemplates, loadTemplates } from '../../server/mail/template-file.ts';
import { saveTemplate } from '../../server/mail/template-save.ts';
import { decideExtension } from '../../server/rounds/extend.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

let on: TestApp;
let post: Mailbox;
let round: Round;
let admin: Visitor;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  admin = await signedIn(on, 'admin');
});
beforeEach(async () => {
  await on.services.connection.collection('templates').deleteMany({});
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

const path = (template = 'invitation', language = 'en') =>
  `/admin/templates/${template}/${language}`;
const NEW = { subject: 'For {{state}}', body: 'Dear {{name}},\n\n[Open it]({{link}})' };
const saved = async (fields: Partial<typeof NEW> = {}, at = path()) =>
  admin.submit(await admin.get(at), '#template', { ...NEW, ...fields });
const stored = () =>
  on.services.connection.collection('templates').find().sort({ version: 1 }).toArray();

describe('the list', () => {
  it('has each kind in each language, as it comes with the program until it is changed', async () => {
    const page = await admin.get('/admin/templates');
    expect(page.all('tbody tr')).toHaveLength(8);
    expect(page.text('tbody tr td')).toContain('As it comes with the program');
    await saved();
    expect((await admin.get('/admin/templates')).text('tbody tr td')).toContain(
      'Version 2 of 2 May 2023',
    );
    expect(await stored()).toHaveLength(2);
  });

  it('leads to a new message by a name that can stand in an address, and to nothing by another', async () => {
    const form = await admin.get('/admin/templates/new?name=Workshop-June');
    expect(form.path).toBe('/admin/templates/message.workshop-june/en');
    const wrong = await admin.get('/admin/templates/new?name=../etc');
    expect([wrong.status, wrong.text('#error-name')]).toEqual([
      422,
      expect.stringContaining('small letters'),
    ]);
    expect(wrong.root.querySelector('#name')?.getAttribute('value')).toBe('../etc');
    await saved({ body: 'Hello.' }, path('message.workshop-june'));
    const row = (await admin.get('/admin/templates')).all('tbody tr').at(-1);
    expect(row?.text.replace(/\s+/g, ' ')).toMatch(
      /Message: workshop-june.*Version 1.*Not written yet.*Not written yet/,
    );
  });

  it.each([
    'receipt/en',
    'invitation/de',
    'message./en',
    'message.A/en',
    '__proto__/en',
    'invitation/__proto__',
  ])('has no page for %s', async (name) => {
    expect((await admin.get(`/admin/templates/${name}`)).status).toBe(404);
  });
});

describe('the editor', () => {
  it('shows the words, and each field that this kind has with a sentence on it', async () => {
    const page = await admin.get(path('thanks'));
    expect(page.text('#body')).toContain('Dear {{name}},');
    expect(page.all('dl.fields dt').map((one) => one.text.trim())).toContain('{{reference}}');
    expect(page.text('dl.fields')).not.toContain('{{stop_link}}');
    const link = await admin.get(path());
    expect(link.text('dl.fields')).toContain('[Open the questionnaire]({{link}})');
    expect(link.all('dl.fields dt').find((one) => one.text.includes('(needed)'))?.text).toContain(
      '{{link}}',
    );
  });

  it('saves a version of who and when; the words before it are kept, and can be taken again', async () => {
    const page = await saved();
    expect(page.text('.done-note')).toContain('Saved as version 2.');
    const [shipped, own] = await stored();
    expect(shipped).toMatchObject({ version: 1, origin: 'shipped', savedBy: null });
    expect(own).toMatchObject({
      version: 2,
      origin: 'saved',
      ...NEW,
      savedAt: on.services.clock(),
    });
    expect(page.text('ol.versions')).toMatch(
      /version 2 in use 2 May 2023, 08:00 admin-\S+ version 1 As it comes/,
    );
    const first = await admin.get(`${path()}/versions/1`);
    expect(first.text('pre.mail')).toContain('questionnaire on cooperation and assistance');
    const restored = await admin.submit(first, 'form[action$="/restored"]');
    expect(restored.text('.done-note')).toContain('Saved as version 3.');
    expect(restored.text('#body')).toContain('You need no account');
    expect(restored.text('ol.versions')).toContain('(the text of version 1)');
  });

  it('saves nothing that is the same', async () => {
    await saved();
    expect((await saved()).text('.done-note')).toContain(
      'Nothing was changed, so version 2 stays.',
    );
    expect(await stored()).toHaveLength(2);
  });

  it('refuses what is wrong at its field, with what was typed still there, and keeps nothing', async () => {
    const body = 'Dear {{nme}},\n\nPress [here]({{link}}) ![x](https://t.example/p.png)';
    const page = await saved({ subject: ' ', body });
    expect(page.status).toBe(422);
    expect(page.text('#error-subject')).toContain('Write something here.');
    expect(page.all('.summary a').map((one) => one.getAttribute('href'))).toEqual([
      '#subject',
      '#body',
      '#body',
      '#body',
    ]);
    expect(page.text('.question.error:has(#body), #template')).toContain(
      'There is no field {{nme}}.',
    );
    expect(page.root.querySelector('#body')?.getAttribute('aria-invalid')).toBe('true');
    expect(page.text('#body')).toBe(body.replace(/\s+/g, ' '));
    expect(await stored()).toEqual([]);
  });

  it('does not overwrite what somebody else saved meanwhile, and shows both', async () => {
    const mine = await admin.get(path());
    await saved({ body: 'Theirs. {{link}}' });
    const page = await admin.submit(mine, '#template', { ...NEW, body: 'Mine. {{link}}' });
    expect(page.status).toBe(409);
    expect(page.text('.summary')).toContain('Theirs. {{link}}');
    expect(page.text('#body')).toBe('Mine. {{link}}');
    const done = await admin.submit(page, '#template');
    expect(done.text('.done-note')).toContain('Saved as version 3.');
  });

  it('keeps one of twenty saves at once, and loses none unseen', async () => {
    const page = await admin.get(path());
    const tries = Array.from({ length: 20 }, (_, n) =>
      admin.submit(page, '#template', { ...NEW, subject: `Number ${n}` }),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    expect(answers.filter((one) => one.status === 409)).toHaveLength(19);
    expect(await stored()).toHaveLength(2);
  });

  it('shows the words as they are typed, in a frame that runs nothing, without saving them', async () => {
    const before = await dump(on.services.connection, { without: ['sessions'] });
    const page = await admin.get(path());
    const token = page.root.querySelector('#template [name="token"]')?.getAttribute('value') ?? '';
    const typed = {
      ...NEW,
      body: 'Hello {{name}} <script>x</script> [Open]({{link}})\n\n[Open]({{link}})',
    };
    const look = (part: string, fields = typed) =>
      admin.post(`${path()}/preview`, { token, part, ...fields });
    const wrong = await look('html');
    expect([wrong.status, wrong.text('pre')]).toEqual([
      422,
      expect.stringContaining('hidden behind words'),
    ]);
    const good = { ...typed, body: 'Hello {{name}} <script>x</script>\n\n[Open]({{link}})' };
    const html = await look('html', good);
    expect(html.html).toContain('Hello Alice Chan &lt;script&gt;');
    expect(html.headers['content-security-policy']).toContain('sandbox');
    const text = await look('text', good);
    expect(text.text('pre')).toContain('For Cambodia Hello Alice Chan <script>x</script>');
    expect((await admin.post(`${path()}/preview`, { ...good, part: 'html' })).status).toBe(403);
    expect(await dump(on.services.connection, { without: ['sessions'] })).toEqual(before);
  });

  it('puts the name of a field where this person has nothing to say', async () => {
    const page = await admin.get(`${path('thanks')}/versions/1`);
    expect(page.text('section pre.mail')).toContain('under the reference [reference]');
  });
});

describe('the words that were saved', () => {
  it('are what goes out from then on: in a mailing, and when more time is granted', async () => {
    await saved(
      { subject: 'Reminder, {{name}}', body: 'Own words. {{link}}' },
      path('reminder-not-started'),
    );
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    expect(post.to('alice@example.org')[0]?.subject).toBe('Reminder, Alice Chan');
    // Another language keeps its own.
    expect(post.to('chantal@example.org')[0]?.subject).toContain('Rappel');
    await saved({ body: 'More time for you. {{link}}\n\n{{word}}' }, path('extension-granted'));
    const alice = await respondent(on, round, 'KHM');
    const wish = { day: '2023-07-14', reason: 'We need it.' };
    await alice.visitor.submit(
      await alice.visitor.get(`${alice.base}/extension`),
      '#extension',
      wish,
    );
    const [extension] = await on.services.extensions.openOfRound(SLUG);
    if (!extension) throw new Error('nothing was asked');
    await decideExtension(
      on.services,
      round,
      extension,
      { decision: 'grant', until: '2023-07-14T18:00', word: 'Take care.\nReally.' },
      SYSTEM,
    );
    await on.sendMail();
    expect(post.to('alice@example.org').at(-1)?.text ?? '').not.toContain('undefined');
    const mail = post.mails.at(-1);
    expect(mail?.text).toMatch(/^More time for you\. http/);
    expect(mail?.text).toContain('The secretariat writes:\nTake care.\nReally.');
  });
});

describe('a file of all texts', () => {
  it('can be taken and loaded again: what differs becomes a version', async () => {
    const file = await exportTemplates(on.services);
    expect(file.templates).toHaveLength(24);
    expect(await loadTemplates(on.services, file, SYSTEM)).toEqual({
      ok: true,
      saved: 0,
      unchanged: 24,
    });
    const [first] = file.templates;
    const changed = { ...file, templates: [{ ...first, subject: 'Other words for {{state}}' }] };
    expect(await loadTemplates(on.services, changed, SYSTEM)).toEqual({
      ok: true,
      saved: 1,
      unchanged: 0,
    });
    expect((await on.services.templates.current('invitation', 'en'))?.subject).toBe(
      'Other words for {{state}}',
    );
  });

  it('with anything wrong in it loads nothing', async () => {
    const file = await exportTemplates(on.services);
    const [first] = file.templates;
    const good = { ...first, subject: 'Good' };
    for (const bad of [
      { ...first, template: 'receipt' },
      { ...first, language: 'de' },
      { ...first, body: 'No link.' },
    ]) {
      const result = await loadTemplates(on.services, { ...file, templates: [good, bad] }, SYSTEM);
      expect(result.ok).toBe(false);
    }
    for (const none of [null, {}, { format: 2, templates: [] }, { format: 1, templates: [{}] }])
      expect((await loadTemplates(on.services, none, SYSTEM)).ok).toBe(false);
    expect(await stored()).toEqual([]);
  });
});

describe('an update of the program', () => {
  it('brings its new words where nobody has written others, and leaves the others alone', async () => {
    const old = {
      template: 'thanks',
      language: 'en',
      version: 1,
      subject: 'Old',
      body: 'Old words.',
      origin: 'shipped',
      from: null,
      savedBy: null,
      savedAt: on.services.clock(),
    };
    await on.services.connection
      .collection('templates')
      .insertOne({ _id: 'thanks:en:1' as never, ...old });
    const current = await on.services.templates.current('thanks', 'en');
    expect(current).toMatchObject({
      version: 2,
      origin: 'shipped',
      subject: '{{state}}: thank you for your answers',
    });
    expect(
      (await on.services.templates.find({ template: 'thanks', language: 'en', version: 1 }))
        ?.subject,
    ).toBe('Old');
    await saveTemplate(
      on.services,
      { template: 'thanks', language: 'en' },
      { subject: 'Mine', body: 'Mine.' },
      2,
      SYSTEM,
    );
    expect(await on.services.templates.current('thanks', 'en')).toMatchObject({
      version: 3,
      subject: 'Mine',
    });
  });
});
