/** What the database says of a shared response: the texts, the submissions and their receipts. */
import type { Answers } from '../../../server/questionnaire/answers.ts';
import type { TestApp } from '../app.ts';
import type { Words } from './editor.ts';
import { QUESTIONS } from './round.ts';

export type Drafted = {
  words: Words;
  /** How often each section was written. */
  versions: Record<string, number>;
  submissions: number;
  /** The texts of the last submission. */
  submitted: Words | null;
  ahead: boolean;
};

export async function draftOf({ services }: TestApp, invitation: string): Promise<Drafted> {
  const response = await services.responses.find(invitation);
  if (!response) throw new Error('the response is gone');
  const { draft, sections, submitted, ahead } = response;
  return {
    words: wordsOf(draft.answers),
    versions: {
      first: sections['first']?.revision ?? 0,
      second: sections['second']?.revision ?? 0,
    },
    submissions: submitted?.revision ?? 0,
    submitted: submitted && wordsOf(submitted.answers),
    ahead,
  };
}

const wordsOf = (answers: Answers): Words =>
  Object.fromEntries(QUESTIONS.map((id) => [id, String(answers[id] ?? '')]));

/** Each submission is there once, with one row in the audit and one mail with its receipt. */
export async function mustHaveOneReceiptEach(
  { services }: TestApp,
  invitation: string,
  submissions: number,
): Promise<void> {
  const { connection } = services;
  const [revisions, mails, audited] = await Promise.all([
    services.responses.revisions(invitation),
    connection.collection('messages').countDocuments({ invitation, template: 'receipt' }),
    connection
      .collection('audit')
      .countDocuments({ event: 'response.submitted', 'subject.id': invitation }),
  ]);
  const numbers = revisions.map(({ revision }) => revision).sort((a, b) => a - b);
  const wanted = Array.from({ length: submissions }, (_, place) => place + 1);
  const references = new Set(revisions.map(({ reference }) => reference)).size;
  const found = JSON.stringify([numbers, references, mails, audited]);
  if (found !== JSON.stringify([wanted, submissions, submissions, submissions]))
    throw new Error(
      `of ${submissions} submissions there are [revisions, references, mails, audit] ${found}`,
    );
}
