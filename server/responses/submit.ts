/** Turns a draft into a submission: checked, then revision, audit and the receipt's mail in one transaction. */
import { contactsAsked } from '../invitations/asked.ts';
import type { Link } from '../invitations/invitation.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { NoteVerbale } from './note-verbale.ts';
import { overviewOf } from './overview.ts';
import type { Response, Submission, Submitter } from './response.ts';
import { keepRevision, makeRevision } from './revision.ts';

export type SubmitResult =
  | { ok: true; submission: Submission }
  /** `seen`: somebody saved or submitted after the submitter looked. */
  | { ok: false; reason: 'closed' | 'incomplete' | 'seen' };

export async function submit(
  services: Services,
  of: {
    response: Response;
    questionnaire: Questionnaire;
    round: Round;
    link: Link;
    /** The Note Verbale that the answers were entered from. */
    note?: NoteVerbale | null;
  },
  by: Submitter,
  seen: { submissions: number; sections: Record<string, number> },
): Promise<SubmitResult> {
  const { response, questionnaire, round, link, note } = of;
  const { audience, draft } = response;
  const now = services.clock();
  if (!mayWrite(round, now).ok) return { ok: false, reason: 'closed' };
  // A section that nobody had saved when the submitter looked must not have been saved since either.
  const sections = Object.fromEntries(
    questionnaire.sections(audience).map(({ id }) => [id, seen.sections[id] ?? 0]),
  );
  // The same click twice: the first one's submission is the answer to both.
  if (isThe(response, seen.submissions + 1, sections) && response.submitted)
    return { ok: true, submission: response.submitted };
  if (!overviewOf(questionnaire, audience, draft, 'en').complete)
    return { ok: false, reason: 'incomplete' };

  const place = { response, questionnaire, round, link };
  const revision = seen.submissions + 1;
  const submission = makeRevision(services, place, {
    revision,
    at: now,
    by,
    draft,
    sections,
    note,
  });
  const receivers = note ? await receiversOf(services, response) : [link.contact ?? []].flat();
  const done = await services.transaction((session) =>
    keepRevision(services, place, submission, { seen: sections, receivers, note }, session),
  );
  if (done) return { ok: true, submission };
  const current = await services.responses.find(response._id);
  return current?.submitted && isThe(current, submission.revision, sections)
    ? { ok: true, submission: current.submitted }
    : { ok: false, reason: 'seen' };
}

/** Whoever is asked for a State gets to know what was entered in its name. */
async function receiversOf(services: Services, response: Response): Promise<string[]> {
  const invitation = await services.invitations.find(response._id);
  if (!invitation) return [];
  return (await contactsAsked(services, invitation)).map((contact) => contact._id);
}

/** Whether what is submitted is this revision, made of just the sections that the submitter saw. */
const isThe = (
  { submitted }: Response,
  revision: number,
  sections: Record<string, number>,
): boolean =>
  submitted?.revision === revision &&
  Object.entries(sections).every(([id, seen]) => (submitted.sections?.[id] ?? 0) === seen);
