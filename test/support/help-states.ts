/** Pages on which respondents ask others for help, those of a colleague, and those that need no link, in each state. */
import { SYSTEM } from '../../server/audit/event.ts';
import { type Decision, decideExtension } from '../../server/rounds/extend.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import type { Stage, StatePage } from './respondent-states.ts';
import { linkFor, respondent } from './rounds.ts';
import { type Fields, type Visitor, visitor } from './visitor.ts';

/** Amina waits for answers, Antonio's request was refused; Belma was given more time and works with colleagues. */
export const HELP_CAST = `AFG,affected,Amina Rahimi,Director,amina@example.org,en
AGO,affected,Antonio Neto,Director,antonio@example.org,en
BIH,affected,Belma Kovac,Director,belma@example.org,en
`;
const SECTIONS = ['a43', 'a46'];
const WORDS = 'The ministry is moving.\nنعتذر عن التأخير.';
/** As long as names and addresses are, and longer than a narrow screen. */
const LONG = 'Wolfeschlegelsteinhausenbergerdorff';
const ADDRESS = `${'directorate.'.repeat(3)}international.cooperation@ministry-of-foreign-affairs.example.org`;

type Guest = Awaited<ReturnType<typeof respondent>>;
const invitationOf = ({ base }: Guest) => base.slice(-24);
async function send({ visitor: person, base }: Guest, part: string, form: string, fields: Fields) {
  const page = await person.submit(await person.get(`${base}/${part}`), form, fields);
  if (page.status !== 200) throw new Error(`${part}: ${page.text('.summary')}`);
}

/** A link to a colleague, as a mail would bring it. */
async function delegateLink({ services, url }: TestApp, invitation: string, name: string) {
  const delegates = await services.delegates.of(invitation);
  const delegate = delegates.findLast((one) => one.name === name);
  if (!delegate) throw new Error(`${name} was not asked`);
  const of = { invitation, contact: null, delegate: delegate._id, message: null };
  const { token } = await services.links.mint(of, services.clock());
  return `${url}/r/${token}`;
}

const askColleague = (guest: Guest, name: string) =>
  send(guest, 'colleagues', '#colleague', {
    ...{ name, email: ADDRESS, language: 'fr', sections: SECTIONS, note: WORDS },
  });

export async function prepareHelp(on: TestApp, round: Round): Promise<void> {
  const wish = { day: '2023-07-14', reason: WORDS };
  const decide = async (guest: Guest, decision: Decision) => {
    await send(guest, 'extension', '#extension', wish);
    const extension = await on.services.extensions.latest(invitationOf(guest));
    if (!extension) throw new Error('nothing was asked');
    const done = await decideExtension(on.services, round, extension, decision, SYSTEM);
    if (!done.ok) throw new Error(done.reason);
  };
  const amina = await respondent(on, round, 'AFG');
  await send(amina, 'extension', '#extension', wish);
  await send(amina, 'right-person', '#person', {
    ...{ who: 'other', name: LONG, post: 'Director', email: ADDRESS, language: 'fr', note: WORDS },
  });
  await decide(await respondent(on, round, 'AGO'), { decision: 'refuse', word: WORDS });
  const belma = await respondent(on, round, 'BIH');
  await decide(belma, { decision: 'grant', until: '2023-07-14T18:00', word: WORDS });
  await colleagues(on, belma);
}

/** One is still asked, one has written and finished, one said "not me", and one is not asked any more. */
async function colleagues(on: TestApp, guest: Guest): Promise<void> {
  const [asked, done, declined, revoked] = ['asked', 'done', 'declined', 'revoked'].map(
    (state) => `${LONG} ${state}`,
  ) as [string, string, string, string];
  for (const name of [asked, done, declined, revoked]) await askColleague(guest, name);
  const comes = async (name: string): Promise<Visitor> => {
    const person = visitor(on.app);
    await person.get(await delegateLink(on, invitationOf(guest), name));
    return person;
  };
  const writer = await comes(done);
  await writer.submit(await writer.get(`${guest.base}/a46`), '#section', { a46_03: WORDS }, 'next');
  await writer.submit(await writer.get(`${guest.base}/check`), 'main form');
  const other = await comes(declined);
  await other.submit(await other.get(guest.base), 'form[action$="declined"]', { reason: WORDS });
  const page = await guest.visitor.get(`${guest.base}/colleagues`);
  const line = page.all('ul.people li').find((one) => one.text.includes(revoked));
  const action = line?.querySelector('form')?.getAttribute('action');
  await guest.visitor.submit(page, `form[action="${action}"]`);
}

