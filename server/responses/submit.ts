/** Turns a draft into a submission: checked, then revision, audit and the receipt's mail in one transaction. */
import { randomInt } from 'node:crypto';
import { contactsAsked } from '../invitations/asked.ts';
import type { Link } from '../invitations/invitation.ts';
import type { Answers } from '../questionnaire/answers.ts';
import { encodeRow, layoutOf } from '../questionnaire/columns.ts';
import { countedAnswers } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { NoteCited, NoteVerbale } from './note-verbale.ts';
import { overviewOf } from './overview.ts';
import { askedOf, signReceipt } from './receipt.ts';
import { type Response, type Submission, type Submitter, type Uses, useOf } from './response.ts';

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

  const answers = countedAnswers(questionnaire, audience, draft.answers);
  const unsigned = {
    revision: seen.submissions + 1,
    reference: newReference(),
    submittedAt: now,
    by,
    link: link._id,
    answers,
    other: otherWords(questionnaire, answers, draft.other),
    use: useOf(answers),
    uses: usesOf(answers, draft.uses),
    ...(note ? { note: cited(note) } : {}),
    sections,
    row: encodeRow(layoutOf(questionnaire, audience), questionnaire, audience, draft.answers),
  };
  const submission: Submission = {
    ...unsigned,
    receipt: signReceipt(services, askedOf(response, round), unsigned),
  };
  const receivers = note ? await receiversOf(services, response) : [link.contact ?? []].flat();
  const done = await services.transaction(async (session) => {
    if (!(await services.responses.submit(response._id, submission, sections, session)))
      return false;
    const { revision, reference, use } = submission;
    await services.audit.record(
      {
        actor: { kind: 'link', id: link._id },
        event: 'response.submitted',
        subject: { kind: 'response', id: response._id },
        details: { revision, reference, use, ...(note ? { note: note._id } : {}) },
      },
      now,
      session,
    );
    for (const contact of receivers)
      await services.messages.enqueue(
        {
          key: `receipt:${response._id}:${revision}${note ? `:${contact}` : ''}`,
          template: 'receipt',
          round: round._id,
          invitation: response._id,
          contact,
          about: { revision },
          priority: 0,
        },
        now,
        session,
      );
    return true;
  });
  if (done) return { ok: true, submission };
  const current = await services.responses.find(response._id);
  return current?.submitted && isThe(current, submission.revision, sections)
    ? { ok: true, submission: current.submitted }
    : { ok: false, reason: 'seen' };
}

const cited = ({ reference, dated, scan }: NoteVerbale): NoteCited => ({ reference, dated, scan });

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

/** The words beside "Other" count where it is chosen; words beside an unticked one stay in the draft. */
function otherWords(
  questionnaire: Questionnaire,
  answers: Answers,
  other: Record<string, string>,
): Record<string, string> {
  const chosen = ([id]: [string, string]) => {
    const option = questionnaire.question(id)?.options.find((candidate) => candidate.text);
    return option !== undefined && [answers[id]].flat().includes(option.value);
  };
  return Object.fromEntries(Object.entries(other).filter(chosen));
}

/** What was said of an answer goes with it; a question that is hidden now says nothing. */
const usesOf = (answers: Answers, uses: Uses = {}): Uses =>
  Object.fromEntries(Object.entries(uses).filter(([id]) => id in answers));

/** No letters that look like digits, so that it can be read out on a bad line. */
const REFERENCE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** "R-7K2M-9QXD-4TPA": 59 random bits. */
function newReference(): string {
  const part = () =>
    Array.from({ length: 4 }, () => REFERENCE_ALPHABET[randomInt(REFERENCE_ALPHABET.length)]).join(
      '',
    );
  return `R-${part()}-${part()}-${part()}`;
}
