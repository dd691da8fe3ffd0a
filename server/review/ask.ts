/** Asks a State about its answer: the clarification, its mails and the audit in one transaction. */
import { isDuplicate, newId } from '../db/record.ts';
import { writeMailing } from '../invitations/queue-mailing.ts';
import { EVERYBODY, placeOf } from '../invitations/selection.ts';
import type { Services, Session } from '../services.ts';
import type { AskForm, Asking, AskPlace } from './asking.ts';
import { saidAt } from './asking.ts';
import type { Clarification } from './clarification.ts';

export type AskResult =
  | { ok: true; clarification: Clarification }
  /** `nobody`: no contact can get mail. `taken`: one of the questions waits for an answer already. */
  | { ok: false; reason: 'nobody' | 'taken' };

/** @param asking without problems */
export async function ask(
  services: Services,
  place: AskPlace,
  form: AskForm,
  { choice }: Asking,
  account: string,
): Promise<AskResult> {
  const { round, state, response, questions, followUp } = place;
  const before = await services.clarifications.byKey(form.key);
  if (before) return { ok: true, clarification: before };
  if (choice.chosen.length === 0) return { ok: false, reason: 'nobody' };
  const clarification: Clarification = {
    _id: newId(),
    key: form.key,
    round: round._id,
    response: response._id,
    state: state._id,
    audience: response.audience,
    questions,
    followUp,
    title: form.title,
    words: form.words,
    language: form.language,
    due: form.due || null,
    before: saidAt(place),
    status: 'asked',
    askedAt: services.clock(),
    askedBy: account,
    answer: null,
    ended: null,
  };
  try {
    await services.transaction((session) => write(services, place, clarification, choice, session));
    return { ok: true, clarification };
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const first = await services.clarifications.byKey(form.key);
    return first ? { ok: true, clarification: first } : { ok: false, reason: 'taken' };
  }
}

async function write(
  services: Services,
  { round, state, response }: AskPlace,
  clarification: Clarification,
  choice: Asking['choice'],
  session: Session,
): Promise<void> {
  const { _id: id, askedBy, askedAt, questions, audience } = clarification;
  const actor = { kind: 'account', id: askedBy } as const;
  await services.clarifications.insert(clarification, session);
  const places = [placeOf({ state: state._id, audience })];
  const chosen = choice.chosen.map((one) => ({
    ...one,
    key: `clarification:${id}:${one.person.contact._id}`,
  }));
  const about = { clarification: id };
  const wanted = {
    key: `clarification:${id}`,
    kind: 'clarification',
    criteria: { ...EVERYBODY, places },
    about,
  } as const;
  await writeMailing(services, round, wanted, { ...choice, chosen }, actor, session);
  await services.responses.setReview(response._id, 'clarification', session);
  await services.audit.record(
    {
      actor,
      event: 'clarification.asked',
      subject: { kind: 'clarification', id },
      details: { response: response._id, questions: questions.join(' ') },
    },
    askedAt,
    session,
  );
}
