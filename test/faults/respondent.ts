/** A respondent at a browser, over HTTP, who writes down what the server acknowledged: the ledger that the database is held against. */
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'node-html-parser';
import { type Fields, fieldsOfForm } from '../support/visitor.ts';
import type { Invited } from './office.ts';

const SECTION = 'a46';
export const QUESTION = 'a46_03';
const AGAIN_MS = 700;
/** Longer than anybody waits. */
const PATIENCE_MS = 30_000;

/** One request: when, and how it ended; 0 for one that was never answered. */
export type Call = {
  what: 'page' | 'save' | 'submit';
  from: number;
  to: number;
  status: number;
  /** Of a page that says to try again: whether all that was typed is on it. */
  kept: boolean;
};

export type Ledger = {
  invitation: string;
  /** The words of the last save that was acknowledged; null before. */
  saved: string | null;
  /** Those sent since, of which nothing was heard. */
  doubtful: string[];
  /** How many submissions were begun, and how many acknowledged. */
  begun: number;
  submitted: number;
};

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
type Form = { action: string; fields: Fields };

export type Respondent = ReturnType<typeof respondentAt>;

/** @param urlOf the server that takes the next request, as a load balancer would choose it */
export function respondentAt(urlOf: () => string, { invitation, link }: Invited, agent: Agent) {
  const calls: Call[] = [];
  const ledger: Ledger = { invitation, saved: null, doubtful: [], begun: 0, submitted: 0 };
  const base = `/r/${invitation}`;
  let cookie = '';
  let page: Form | null = null;
  let turn = 0;

  async function call(
    what: Call['what'],
    path: string,
    form: Fields | null,
  ): Promise<Answer | null> {
    const from = performance.now();
    const answer = await ask(agent, urlOf() + path, cookie, form).catch(() => null);
    const status = answer?.status ?? 0;
    const kept = status === 503 && form !== null && holds(answer?.body ?? '', form);
    calls.push({ what, from, to: performance.now(), status, kept });
    return answer;
  }

  /** As a person does who is told to try again in a minute, or whose line broke: again, with what is on the page. */
  async function insist(what: Call['what'], path: string, form: Fields | null): Promise<Answer> {
    for (;;) {
      const answer = await call(what, path, form);
      if (answer && answer.status !== 503) return answer;
      await sleep(AGAIN_MS);
    }
  }

  async function formOn(path: string, selector: string): Promise<Form> {
    const { status, body } = await insist('page', path, null);
    const element = parse(body).querySelector(selector);
    if (!element) throw new Error(`${path} (${status}) has no ${selector}`);
    return { action: element.getAttribute('action') ?? path, fields: fieldsOfForm(element) };
  }

  return {
    calls,
    ledger,
    async arrive(): Promise<void> {
      const { headers } = await insist('page', link, null);
      cookie = (headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
      page = await formOn(`${base}/${SECTION}`, '#section');
    },

    /** What the page's script sends while one types. */
    async autosave(words: string): Promise<void> {
      page ??= await formOn(`${base}/${SECTION}`, '#section');
      turn += 1;
      const fields = { ...page.fields, [QUESTION]: words, turn: String(turn), go: 'auto' };
      ledger.doubtful.push(words);
      const { status, body } = await insist('save', page.action, fields);
      if (status !== 200) return;
      const { revision, marks } = JSON.parse(body) as { revision: number; marks: Fields };
      Object.assign(page.fields, marks, { [QUESTION]: words, revision: String(revision) });
      Object.assign(ledger, { saved: words, doubtful: [] });
    },

    /** The page is opened anew, words are changed, and a button is pressed. */
    async save(words: string): Promise<void> {
      const { action, fields } = await formOn(`${base}/${SECTION}`, '#section');
      page = null;
      ledger.doubtful.push(words);
      const sent = { ...fields, [QUESTION]: words, go: 'later' };
      const { status } = await insist('save', action, sent);
      if (status === 303) Object.assign(ledger, { saved: words, doubtful: [] });
    },

    async submit(): Promise<void> {
      const { action, fields } = await formOn(`${base}/check`, '#submit');
      const by = {
        name: 'A person',
        post: 'Director',
        email: 'person@example.org',
        confirm: 'yes',
      };
      ledger.begun += 1;
      const { status } = await insist('submit', action, { ...fields, ...by });
      if (status === 303) ledger.submitted += 1;
    },
  };
}

/** Whether a form of the page would send again all that was sent. */
function holds(html: string, sent: Fields): boolean {
  const form = parse(html).querySelector('main form');
  const kept = form ? fieldsOfForm(form) : {};
  const lines = (value: unknown) => String(value).replace(/\r\n/g, '\n');
  return Object.entries(sent).every(([name, value]) => lines(kept[name]) === lines(value));
}

function ask(agent: Agent, url: string, cookie: string, form: Fields | null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = form && encoded(form);
    const headers = {
      ...(cookie ? { cookie } : {}),
      ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const asked = request(url, { agent, method: body === null ? 'GET' : 'POST', headers });
    asked.once('error', reject);
    asked.setTimeout(PATIENCE_MS, () => asked.destroy(new Error('no answer')));
    asked.once('response', (answer) => {
      buffer(answer).then((content) => {
        const { statusCode = 0, headers: own } = answer;
        resolve({ status: statusCode, headers: own, body: content.toString('utf8') });
      }, reject);
    });
    asked.end(body ?? undefined);
  });
}

function encoded(form: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const one of [value].flat()) query.append(name, one);
  return query.toString();
}
