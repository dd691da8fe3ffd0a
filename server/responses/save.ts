/** Saves a section's form. Whatever was typed is kept, readable or not; nobody else's text is overwritten unseen. */
import type { AuditEvent } from '../audit/event.ts';
import type { Link } from '../invitations/invitation.ts';
import type { Fields, FileAnswer } from '../questionnaire/answers.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Response } from './response.ts';
import { type ReadSection, readSection } from './section-form.ts';
import { type FileChanges, fileField, NO_FILES } from './uploads.ts';

const MOST_TRIES = 5;

export type SaveResult =
  | { ok: true; read: ReadSection }
  | { ok: false; reason: 'closed'; read: ReadSection }
  /** `current`: the response as somebody else saved it meanwhile. */
  | { ok: false; reason: 'conflict'; read: ReadSection; current: Response };

type Place = { response: Response; questionnaire: Questionnaire; round: Round; link: Link };
type By = { link: string; at: Date };

export async function saveSection(
  services: Services,
  of: Place,
  section: string,
  seen: number,
  posted: Fields,
  language: string,
  files: FileChanges = NO_FILES,
): Promise<SaveResult> {
  const { response, questionnaire, round, link } = of;
  const now = services.clock();
  const place = { audience: response.audience, section, seen };
  const read = readSection(questionnaire, place, response.draft, posted, language, files);
  if (!mayWrite(round, now).ok) return { ok: false, reason: 'closed', read };
  const by = { link: link._id, at: now };
  if (await write(services, response, read, by, files.removed)) return { ok: true, read };
  const current = await attachAnyway(services, of, section, files, by);
  return { ok: false, reason: 'conflict', read, current };
}

/** One update on disk; with files, and the first time, a transaction with what belongs to it. */
async function write(
  services: Services,
  response: Response,
  { change, taken }: ReadSection,
  by: By,
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

/**
 * Somebody else saved first. A browser cannot fill in a file again, and a file beside others overwrites nothing, so
 * files are attached all the same; the words wait on the conflict page.
 * @returns the response as it is then
 */
async function attachAnyway(
  services: Services,
  of: Place,
  section: string,
  files: FileChanges,
  by: By,
): Promise<Response> {
  const { questionnaire, response } = of;
  for (let tries = 1, attached = files.uploads.length === 0; ; tries += 1) {
    const current = await services.responses.find(response._id);
    if (!current) throw new Error(`response ${response._id} is gone`);
    if (attached || tries > MOST_TRIES) return current;
    const ids = questionnaire
      .questions(section)
      .map(({ id }) => id)
      .filter((id) => files.uploads.some((upload) => upload.field === fileField(id)));
    const urls = ids.map((id) => [
      `${id}.url`,
      (current.draft.answers[id] as FileAnswer | undefined)?.url,
    ]);
    const read = readSection(
      questionnaire,
      {
        audience: response.audience,
        section,
        seen: current.sections[section]?.revision ?? 0,
      },
      current.draft,
      { ...Object.fromEntries(urls), shown: ids },
      'en',
      { ...files, removed: null },
    );
    attached = read.taken.length === 0 || (await write(services, current, read, by, null));
  }
}
