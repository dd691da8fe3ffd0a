/** Saves a section's form. Whatever was typed is kept, readable or not; nobody else's text is overwritten unseen. */
import type { AuditEvent } from '../audit/event.ts';
import type { Link } from '../invitations/invitation.ts';
import type { Fields, FileAnswer } from '../questionnaire/answers.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Response, SaveBy } from './response.ts';
import { type ReadSection, readSection } from './section-form.ts';
import { type FileChanges, fileField, NO_FILES } from './uploads.ts';

const MOST_TRIES = 25;

export type SaveResult =
  | { ok: true; read: ReadSection }
  | { ok: false; reason: 'closed'; read: ReadSection }
  /** `current`: the response as somebody else saved it meanwhile. */
  | { ok: false; reason: 'conflict'; read: ReadSection; current: Response };

type Place = { response: Response; questionnaire: Questionnaire; round: Round; link: Link };

export async function saveSection(
  services: Services,
  of: Place,
  section: string,
  seen: number,
  posted: Fields,
  language: string,
  files: FileChanges = NO_FILES,
): Promise<SaveResult> {
  const { questionnaire, round, link } = of;
  const by = { link: link._id, at: services.clock(), ...pageOf(posted) };
  const readFrom = (response: Response, from: number) =>
    readSection(
      questionnaire,
      { audience: response.audience, section, seen: from },
      response.draft,
      posted,
      language,
      files,
    );
  if (!mayWrite(round, by.at).ok)
    return { ok: false, reason: 'closed', read: readFrom(of.response, seen) };
  let response = of.response;
  for (let tries = 1; ; tries += 1) {
    const stored = response.sections[section];
    // The last save came from this very page, whose reply was lost or is still on its way: this one goes on from it.
    const own = by.key !== null && stored?.key === by.key && stored.savedBy === by.link;
    // A save that was overtaken by a later one of its page has nothing to add.
    if (own && by.turn < stored.turn)
      return { ok: true, read: readFrom(response, stored.revision - 1) };
    const read = readFrom(response, own ? stored.revision : seen);
    if (await write(services, response, read, by, files.removed)) return { ok: true, read };
    response = await asStored(services, response._id);
    const again = by.key !== null && response.sections[section]?.key === by.key;
    if (again && tries < MOST_TRIES) continue;
    // Without the page's name: its words have not been saved, so its next save must not pass for going on from here.
    const nameless = { ...by, key: null };
    const current = await attachAnyway(services, { ...of, response }, section, files, nameless);
    return { ok: false, reason: 'conflict', read, current };
  }
}

/** The random name that a page was given when it was made, null for a form without one; and how many saves it has sent. */
const pageOf = (posted: Fields): Pick<SaveBy, 'key' | 'turn'> => {
  const { key, turn } = posted;
  return {
    key: typeof key === 'string' && /^[\w-]{8,32}$/.test(key) ? key : null,
    turn: typeof turn === 'string' && /^\d{1,6}$/.test(turn) ? Number(turn) : 0,
  };
};

/** One update on disk; with files, and the first time, a transaction with what belongs to it. */
async function write(
  services: Services,
  response: Response,
  { change, taken }: ReadSection,
  by: SaveBy,
  removed: string | null,
): Promise<boolean> {
  const { responses, files, audit } = services;
  if (response.startedAt && taken.length === 0 && !removed)
    return responses.saveSection(response._id, change, by);
  return services.transaction(async (session) => {
    const note = (what: Pick<AuditEvent, 'event' | 'details'>) =>
      audit.record(
        {
          actor: { kind: 'link', id: by.link },
          subject: { kind: 'response', id: response._id },
          ...what,
        },
        by.at,
        session,
      );
    if (!(await responses.saveSection(response._id, change, by, session))) return false;
    // The first save marks the start, which is what "started" means everywhere: a person wrote something.
    if (await responses.start(response._id, by.at, session))
      await note({ event: 'response.started' });
    for (const { question, file, content } of taken) {
      const { id, ...rest } = file;
      const of = { _id: id, invitation: response._id, question };
      await files.insert({ ...rest, ...of, content, createdAt: by.at }, session);
      await note({ event: 'file.attached', details: { question, sha256: file.sha256 } });
    }
    // The file itself stays for the revisions that name it.
    if (removed) await note({ event: 'file.removed', details: { file: removed } });
    return true;
  });
}

async function asStored({ responses }: Services, id: string): Promise<Response> {
  const response = await responses.find(id);
  if (!response) throw new Error(`response ${id} is gone`);
  return response;
}

/**
 * Somebody else saved first. A browser cannot fill in a file again, and a file beside others overwrites nothing, so
 * files are attached all the same; the words wait on the conflict page.
 * @param of the response as the other one saved it
 * @returns the response as it is then
 */
async function attachAnyway(
  services: Services,
  of: Place,
  section: string,
  files: FileChanges,
  by: SaveBy,
): Promise<Response> {
  const { questionnaire } = of;
  const ids = questionnaire
    .questions(section)
    .map(({ id }) => id)
    .filter((id) => files.uploads.some((upload) => upload.field === fileField(id)));
  let current = of.response;
  for (let tries = 1; ids.length > 0 && tries <= MOST_TRIES; tries += 1) {
    const { audience, draft, sections } = current;
    const urls = ids.map((id) => [`${id}.url`, (draft.answers[id] as FileAnswer | undefined)?.url]);
    const read = readSection(
      questionnaire,
      { audience, section, seen: sections[section]?.revision ?? 0 },
      draft,
      { ...Object.fromEntries(urls), shown: ids },
      'en',
      { ...files, removed: null },
    );
    if (read.taken.length === 0) break;
    const attached = await write(services, current, read, by, null);
    current = await asStored(services, current._id);
    if (attached) break;
  }
  return current;
}
