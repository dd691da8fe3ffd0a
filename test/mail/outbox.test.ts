/** Without a mail server the mails lie under seal in the outbox, where an admin of a local server can open them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mailWorker } from '../../server/mail/worker.ts';
import { startWorkers } from '../../server/start.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { signedInOverHttps } from '../support/https.ts';
import { openedRound, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const PERSONAL_LINK = /\/(?:r|sign-in)\/[A-Za-z0-9_-]{43}/;

describe('a local server without a mail server', () => {
  let on: TestApp;
  let admin: Visitor;
  let message: string;

  beforeAll(async () => {
    on = await testApp();
    await openedRound(on);
    admin = await signedIn(on, 'admin');
    await on.sendMail();
    const [newest] = await on.services.messages.list({}, 1);
    message = newest?._id ?? '';
  });
  afterAll(() => on.close());

  it('says on every page of an admin that nothing is being sent', async () => {
    const page = await admin.get('/admin/outbox');
    expect(page.text('.notice')).toContain('nothing is being sent');
    expect(page.all('tbody tr')).toHaveLength(7);
    expect(page.text('.tabs')).toContain('Accepted (7)');
  });

  it('keeps the mails so that the database alone holds no link', async () => {
    const all = JSON.stringify(await dump(on.services.connection));
    expect(JSON.parse(all).sealedMails).toHaveLength(7);
    expect(all).not.toMatch(PERSONAL_LINK);
    expect(all).not.toContain('Dear Alice');
  });

  it('shows an admin each mail as text and as HTML, with a link that opens the questionnaire', async () => {
    const list = await admin.get('/admin/outbox?status=accepted');
    const addresses = list.all('tbody a').map((one) => one.getAttribute('href') ?? '');
    expect(addresses).toHaveLength(7);
    for (const address of addresses) {
      const page = await admin.get(address);
      const link = page.root.querySelector('a.address')?.getAttribute('href') ?? '';
      expect(link).toMatch(PERSONAL_LINK);
      expect(page.text('pre.mail')).toContain(link);
      expect((await visitor(on.app).get(link)).path).toMatch(/^\/r\/[0-9a-f]{24}$/);
      const html = await admin.get(`${address}/html`);
      expect(html.html).toContain(link);
      expect(html.headers['content-security-policy']).toContain("default-src 'none'");
      expect(html.headers['content-security-policy']).toContain('sandbox');
      expect(html.headers['content-security-policy']).not.toContain('script');
      expect(html.headers['cache-control']).toBe('no-store');
    }
  });

  it.each(['committee', 'gender-focal-point', 'viewer'])('shows a %s none of it', async (role) => {
    const person = await signedIn(on, role);
    for (const address of ['', `/${message}`, `/${message}/html`]) {
      const page = await person.get(`/admin/outbox${address}`);
      expect([address, page.status]).toEqual([address, 403]);
      expect(page.html).not.toMatch(PERSONAL_LINK);
    }
  });

  it('leads somebody who is not signed in to the sign-in page', async () => {
    const page = await visitor(on.app).get(`/admin/outbox/${message}`);
    expect(page.path).toBe(`/sign-in?to=${encodeURIComponent(`/admin/outbox/${message}`)}`);
  });

  it('does not fail over a mail that was sealed with another key', async () => {
    const sealed = on.services.connection.collection('sealedMails');
    await sealed.updateOne({ _id: message as never }, { $set: { sealed: Buffer.alloc(64, 7) } });
    const page = await admin.get(`/admin/outbox/${message}`);
    expect(page.status).toBe(200);
    expect(page.text('main')).toContain('The text of this mail is not kept');
    expect((await admin.get(`/admin/outbox/${message}/html`)).status).toBe(404);
  });

  it('has no page for a message that does not exist', async () => {
    for (const id of ['000000000000000000000000', 'x', '%00'])
      expect((await admin.get(`/admin/outbox/${id}`)).status).toBe(404);
  });

  it('works the outbox by itself', async () => {
    const wanted = { key: 'one more', template: 'invitation' as const, about: {} };
    await on.services.messages.enqueue(wanted, on.services.clock());
    const workers = startWorkers(on.services);
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await on.services.messages.counts()).queued === 0) break;
      await sleep(20);
    }
    await workers.stop();
    expect((await on.services.messages.counts()).queued).toBe(0);
  });
});

describe('a server that others can reach, without a mail server', () => {
  let on: TestApp;

  beforeAll(async () => {
    on = await testApp({ publicUrl: 'https://questionnaire.example.org' });
    await openedRound(on);
  });
  afterAll(() => on.close());

  it('does not work the outbox, and says so in its log', async () => {
    const workers = startWorkers(on.services);
    await sleep(300);
    await workers.stop();
    expect(await on.services.messages.counts()).toMatchObject({ queued: 7, accepted: 0 });
    expect(on.logged.join('\n')).toContain('No SMTP_URL is set');
  });

  it('does not show a mail, even if one lies there from before', async () => {
    await mailWorker(on.services, null).drain();
    const [kept] = await on.services.messages.list({ status: 'accepted' }, 1);
    expect(await on.services.messages.findSealed(kept?._id ?? '')).not.toBeNull();
    const admin = await signedInOverHttps(on, 'admin');
    const page = await admin.get(`/admin/outbox/${kept?._id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('The text of this mail is not kept');
    expect(page.text).not.toMatch(PERSONAL_LINK);
    expect((await admin.get(`/admin/outbox/${kept?._id}/html`)).status).toBe(404);
  });
});
