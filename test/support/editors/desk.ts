/** Editors without pages: the same functions in the same order as the routes, on the same database. */
import { TransactionExpired } from '../../../server/db/connection.ts';
import type { Fields } from '../../../server/questionnaire/answers.ts';
import { checkPage } from '../../../server/responses/check-page.ts';
import { conflictOf } from '../../../server/responses/conflict.ts';
import { fieldsOf } from '../../../server/responses/fields.ts';
import { fingerprint, markField } from '../../../server/responses/fingerprint.ts';
import { type Draft, type Response, statusOf } from '../../../server/responses/response.ts';
import { saveSection } from '../../../server/responses/save.ts';
import { findSeat, type Seat } from '../../../server/responses/seat.ts';
import { submit } from '../../../server/responses/submit.ts';
import { fileField } from '../../../server/responses/uploads.ts';
import type { TestApp } from '../app.ts';
import type { Editor, Sheet } from './editor.ts';
import { FILE, SECTIONS, type SectionName, type Shared } from './round.ts';

const PDF = { field: fileField(FILE), name: 'plan.pdf', content: Buffer.from('%PDF-1.4\n%%EOF\n') };

/** @param example one of the invitations; the seats of the others differ from its seat in link, invitation and response */
export async function deskEditors({ services }: TestApp, example: Shared) {
  const ids = example.links.map(({ _id }) => _id);
  const seat = await findSeat(services, ids, example.invitation, 'en');
  if (!seat) throw new Error('nobody can sit down');
  let pages = 0;

  return async ({ invitation, links }: Shared, who: number): Promise<Editor> => {
    const link = links[who];
    if (!link) throw new Error(`there is no editor ${who}`);
    const found = async (): Promise<Response> => {
      const response = await services.responses.find(invitation);
      if (!response) throw new Error('the response is gone');
      return response;
    };
    const now = async (): Promise<Seat> => {
      const response = await found();
      return { ...seat, link, response, invitation: { ...seat.invitation, _id: invitation } };
    };
    const key = () => `${link._id}-${++pages}`;

    return {
      open: async (section) => sheetOf(seat, section, await found(), key()),

      async save(sheet, words, attach) {
        const { section } = sheet;
        const here = await now();
        const posted = { ...sheet.form, ...words };
        const files = { uploads: attach ? [PDF] : [], asked: attach ? FILE : null, removed: null };
        const seen = Number(sheet.form['revision']);
        const result = await pressed(() =>
          saveSection(services, here, section, seen, posted, 'en', files),
        );
        if (result.ok) return { kind: 'saved' };
        if (result.reason !== 'conflict') throw new Error(`a save was refused: ${result.reason}`);
        const { current, read } = result;
        const { draft, theirs } = conflictOf(here, section, current, read.draft, posted);
        const beside = [...theirs].map(([id, lines]) => [id, textOf(lines, seat)]);
        const next = sheetOf(seat, section, current, key(), draft);
        return { kind: 'conflict', sheet: { ...next, theirs: Object.fromEntries(beside) } };
      },

      async check() {
        const here = await now();
        if (statusOf(here.response) === 'submitted') return { form: null };
        const { seen, submissions } = checkPage(here).locals as Record<string, unknown>;
        return { form: { sections: String(seen), submissions: String(submissions) } };
      },

      async submit(form) {
        const sections = String(form['sections'])
          .split(' ')
          .filter(Boolean)
          .map((pair) => pair.split(':'))
          .map(([id, revision]) => [id, Number(revision)]);
        const seen = {
          submissions: Number(form['submissions']),
          sections: Object.fromEntries(sections),
        };
        const by = { name: `Editor ${who}`, post: 'Director', email: 'editor@example.org' };
        const result = await pressed(async () => submit(services, await now(), by, seen));
        if (result.ok) return { kind: 'receipt' };
        if (result.reason !== 'seen') throw new Error(`refused as ${result.reason}`);
        return { kind: 'refused' };
      },
    };
  };
}

/** On a machine that is too busy the page says "try again", and whoever sees it presses the same button once more. */
async function pressed<T>(press: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await press();
    } catch (error) {
      if (!(error instanceof TransactionExpired) || tries === 5) throw error;
    }
  }
}

/** @param draft what stands in the fields, where that is not what is stored */
function sheetOf(
  { questionnaire }: Seat,
  section: SectionName,
  stored: Response,
  key: string,
  draft: Draft = stored.draft,
): Sheet {
  const questions = questionnaire.questions(section);
  const revision = String(stored.sections[section]?.revision ?? 0);
  const form: Fields = { revision, key, shown: questions.map(({ id }) => id) };
  for (const question of questions) {
    form[markField(question.id)] = fingerprint(question.id, stored.draft);
    Object.assign(form, fieldsOf(question, draft, 'en'));
  }
  const words = Object.fromEntries(SECTIONS[section].map((id) => [id, String(form[id] ?? '')]));
  return { section, form: { ...form, ...words } as Sheet['form'], words, theirs: {} };
}

const textOf = (lines: string[], { voice }: Seat): string =>
  lines.join(' ') === voice.t('answers.none') ? '' : lines.join(' ');
