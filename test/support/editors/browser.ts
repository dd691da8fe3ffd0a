/** An editor whose browser has no JavaScript: everything goes through HTTP and the pages. */
import { parse } from 'node-html-parser';
import { voiceOf } from '../../../server/texts.ts';
import type { TestApp } from '../app.ts';
import { type Fields, fieldsOfForm } from '../visitor.ts';
import type { CheckPage, Editor, Saved, Sheet, Submitted, Words } from './editor.ts';
import { FILE, SECTIONS, type SectionName, type Shared } from './round.ts';

const PDF = new Blob(['%PDF-1.4\n%%EOF\n']);

/** Opens the personal link. */
export async function browserEditor(
  { url }: TestApp,
  { invitation, tokens }: Shared,
  who: number,
): Promise<Editor> {
  const opened = await fetch(`${url}/r/${tokens[who]}`, { redirect: 'manual' });
  await opened.arrayBuffer();
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const base = `${url}/r/${invitation}`;

  const send = async (address: string, init: RequestInit = {}) => {
    const answer = await fetch(address, { ...init, redirect: 'manual', headers: { cookie } });
    return {
      status: answer.status,
      to: answer.headers.get('location') ?? '',
      html: await answer.text(),
    };
  };
  const page = async (path: string) => {
    const { status, html } = await send(`${base}/${path}`);
    if (status !== 200) throw new Error(`${path} came with ${status}`);
    return html;
  };

  return {
    open: async (section: SectionName): Promise<Sheet> => sheetOf(section, await page(section)),

    async save(sheet, words, attach): Promise<Saved> {
      const go = attach ? `attach:${FILE}` : 'later';
      const body = encode({ ...sheet.form, ...words, go }, attach);
      const { status, html } = await send(`${base}/${sheet.section}`, { method: 'POST', body });
      if (status === 303) return { kind: 'saved' };
      if (status === 409) return { kind: 'conflict', sheet: sheetOf(sheet.section, html) };
      throw new Error(`a save of ${sheet.section} came back with ${status}`);
    },

    async check(): Promise<CheckPage> {
      const form = parse(await page('check')).querySelector('#submit');
      return { form: form && fieldsOfForm(form) };
    },

    async submit(form): Promise<Submitted> {
      const body = encode({ ...form, confirm: 'yes' }, false);
      const { status, to } = await send(`${base}/submission`, { method: 'POST', body });
      if (status === 303 && to.endsWith('/receipt')) return { kind: 'receipt' };
      if (status === 409) return { kind: 'refused' };
      throw new Error(`a submission came back with ${status}`);
    },
  };
}

function encode(fields: Fields, file: boolean): URLSearchParams | FormData {
  const body = file ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) body.append(name, one);
  if (body instanceof FormData) body.append(`${FILE}.file`, PDF, 'plan.pdf');
  return body;
}

const NOTHING = voiceOf('en').t('answers.none');

function sheetOf(section: SectionName, html: string): Sheet {
  const root = parse(html);
  const form = root.querySelector('#section');
  if (!form) throw new Error(`there is no form for ${section}`);
  const fields = fieldsOfForm(form);
  const theirs: Words = {};
  for (const id of SECTIONS[section]) {
    const said = root.querySelectorAll(`#theirs-${id} li`).map((line) => line.text.trim());
    if (said.length > 0) theirs[id] = said.join(' ') === NOTHING ? '' : said.join(' ');
  }
  const words = Object.fromEntries(SECTIONS[section].map((id) => [id, String(fields[id] ?? '')]));
  return { section, form: fields, words, theirs };
}
