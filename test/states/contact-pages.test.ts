/** The register on the admin's pages: contacts are found, added, changed, removed and brought back. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { freshLink, invite, remind } from '../../server/invitations/invite.ts';
import { mailLostLinks } from '../../server/invitations/lost-link.ts';
import { peopleOf } from '../../server/responses/people.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts } from '../../server/states/load.ts';
import { removeContact, restoreContact } from '../../server/states/register.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { CAST, linkFor, openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let round: Round;
let admin: Visitor;
beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on, {
    contacts: `${CAST}CIV,affected,Chloé N’Guessan,Directrice,chloe@ministère.example,fr\nSDN,affected,مُحَمَّد الحدّاد,مدير,m@example.org,ar\n`,
    invited: false,
  });
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

const names = (page: SeenPage) => page.all('tbody th a').map((one) => one.text);
const find = (query: string) => admin.get(`/admin/contacts?${query}`);
const contactOf = async (state: string, audience = 'affected') => {
  const [contact] = await on.services.contacts.everyoneOf(state, audience);
  if (!contact) throw new Error(`no contact of ${state}`);
  return contact;
};
const pageOf = async (state: string, audience = 'affected') =>
  admin.get(`/admin/contacts/${(await contactOf(state, audience))._id}`);
const lastEvent = async () => (await on.services.audit.list(1))[0];

describe('the register', () => {
  it('shows everybody by State, with a link to the contact and to the State', async () => {
    const page = await admin.get('/admin/contacts');
    expect(page.text('h2')).toBe('9 contacts');
    expect(names(page)).toEqual([
      'Alice Chan',
      'Chantal Mbaye',
      'Chloé N’Guessan',
      'Bob Haddad',
      'Dora Lund',
      'مُحَمَّد الحدّاد',
      'Emine Demir',
      'Emre Kaya',
      'Fred Grant',
    ]);
    const [row] = page.all('tbody tr');
    expect(row?.querySelector('td a')?.getAttribute('href')).toBe('?state=KHM');
    // An address in other letters is shown both ways.
    expect(page.text('tbody')).toContain('chloe@ministère.example chloe@xn--ministre-60a.example');
  });

  it.each([
    ['a name', 'find=mbaye', ['Chantal Mbaye']],
    ['two words in any order', 'find=kaya+emre', ['Emre Kaya']],
    ['a State in English', 'find=chad', ['Chantal Mbaye']],
    ['a State in French, without its accents', 'find=cote+divoire', []],
    ['a State with another apostrophe', "find=COTE+D'IVOIRE", ['Chloé N’Guessan']],
    ['a State in Arabic', 'find=العراق', ['Bob Haddad']],
    ['a State by its code', 'find=nor', ['Dora Lund']],
    ['an address', 'find=fred@example.org', ['Fred Grant']],
    ['a part of an address', 'find=emine@', ['Emine Demir']],
    ['a domain in its own letters', 'find=ministère.example', ['Chloé N’Guessan']],
    ['a name in Arabic without its vowel signs', 'find=محمد', ['مُحَمَّد الحدّاد']],
    ['a name written with accents apart', 'find=Chloe%CC%81', ['Chloé N’Guessan']],
    ['a post', 'find=counsellor', ['Emre Kaya']],
    ['nothing that is there', 'find=zzz', []],
    ['an audience', 'audience=donor', ['Dora Lund', 'Emre Kaya', 'Fred Grant']],
    ['a State', 'state=TUR', ['Emine Demir', 'Emre Kaya']],
    ['a State and an audience', 'state=TUR&audience=donor', ['Emre Kaya']],
    ['operators of the database', 'find[$ne]=x&state[$gt]=', 9],
  ])('is searched by %s', async (_what, query, expected) => {
    const found = names(await find(query));
    if (typeof expected === 'number') expect(found).toHaveLength(expected);
    else expect(found).toEqual(expected);
  });

  it('goes on over pages when there are many', async () => {
    const rows = Array.from({ length: 230 }, (_, n) => `FRA,donor,P${n},,p${n}@example.org,fr`);
    const csv = ['state,audience,name,post,email,language', ...rows].join('\n');
    await loadContacts(on.services, csv, ['donor'], { dryRun: false, actor: SYSTEM });
    const first = await find('state=FRA&find=p');
    expect([first.text('h2'), names(first).length]).toEqual(['230 contacts', 100]);
    const next = first.root.querySelector('a[rel="next"]')?.getAttribute('href') ?? '';
    expect(next.replaceAll('&amp;', '&')).toBe('?find=p&state=FRA&page=2');
    expect(names(await find('state=FRA&page=3'))).toHaveLength(30);
    expect(names(await find('state=FRA&page=99'))).toHaveLength(30);
    await on.services.connection.collection('contacts').deleteMany({ state: 'FRA' });
  });
});

describe('a contact by hand', () => {
  const NEW = { state: 'NOR', audience: 'affected', name: 'Nora Berg', post: '', language: 'en' };
  const add = async (fields: object) =>
    admin.submit(await admin.get('/admin/contacts/new'), '#contact', { ...NEW, ...fields });

  it('is added, with its row in the audit', async () => {
    const page = await add({ email: 'nora@MÜNCHEN.example', zone: 'Asia/Tokyo' });
    expect(page.text('.done-note')).toBe('The contact was added.');
    expect(page.text('.facts')).toContain(
      'nora@münchen.example Mail goes to nora@xn--mnchen-3ya.example',
    );
    const contact = await contactOf('NOR');
    expect(contact).toMatchObject({ name: 'Nora Berg', zone: 'Asia/Tokyo', language: 'en' });
    expect(await lastEvent()).toMatchObject({
      event: 'contact.added',
      subject: { kind: 'contact', id: contact._id },
      details: { state: 'NOR', audience: 'affected' },
    });
  });

  it.each([
    ['no name', { name: '  ' }, 'name', 'The name is missing.'],
    ['no State', { state: '' }, 'state', 'The State is missing.'],
    ['no audience', { audience: [] }, 'audience', 'Audience "" is not one of affected, donor.'],
    [
      'a post that is too long',
      { post: 'x'.repeat(201) },
      'post',
      'Name or post has more than 200 characters.',
    ],
    [
      'two addresses',
      { email: 'a@example.org, b@example.org' },
      'email',
      /no mail address but several/,
    ],
    [
      'an address with a name',
      { email: 'Nora <n@example.org>' },
      'email',
      /write the address alone/,
    ],
    ['no language', { language: '' }, 'language', /^Language "" is not one of/],
    ['a zone that is none', { zone: 'Oslo' }, 'zone', 'There is no time zone "Oslo".'],
  ])(
    'with %s comes back with what was typed, and the message at the field',
    async (_what, wrong, field, message) => {
      const before = await on.services.contacts.everyone();
      const page = await add({ email: 'new@example.org', ...wrong });
      expect(page.status).toBe(422);
      const text = page.text(`#error-${field}`).replace(/^Error:? ?/, '');
      if (typeof message === 'string') expect(text).toContain(message);
      else expect(text.replace(/^.*?(?=[A-Z"])/, '')).toMatch(message);
      const typed = { ...NEW, email: 'new@example.org', ...wrong } as Record<string, string>;
      expect(page.root.querySelector('#name')?.getAttribute('value')).toBe(typed['name']);
      expect(
        page.root
          .querySelector('#email')
          ?.getAttribute('value')
          ?.replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>'),
      ).toBe(typed['email']);
      expect(page.text('.summary a')).not.toBe('');
      expect(await on.services.contacts.everyone()).toEqual(before);
    },
  );

  it('that is there already is shown with a link to it', async () => {
    const alice = await contactOf('KHM');
    const page = await add({ state: 'KHM', email: 'ALICE@example.org' });
    expect(page.status).toBe(422);
    expect(page.text('#error-email')).toContain(
      'This State and audience have a contact with this address.',
    );
    expect(page.root.querySelector('.note a')?.getAttribute('href')).toBe(
      `/admin/contacts/${alice._id}`,
    );
  });

  it('is changed and stays the same contact; what did not change leaves no trace', async () => {
    const before = await contactOf('KHM');
    const page = await admin.submit(await pageOf('KHM'), '#contact', {
      email: 'alice.new@example.org',
    });
    expect(page.text('.done-note')).toBe('The contact was saved.');
    const after = await contactOf('KHM');
    expect(after).toEqual({
      ...before,
      email: 'alice.new@example.org',
      address: 'alice.new@example.org',
    });
    const row = await lastEvent();
    expect(row).toMatchObject({ event: 'contact.changed', details: { fields: ['email'] } });
    await admin.submit(page, '#contact');
    expect(await lastEvent()).toEqual(row);
    await admin.submit(page, '#contact', { email: 'alice@example.org' });
  });

  it('does not move to another State, whatever a form says', async () => {
    const page = await pageOf('KHM');
    await admin.submit(page, '#contact', { state: 'TCD', audience: 'donor', name: 'Alice Moved' });
    expect(await contactOf('KHM')).toMatchObject({
      state: 'KHM',
      audience: 'affected',
      name: 'Alice Moved',
    });
    await admin.submit(page, '#contact', { name: 'Alice Chan' });
  });

  it('does not take the address of another contact of the same State', async () => {
    const csv = 'state,audience,name,post,email,language\nKHM,affected,Sok,P,sok@example.org,en\n';
    await loadContacts(on.services, csv, ['affected'], { dryRun: false, actor: SYSTEM });
    const page = await admin.submit(await pageOf('KHM'), '#contact', { email: 'Sok@example.org' });
    expect(page.status).toBe(422);
    expect(page.text('.note a')).toBe('Sok');
    await on.services.connection.collection('contacts').deleteMany({ name: 'Sok' });
  });

  it('leads to the answers of its State in each round it was asked in', async () => {
    expect((await pageOf('TCD')).text('.facts')).toContain(
      'The State has not been asked as this yet.',
    );
    await invite(on.services, round, { dryRun: false, actor: SYSTEM });
    const [link] = (await pageOf('TCD')).all('.facts a[href^="/results/"]');
    expect(link?.getAttribute('href')).toBe(`/results/${SLUG}/states/TCD/affected`);
    expect((await admin.get(link?.getAttribute('href') ?? '')).text('h1')).toContain('Chad');
  });

  it.each(['nothing', '000000000000000000000000', '$ne'])('%s is none', async (id) => {
    expect((await admin.get(`/admin/contacts/${id}`)).status).toBe(404);
  });
});

describe('a contact that was removed', () => {
  const remove = async (fields: object, state = 'IRQ') =>
    admin.submit(await pageOf(state), 'form[action$="/removal"]', fields as never);

  it('needs a reason, and one that can be read', async () => {
    for (const [reason, message] of [
      ['  ', 'Give a reason.'],
      ['x'.repeat(501), 'Use at most 500 characters.'],
    ]) {
      const page = await remove({ reason });
      expect([page.status, page.text('#error-reason')]).toEqual([
        422,
        expect.stringContaining(message as string),
      ]);
    }
    expect((await contactOf('IRQ')).archived).toBeUndefined();
  });

  it('is out of the register and every selection, and its record stays with day and reason', async () => {
    const before = await invite(on.services, round, { dryRun: true, actor: SYSTEM });
    const link = await linkFor(on, round, 'IRQ', 'affected');
    const page = await remove({ reason: 'Left the ministry' });
    expect(page.text('.note')).toContain('Removed on 2 May 2023, 08:00 (UTC) Left the ministry');
    expect(page.all('#contact')).toEqual([]);
    const bob = await contactOf('IRQ');
    expect(bob.archived).toEqual({ at: on.services.clock(), reason: 'Left the ministry' });
    expect(await lastEvent()).toMatchObject({ event: 'contact.removed', subject: { id: bob._id } });

    expect(names(await admin.get('/admin/contacts'))).not.toContain('Bob Haddad');
    const removed = await find('shown=removed');
    expect(names(removed)).toEqual(['Bob Haddad']);
    expect(removed.text('tbody')).toContain('Left the ministry');

    const after = await invite(on.services, round, { dryRun: true, actor: SYSTEM });
    expect(after.selected).toBe(before.selected - 1);
    expect(after.skipped).toContainEqual({
      state: 'IRQ',
      audience: 'affected',
      reason: 'no contact',
    });
    const reminded = await remind(on.services, round, { dryRun: true, actor: SYSTEM });
    expect(reminded.skipped).toContainEqual({
      state: 'IRQ',
      audience: 'affected',
      reason: 'no contact',
    });
    expect(await mailLostLinks(on.services, 'bob@example.org')).toBe(0);
    // The link of Bob's was ended with it, and a new one is nobody's.
    expect((await visitor(on.app).get(link)).status).not.toBe(200);
    await freshLink(on.services, round, { state: 'IRQ', audience: 'affected' }, SYSTEM);
    const newest = (
      await on.services.links.ofInvitation(
        (await on.services.invitations.ofState(SLUG, 'IRQ', 'affected'))?._id ?? '',
      )
    ).at(-1);
    expect(newest?.contact).toBeNull();
  });

  it('gets no mail that was queued before either, and the outbox still says whose it was', async () => {
    await on.sendMail();
    const bob = await contactOf('IRQ');
    const message = (await on.services.messages.list({}, 100)).find(
      (one) => one.contact === bob._id,
    );
    expect(message).toMatchObject({
      status: 'cancelled',
      reply: 'the contact was removed from the register',
    });
    const page = await admin.get(`/admin/outbox/${message?._id}`);
    expect(page.text('.facts')).toContain('Bob Haddad bob@example.org');
  });

  it('comes back by the button on its page', async () => {
    const page = await admin.submit(await pageOf('IRQ'), 'form[action$="/return"]');
    expect(page.text('.done-note')).toBe('The contact is in the register again.');
    expect(names(await admin.get('/admin/contacts'))).toContain('Bob Haddad');
    expect(await lastEvent()).toMatchObject({ event: 'contact.restored' });
  });

  it('keeps the link, when that is wished, and is named still where it wrote and asked', async () => {
    const { visitor: chantal, base } = await respondent(on, round, 'TCD');
    await chantal.submit(await chantal.get(`${base}/extension`), 'main form', {
      day: '2023-07-10',
      reason: 'More time, please.',
    });
    const page = await remove({ reason: 'On leave', endLinks: [] }, 'TCD');
    expect(page.status).toBe(200);
    expect((await chantal.get(base)).status).toBe(200);
    expect((await admin.get(`/admin/rounds/${SLUG}`)).text('#requests')).toContain('Chantal Mbaye');
    const invitation = await on.services.invitations.ofState(SLUG, 'TCD', 'affected');
    if (!invitation) throw new Error('not invited');
    const people = [...(await peopleOf(on.services, invitation)).values()];
    expect(people.map(({ name }) => name)).toContain('Chantal Mbaye');
    await restoreContact(on.services, await contactOf('TCD'), SYSTEM);
  });

  it('hears nothing of a colleague who was asked before', async () => {
    const { visitor: alice, base } = await respondent(on, round, 'KHM');
    await alice.submit(await alice.get(`${base}/colleagues`), '#colleague', {
      name: 'Sok',
      email: 'sok@example.org',
      sections: ['a45'],
    });
    const invitation = base.slice(-24);
    const [delegate] = await on.services.delegates.of(invitation);
    const contact = await contactOf('KHM');
    await removeContact(on.services, contact, { reason: 'x', endLinks: false }, SYSTEM);
    const news = {
      key: 'news',
      template: 'delegation-news' as const,
      round: SLUG,
      invitation,
      contact: contact._id,
      about: { delegate: delegate?._id ?? '' },
    };
    await on.services.messages.enqueue(news, on.services.clock());
    await on.sendMail();
    const sent = (await on.services.messages.list({}, 100)).find((one) => one.key === 'news');
    expect(sent?.reply).toBe('the contact was removed from the register');
    await restoreContact(on.services, contact, SYSTEM);
  });

  it('is back when the secretariat confirms a request that names the same person', async () => {
    const csv = 'state,audience,name,post,email,language\nTUR,affected,Ece,P,ece@example.org,en\n';
    await loadContacts(on.services, csv, ['affected'], { dryRun: false, actor: SYSTEM });
    const [, ece] = await on.services.contacts.of('TUR', 'affected');
    if (!ece) throw new Error('no contact');
    await removeContact(on.services, ece, { reason: 'x', endLinks: false }, SYSTEM);
    const { visitor: emine, base } = await respondent(on, round, 'TUR');
    await emine.submit(await emine.get(`${base}/right-person`), '#person', {
      who: 'other',
      name: 'Ece',
      email: 'ECE@example.org',
      language: 'en',
    });
    const [referral] = await on.services.referrals.openOfRound(SLUG);
    await admin.submit(
      await admin.get(`/admin/rounds/${SLUG}`),
      `form[action$="/referrals/${referral?._id}"]`,
      { decision: 'confirm' },
    );
    const [, after] = await on.services.contacts.of('TUR', 'affected');
    expect([after?._id, after?.archived]).toEqual([ece._id, undefined]);
  });

  it('is removed once, by whoever presses first', async () => {
    const emre = await contactOf('TUR', 'donor');
    await removeContact(on.services, emre, { reason: 'First', endLinks: false }, SYSTEM);
    await removeContact(on.services, emre, { reason: 'Second', endLinks: false }, SYSTEM);
    expect((await contactOf('TUR', 'donor')).archived?.reason).toBe('First');
  });

  it('is named to whoever adds it again, and can be had back from there', async () => {
    const page = await admin.submit(await admin.get('/admin/contacts/new'), '#contact', {
      state: 'TUR',
      audience: 'donor',
      name: 'Emre Kaya',
      email: 'emre@example.org',
      language: 'en',
    });
    expect(page.status).toBe(422);
    expect(page.text('.note')).toBe(
      'Emre Kaya was removed; on the page is a button to bring the contact back.',
    );
  });
});
