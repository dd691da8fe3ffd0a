/** Takes a State's answer to a clarification: confirmed as it stands, or changed and with it a new submission. */
import type { Invitation, Link } from '../invitations/invitation.ts';
import type { Fields } from '../questionnaire/answers.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Response, Submitter } from '../responses/response.ts';
import { keepRevision, makeRevision } from '../responses/revision.ts';
import type { FileChanges } from '../responses/uploads.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import { type ReadAnswer, readAnswer, type SubmittedResponse } from './answering.ts';
import { saidOf } from './asking.ts';
import type { Clarification, ClarificationAnswer } from './clarification.ts';

export type AnswerPlace = {
  clarification: Clarification;
  invitation: Invitation;
  response: Response;
  round: Round;
  link: Link;
  edition: Edition;
};

export type PostedAnswer = {
  /** Of the form: sent twice, it is one answer. */
  key: string;
  fields: Fields;
  language: string;
  by: Submitter;
  remark: string;
  /** The submission that the form showed. */
  revision: number;
  files: FileChanges;
  /** Whether who answers has said all that is needed. */
  isReady: boolean;
};

export type AnswerResult =
  | { ok: true; clarification: Clarification }
  /** `problems`: something cannot be read or is missing, or a new question has come into view. */
  | { ok: false; reason: 'problems'; read: ReadAnswer; response: SubmittedResponse }
  /** `overtaken`: submitted or saved by somebody else since the form was made. */
  | { ok: false; reason: 'overtaken'; read: ReadAnswer; response: SubmittedResponse }
  /** Answered by somebody else, or withdrawn; what was typed was not taken. */
  | { ok: false; reason: 'over'; read: ReadAnswer; clarification: Clarification };

const MOST_TRIES = 10;
/** Ends the transaction when a save or a submission came first. */
class Overtaken extends Error {}

/** @throws when the response was never submitted, about which nobody can ask */
export async function answerClarification(
  services: Services,
  place: AnswerPlace,
  posted: PostedAnswer,
): Promise<AnswerResult> {
  for (let tries = 1; ; tries += 1) {
    const [clarification, stored] = await Promise.all([
      services.clarifications.find(place.clarification._id),
      services.responses.find(place.response._id),
    ]);
    const response = stored && submittedOf(stored);
    if (!clarification || !response) throw new Error('the clarification or its response is gone');
    const read = readAnswer(
      place.edition.source,
      response,
      clarification.questions,
      posted.fields,
      posted.language,
      posted.files,
    );
    if (clarification.status !== 'asked')
      return clarification.answer?.key === posted.key
        ? { ok: true, clarification }
        : { ok: false, reason: 'over', read, clarification };
    if (posted.revision !== response.submitted.revision || read.overtaken)
      return { ok: false, reason: 'overtaken', read, response };
    if (read.problems.length > 0 || read.revealed || !posted.isReady)
      return { ok: false, reason: 'problems', read, response };
    const of = { ...place, clarification, response };
    try {
      const answer = await services.transaction((session) =>
        write(services, of, read, posted, session),
      );
      if (answer)
        return { ok: true, clarification: { ...clarification, status: 'answered', answer } };
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    // A colleague saved something else, or answered, in this moment: what is true now decides.
    if (tries >= MOST_TRIES) return { ok: false, reason: 'overtaken', read, response };
  }
}

export const submittedOf = (response: Response): SubmittedResponse | null =>
  response.submitted ? { ...response, submitted: response.submitted } : null;

/** Null when it is not asked any more. @throws Overtaken */
async function write(
  services: Services,
  of: AnswerPlace & { response: SubmittedResponse },
  read: ReadAnswer,
  posted: PostedAnswer,
  session: Session,
): Promise<ClarificationAnswer | null> {
  const { clarification, response, link, edition } = of;
  const at = services.clock();
  const submission = read.changed
    ? await submitChange(services, of, read, { by: posted.by, at }, session)
    : response.submitted;
  const answer: ClarificationAnswer = {
    key: posted.key,
    at,
    by: posted.by,
    link: link._id,
    remark: posted.remark,
    changed: read.changed,
    reference: read.changed ? submission.reference : '',
    said: saidOf(edition, { submitted: submission }, clarification),
  };
  const change = { status: 'answered', answer } as const;
  if (!(await services.clarifications.move(clarification._id, ['asked'], change, session))) {
    // Nothing of this may stay: somebody else has answered.
    if (read.changed) throw new Overtaken();
    return null;
  }
  await services.audit.record(
    {
      actor: { kind: 'link', id: link._id },
      event: 'clarification.answered',
      subject: { kind: 'clarification', id: clarification._id },
      details: { response: response._id, changed: read.changed },
    },
    at,
    session,
  );
  return answer;
}

/** The draft takes the change over too, so that the next submission does not undo it. */
async function submitChange(
  services: Services,
  of: AnswerPlace & { response: SubmittedResponse },
  { draft, changes, taken, ahead }: ReadAnswer,
  { by, at }: { by: Submitter; at: Date },
  session: Session,
) {
  const { response, round, link, edition } = of;
  const saved = { link: link._id, at, key: null, turn: 0 };
  const seen = Object.fromEntries(
    edition.source
      .sections(response.audience)
      .map(({ id }) => [id, response.sections[id]?.revision ?? 0]),
  );
  for (const change of changes) {
    if (!(await services.responses.saveSection(response._id, change, saved, session)))
      throw new Overtaken();
    seen[change.section] = change.seen + 1;
  }
  for (const { question, file, content } of taken) {
    const { id, ...rest } = file;
    const record = { _id: id, invitation: response._id, question, ...rest };
    await services.files.insert({ ...record, content, createdAt: at }, session);
  }
  const place = { response, questionnaire: edition.source, round, link };
  const submission = makeRevision(services, place, {
    revision: response.submitted.revision + 1,
    at,
    by,
    draft,
    sections: seen,
  });
  const kept = await keepRevision(
    services,
    place,
    submission,
    {
      seen,
      receivers: [link.contact ?? []].flat(),
      ahead,
      review: 'clarification',
    },
    session,
  );
  if (!kept) throw new Overtaken();
  return submission;
}
