/** A submission as it is kept: counted, signed, with its row of codes; and what is written with it in one transaction. */
import { randomInt } from 'node:crypto';
import type { Link } from '../invitations/invitation.ts';
import type { Answers } from '../questionnaire/answers.ts';
import { encodeRow, layoutOf } from '../questionnaire/columns.ts';
import { countedAnswers } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import type { NoteCited, NoteVerbale } from './note-verbale.ts';
import { askedOf, signReceipt } from './receipt.ts';
import {
  type Draft,
  type Response,
  type Review,
  type Submission,
  type Submitter,
  type Uses,
  useOf,
} from './response.ts';

export type RevisionPlace = {
  response: Response;
  questionnaire: Questionnaire;
  round: Round;
  link: Link;
};

/** @param draft with the hidden answers, which are left out here */
export function makeRevision(
  services: Services,
  { response, questionnaire, round, link }: RevisionPlace,
  of: {
    revision: number;
    at: Date;
    by: Submitter;
    draft: Pick<Draft, 'answers' | 'other' | 'uses'>;
    sections: Record<string, number>;
    note?: NoteVerbale | null | undefined;
  },
): Submission {
  const { revision, at, by, draft, sections, note } = of;
  const { audience } = response;
  const answers = countedAnswers(questionnaire, audience, draft.answers);
  const unsigned = {
    revision,
    reference: newReference(),
    submittedAt: at,
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
  return { ...unsigned, receipt: signReceipt(services, askedOf(response, round), unsigned) };
}

/**
 * Revision, audit and the mails with the receipt. False when another submission came first, or a section was saved after the
 * submitter looked: then nothing was written.
 * @param seen the revision of each section that must still stand
 */
export async function keepRevision(
  services: Services,
  { response, round, link }: RevisionPlace,
  submission: Submission,
  of: {
    seen: Record<string, number>;
    receivers: string[];
    note?: NoteVerbale | null | undefined;
    /** Whether the draft holds more than what is submitted. */
    ahead?: boolean;
    review?: Review;
  },
  session: Session,
): Promise<boolean> {
  const { seen, receivers, note, ahead = false, review = 'received' } = of;
  const standing = { ahead, review };
  if (!(await services.responses.submit(response._id, submission, seen, session, standing)))
    return false;
  const { revision, reference, use, submittedAt } = submission;
  await services.audit.record(
    {
      actor: { kind: 'link', id: link._id },
      event: 'response.submitted',
      subject: { kind: 'response', id: response._id },
      details: { revision, reference, use, ...(note ? { note: note._id } : {}) },
    },
    submittedAt,
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
      submittedAt,
      session,
    );
  return true;
}

const cited = ({ reference, dated, scan }: NoteVerbale): NoteCited => ({ reference, dated, scan });

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
