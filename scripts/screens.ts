/** `npm run screens [FOLDER]`: pictures of the main pages at 360 and 1280 pixels, in English and Arabic, to be looked at. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { bootstrapLink, createAccount } from '../server/accounts/manage.ts';
import { SYSTEM } from '../server/audit/event.ts';
import { readConfig } from '../server/config.ts';
import { freshLink } from '../server/invitations/invite.ts';
import { startServer } from '../server/start.ts';
import { chromiumPath, launch } from '../test/support/chromium.ts';
import { DEMO_ROUND, loadDemo } from './demonstration.ts';

const WIDTHS = [360, 1280];
const LANGUAGES = ['en', 'ar'];
const out = process.argv[2] ?? 'screens';

const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-screens-'));
const config = {
  ...readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' }),
  mailReplyTo: 'help@example.org',
};
const path = chromiumPath();
if (!path) throw new Error('There is no Chromium here: apt-get install chromium');
await mkdir(out, { recursive: true });
const running = await startServer(config, async (services) => {
  await loadDemo(services);
});
const { services, url } = running;
const browser = await launch(path);

try {
  const round = await services.rounds.find(DEMO_ROUND);
  if (!round) throw new Error('no round');
  const invitations = await services.invitations.ofRound(DEMO_ROUND);
  const statuses = new Map(
    (await services.responses.statuses(DEMO_ROUND)).map((one) => [one._id, one.status]),
  );
  const at = (status: string, audience: string) => {
    const found = invitations.find(
      (one) => one.audience === audience && statuses.get(one._id) === status,
    );
    if (!found) throw new Error(`nobody is ${status}`);
    return found;
  };
  const addressOf = async (invitation: { state: string; audience: string }) => {
    const link = await freshLink(services, round, invitation, SYSTEM);
    return `${url}${new URL(link ?? '').pathname}`;
  };
  for (const language of LANGUAGES)
    for (const width of WIDTHS) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      await page.goto(`${url}/language/${language}?back=/sign-in`);
      const shot = (name: string) => picture(page, `${name}-${language}-${width}`);
      await respondent(page, shot, addressOf, at);
      await committee(page, shot);
      await context.close();
    }
} finally {
  await browser.close();
  await running.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  console.log(`${name}${wide > 0 ? `  (${wide} px wider than the screen)` : ''}`);
}

async function respondent(
  page: Page,
  shot: (name: string) => Promise<void>,
  addressOf: (of: { state: string; audience: string }) => Promise<string>,
  at: (status: string, audience: string) => { state: string; audience: string; _id: string },
): Promise<void> {
  const draft = at('draft', 'affected');
  await page.goto(await addressOf(draft));
  await shot('landing');
  const base = page.url();
  await page.goto(`${base}/a45`);
  await shot('matrix');
  await page.goto(`${base}/a42`);
  await page.fill('[name="a42_05.amount"]', 'about a million');
  await page.click('.actions button[value="next"]');
  await shot('error');
  await page.goto(`${base}/check`);
  await shot('check-open');
  for (const part of ['colleagues', 'extension', 'right-person', 'print', 'print/answers']) {
    await page.goto(`${base}/${part}`);
    await shot(part.replace('/', '-'));
  }
  await page.goto(await addressOf(at('submitted', 'donor')));
  const done = page.url();
  await page.goto(`${done}/check`);
  await shot('check');
  await page.goto(`${done}/receipt`);
  await shot('receipt');
  await page.goto(`${url}/receipts/verify`);
  await shot('verify');
  await page.goto(`${url}/r/lost`);
  await shot('lost');
}

async function committee(page: Page, shot: (name: string) => Promise<void>): Promise<void> {
  const email = `looker-${Math.random().toString(36).slice(2)}@example.org`;
  await createAccount(services, { email, role: 'admin' }, SYSTEM);
  const account = await services.accounts.activeByEmail(email);
  if (!account) throw new Error('no account');
  await page.goto(`${url}${new URL(await bootstrapLink(services, account)).pathname}`);
  await shot('sign-in');
  await page.click('main button');
  await shot('results');
  await page.goto(`${url}/results/${DEMO_ROUND}/actions/44`);
  await shot('action');
  await page.goto(`${url}/results/${DEMO_ROUND}/questions/a44_01?answer=yes`);
  await shot('question');
  await page.goto(`${url}/results/${DEMO_ROUND}/indicators/i44a`);
  await shot('indicator');
  for (const part of [
    'actions',
    'matrix',
    'texts?find=support',
    'money',
    'needs',
    'given-and-received',
    'experience',
    'cross?of=a44_01&by=_region',
    'compare',
    'cut-offs',
    'states/TUR',
    'states/TUR/profile',
  ]) {
    await page.goto(`${url}/results/${DEMO_ROUND}/${part}`);
    await shot(part.replaceAll(/\W+/g, '-'));
  }
  await page.goto(`${url}/results/${DEMO_ROUND}/states`);
  await shot('states');
  await page.click('main table a');
  await shot('state');
  await page.goto(`${url}/results/${DEMO_ROUND}/gender?rule=affected-47&part=missing`);
  await shot('gender');
  await page.goto(`${url}/results/${DEMO_ROUND}/gender/reviews`);
  await shot('second-source');
  await page.goto(`${url}/results/${DEMO_ROUND}/clarifications`);
  await shot('clarifications');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}`);
  await shot('round');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/states`);
  await shot('state-of-play');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/states/KHM/affected`);
  await shot('one-state');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/notes/KHM/affected`);
  await shot('note-verbale');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/mailings`);
  await shot('mailings');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/mailings/new?kind=message`);
  await shot('mailing-new');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/mailings/confirm?kind=reminder`);
  await shot('mailing-confirm');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/mailings/preview?kind=reminder`);
  await shot('mailing-preview');
  await page.goto(`${url}/admin/rounds/${DEMO_ROUND}/plan`);
  await shot('reminder-plan');
  await page.goto(`${url}/admin/templates/invitation/en`);
  await shot('mail-text');
  await page.goto(`${url}/admin/outbox`);
  await shot('outbox');
  await page.click('main table a');
  await shot('message');
  await page.goto(`${url}/admin/contacts`);
  await shot('contacts');
  await page.goto(`${url}/admin/contacts/new`);
  await shot('contact-new');
  await page.goto(`${url}/admin/contacts?find=chad`);
  await page.click('main tbody th a');
  await shot('contact');
  await page.goto(`${url}/admin/contacts/file`);
  await shot('contacts-file');
  await page.setInputFiles('#file', {
    name: 'contacts.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(await oddContacts()),
  });
  await page.click('main form button');
  await shot('contacts-preview');
  for (const place of ['bounces', 'deliverability']) {
    await page.goto(`${url}/admin/${place}`);
    await shot(place);
  }
}

/** A file in which some rows are new, some change a contact, and some are refused. */
async function oddContacts(): Promise<string> {
  const [first, second, third] = await services.contacts.all();
  const row = (of: typeof first, name = of?.name) =>
    `${of?.state},${of?.audience},${name},"${of?.post}",${of?.email},${of?.language},`;
  return [
    'state,audience,name,post,email,language,note',
    row(first, 'محمد الحداد'),
    row(second),
    row(third),
    row(third),
    `NOR,affected,Chloé N’Djaména,"Directrice générale",chloe@ministère.example,fr,x`,
    `TCD,donor,Иван Кузнецов,,${first?.email},ru,`,
    'Cambodia,affected,,Director,"Alice <alice@example.org>",English,',
  ].join('\n');
}