const named = (name: string, path: string, more: Partial<StatePage> = {}): StatePage => ({
  name,
  path,
  ...more,
});

/** What was asked, as those who asked see it. */
export async function askedStage(on: TestApp, round: Round): Promise<Stage> {
  const links: string[] = [];
  const at = async (state: string) => {
    const link = await linkFor(on, round, state, 'affected');
    links.push(link);
    return (await visitor(on.app).get(link)).path;
  };
  const [amina, antonio, belma] = [await at('AFG'), await at('AGO'), await at('BIH')];
  return {
    state: 'asked',
    links,
    pages: [
      named('extension asked', `${amina}/extension`),
      named('right person said', `${amina}/right-person`),
      named('extension refused', `${antonio}/extension`),
      named('extension refused, error', `${antonio}/extension`, {
        press: { button: '#extension .button', fields: { day: '2023-05-05' } },
      }),
      named('extension granted', `${belma}/extension`),
      named('landing, extended', belma),
      named('section of a colleague', `${belma}/a46`),
      named('check, with colleagues', `${belma}/check`),
      named('colleagues of each kind', `${belma}/colleagues`),
      named('colleagues, error', `${belma}/colleagues`, {
        press: { button: '#colleague .button', fields: { email: 'nobody' } },
      }),
    ],
  };
}

/** What a colleague sees, who has not begun, who has finished, and who is not the right one. */
export async function colleagueStage(on: TestApp, round: Round): Promise<Stage> {
  const belma = await respondent(on, round, 'BIH');
  const amina = await respondent(on, round, 'AFG');
  const link = (state: string) => delegateLink(on, invitationOf(belma), `${LONG} ${state}`);
  const { base } = belma;
  return {
    state: 'colleague',
    links: [await link('asked')],
    pages: [
      ...['', ...SECTIONS, 'check', 'answers', 'print', 'print/answers'].map((part) =>
        named(part || 'landing', part ? `${base}/${part}` : base),
      ),
      named('not found', `${base}/colleagues`),
      // The newest link counts.
      named('landing, finished', base, { open: () => link('done') }),
      named('declined', amina.base, {
        open: async () => {
          await askColleague(amina, 'Fresh');
          return delegateLink(on, invitationOf(amina), 'Fresh');
        },
        press: { button: 'form[action$="declined"] .button', answers: [200] },
      }),
    ],
  };
}

/** What somebody sees who has no link, or none any more. @param submitted a State that has a receipt */
export async function outsideStage(on: TestApp, round: Round, submitted: string): Promise<Stage> {
  const { visitor: person, base } = await respondent(on, round, submitted);
  const lines = (await person.get(`${base}/receipt`)).root.querySelector('.receipt-lines')?.text;
  if (!lines) throw new Error(`${submitted} has no receipt`);
  const button = 'main form .button';
  const verify = (receipt: string, answer: number) => ({
    press: { button, fields: { receipt }, answers: [answer] },
  });
  return {
    state: 'outside',
    links: [await linkFor(on, round, 'AFG', 'affected')],
    pages: [
      named('link needed', '/r/0123456789abcdef01234567'),
      named('lost link', '/r/lost'),
      named('lost link, error', '/r/lost', { press: { button } }),
      named('lost link, sent', '/r/lost', {
        press: { button, fields: { email: ADDRESS }, answers: [200] },
      }),
      named('verify', '/receipts/verify'),
      named('verify, genuine', '/receipts/verify', verify(lines, 200)),
      named('verify, a line is wrong', '/receipts/verify', verify(lines.replace('Key: ', ''), 422)),
      named(
        'verify, forged',
        '/receipts/verify',
        verify(lines.replace(/^State: .*$/m, 'State: KHM'), 422),
      ),
      // Last: the browser has no link from here on.
      named('held', `${(await respondent(on, round, 'AFG')).base}/a46`, {
        press: {
          button: '.actions button[value="next"]',
          fields: { a46_03: WORDS.repeat(8) },
          before: (context) => context.clearCookies({ name: /links$/ }),
          answers: [401],
        },
      }),
    ],
  };
}
