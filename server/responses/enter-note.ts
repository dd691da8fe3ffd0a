/** Lets the secretariat enter the answers of a Note Verbale: keeps the note with its scan, and opens the State's pages. */
import { newId, unlessTaken } from '../db/record.ts';
import type { Invitation } from '../invitations/invitation.ts';
import type { Services } from '../services.ts';
import { type NoteVerbale, type ReadNote, SCAN_QUESTION } from './note-verbale.ts';

/**
 * @param id of the form: sent twice, it is one note
 * @returns null when a note with this id is of another State or person
 */
export async function keepNote(
  services: Services,
  of: { id: string; invitation: Invitation; account: string },
  { note, scan, content }: Extract<ReadNote, { ok: true }>,
): Promise<NoteVerbale | null> {
  const now = services.clock();
  const record: NoteVerbale = {
    _id: of.id,
    invitation: of.invitation._id,
    account: of.account,
    ...note,
    scan: { id: newId(), ...scan },
    createdAt: now,
  };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.notes.insert(record, session);
      const { id, ...file } = record.scan;
      const place = { _id: id, invitation: record.invitation, question: SCAN_QUESTION };
      await services.files.insert({ ...file, ...place, content, createdAt: now }, session);
      await services.audit.record(
        {
          actor: { kind: 'account', id: of.account },
          event: 'note.entered',
          subject: { kind: 'response', id: record.invitation },
          details: { note: record._id, sha256: scan.sha256 },
        },
        now,
        session,
      );
    }),
  );
  if (made) return record;
  const known = await services.notes.find(of.id);
  return known?.invitation === record.invitation && known.account === of.account ? known : null;
}

/** A link for this browser of the secretariat, to the pages of the State; its token goes nowhere. Returns the link's id. */
export async function openForNote(
  services: Services,
  note: NoteVerbale,
  account: string,
): Promise<string> {
  const now = services.clock();
  const { link } = await services.links.mint(
    { invitation: note.invitation, contact: null, message: null, note: note._id, account },
    now,
  );
  await services.audit.record(
    {
      actor: { kind: 'account', id: account },
      event: 'note.opened',
      subject: { kind: 'response', id: note.invitation },
      details: { note: note._id, link: link._id },
    },
    now,
  );
  return link._id;
}
