/** Saves a section's form. Whatever was typed is kept, readable or not; nobody else's text is overwritten unseen. */
import type { Link } from '../invitations/invitation.ts';
import type { Fields } from '../questionnaire/answers.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Response } from './response.ts';
import { type ReadSection, readSection } from './section-form.ts';

export type SaveResult =
  | { ok: true; read: ReadSection }
  | { ok: false; reason: 'closed'; read: ReadSection }
  /** `current`: the response as somebody else saved it meanwhile. */
  | { ok: false; reason: 'conflict'; read: ReadSection; current: Response };

export async function saveSection(
  services: Services,
  of: { response: Response; questionnaire: Questionnaire; round: Round; link: Link },
  section: string,
  seen: number,
  posted: Fields,
  language: string,
): Promise<SaveResult> {
  const { response, questionnaire, round, link } = of;
  const now = services.clock();
  const place = { audience: response.audience, section, seen };
  const read = readSection(questionnaire, place, response.draft, posted, language);
  if (!mayWrite(round, now).ok) return { ok: false, reason: 'closed', read };
  const by = { link: link._id, at: now };
  const saved = response.startedAt
    ? await services.responses.saveSection(response._id, read.change, by)
    : await startAndSave(services, response, read, by);
  if (saved) return { ok: true, read };
  const current = await services.responses.find(response._id);
  if (!current) throw new Error(`response ${response._id} is gone`);
  return { ok: false, reason: 'conflict', read, current };
}

/** The first save also marks the start, which is what "started" means everywhere: a person wrote something. */
const startAndSave = (
  services: Services,
  response: Response,
  { change }: ReadSection,
  by: { link: string; at: Date },
): Promise<boolean> =>
  services.transaction(async (session) => {
    if (!(await services.responses.saveSection(response._id, change, by, session))) return false;
    if (await services.responses.start(response._id, by.at, session))
      await services.audit.record(
        {
          actor: { kind: 'link', id: by.link },
          event: 'response.started',
          subject: { kind: 'response', id: response._id },
        },
        by.at,
        session,
      );
    return true;
  });
