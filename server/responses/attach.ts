/** Takes a file for a file question, or takes one off, in the transaction that changes the answer. */
import { createHash } from 'node:crypto';
import { newId } from '../db/record.ts';
import type { Link } from '../invitations/invitation.ts';
import type { FileAnswer } from '../questionnaire/answers.ts';
import type { AskedOf } from '../questionnaire/questionnaire.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { safeName, typeOfContent } from './file-content.ts';
import type { Response } from './response.ts';

export type AttachResult =
  | { ok: true }
  | {
      ok: false;
      reason: 'closed' | 'empty' | 'tooMany' | 'tooLarge' | 'type' | 'unreadable' | 'conflict';
    };

type Place = { response: Response; round: Round; link: Link; question: AskedOf<'file'> };

export async function attach(
  services: Services,
  place: Place,
  upload: { name: string; content: Buffer },
): Promise<AttachResult> {
  const { response, round, question } = place;
  const now = services.clock();
  if (!mayWrite(round, now).ok) return { ok: false, reason: 'closed' };
  const before = response.draft.answers[question.id] as FileAnswer | undefined;
  const files = before?.files ?? [];
  if (upload.content.length === 0) return { ok: false, reason: 'empty' };
  if (files.length >= question.maxFiles) return { ok: false, reason: 'tooMany' };
  if (upload.content.length > question.maxMebibytes * 1_048_576)
    return { ok: false, reason: 'tooLarge' };
  const type = typeOfContent(upload.content);
  if (!type || !question.accept.includes(type)) return { ok: false, reason: 'type' };
  const file = {
    id: newId(),
    name: safeName(upload.name),
    size: upload.content.length,
    type,
    sha256: createHash('sha256').update(upload.content).digest('hex'),
  };
  const { id, ...rest } = file;
  const record = {
    ...rest,
    _id: id,
    invitation: response._id,
    question: question.id,
    content: upload.content,
    createdAt: now,
  };
  return change(services, place, { ...before, files: [...files, file] }, record);
}

export async function detach(
  services: Services,
  place: Place,
  fileId: string,
): Promise<AttachResult> {
  if (!mayWrite(place.round, services.clock()).ok) return { ok: false, reason: 'closed' };
  const before = place.response.draft.answers[place.question.id] as FileAnswer | undefined;
  const files = (before?.files ?? []).filter((file) => file.id !== fileId);
  // The file itself stays for the revisions that name it.
  const answer = files.length > 0 || before?.url ? { ...before, files } : null;
  return change(services, place, answer, null);
}

async function change(
  services: Services,
  { response, link, question }: Place,
  answer: FileAnswer | null,
  file: Parameters<Services['files']['insert']>[0] | null,
): Promise<AttachResult> {
  const now = services.clock();
  const saved = await services.transaction(async (session) => {
    const of = {
      question: question.id,
      section: question.section,
      answer,
      seen: response.sections[question.section]?.revision ?? 0,
    };
    if (
      !(await services.responses.setFiles(response._id, of, { link: link._id, at: now }, session))
    )
      return false;
    await services.responses.start(response._id, now, session);
    if (file) await services.files.insert(file, session);
    await services.audit.record(
      {
        actor: { kind: 'link', id: link._id },
        event: file ? 'file.attached' : 'file.removed',
        subject: { kind: 'response', id: response._id },
        details: { question: question.id, ...(file ? { sha256: file.sha256 } : {}) },
      },
      now,
      session,
    );
    return true;
  });
  return saved ? { ok: true } : { ok: false, reason: 'conflict' };
}
