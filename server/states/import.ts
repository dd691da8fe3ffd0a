/** A file of contacts in two steps: looked at, then loaded exactly as it was seen. */
import { newId } from '../db/record.ts';
import type { Services } from '../services.ts';
import { knownAudiences } from './audiences.ts';
import { countsOf, type Decision, digestOf } from './contact-decision.ts';
import type { ContactImport } from './import-store.ts';
import { carryOut, decideNow, onceMore, readContactsFile, readRows } from './load.ts';
import { type Remark, remark } from './remark.ts';

/** Long enough to look through a large file and ask somebody; it holds names and addresses. */
const HOURS_KEPT = 2;

/** Keeps the rows of a file until its owner has looked at them. */
export async function keepFile(
  services: Services,
  file: { name: string; content: Buffer | null },
  account: string,
): Promise<{ ok: true; id: string } | { ok: false; line: number; problem: Remark }> {
  // More than any form of ours takes was not kept.
  if (!file.content) return { ok: false, line: 1, problem: remark('tooLarge') };
  const read = await readContactsFile(services, file.content);
  if (!read.ok) return read;
  const now = services.clock();
  const kept: ContactImport = {
    _id: newId(),
    account,
    fileName: file.name.slice(-200),
    readAs: read.readAs,
    unknown: read.unknown,
    madeAt: now,
    expiresAt: new Date(now.getTime() + HOURS_KEPT * 3_600_000),
    done: null,
  };
  await services.transaction(async (session) => {
    await services.contactImports.insert(kept, read.rows, session);
    await services.audit.record(
      {
        actor: { kind: 'account', id: account },
        event: 'contacts.previewed',
        subject: { kind: 'contacts', id: kept._id },
        details: { rows: read.rows.length, kind: read.readAs.kind },
      },
      now,
      session,
    );
  });
  return { ok: true, id: kept._id };
}

export type Seen = { file: ContactImport; decisions: Decision[]; digest: string };

/** What loading the file would do now. Null when it is over, or somebody else's. */
export async function lookAt(
  services: Services,
  id: string,
  account: string,
): Promise<Seen | null> {
  const file = await services.contactImports.find(id, account, services.clock());
  if (!file) return null;
  const [rows, audiences] = await Promise.all([
    services.contactImports.rows(id),
    knownAudiences(services),
  ]);
  const decisions = await decideNow(services, await readRows(services, rows, audiences));
  return { file, decisions, digest: await digestOf(decisions) };
}

export type Loaded =
  | { ok: true }
  /** `other`: the register is another by now than the one that was looked at. `refused`: only the good rows can be loaded. */
  | { ok: false; reason: 'gone' | 'other' | 'refused' };

/**
 * Loads what was seen under the digest, or nothing. Pressing twice loads once.
 * @param goodOnly leaves the refused rows out; else one of them keeps all from being loaded
 */
export async function loadSeen(
  services: Services,
  of: { id: string; account: string },
  said: { digest: string; goodOnly: boolean },
): Promise<Loaded> {
  const now = services.clock();
  const [rows, audiences] = await Promise.all([
    services.contactImports.rows(of.id),
    knownAudiences(services),
  ]);
  const read = await readRows(services, rows, audiences);
  return onceMore(() =>
    services.transaction(async (session): Promise<Loaded> => {
      const file = await services.contactImports.find(of.id, of.account, now, session);
      if (!file) return { ok: false, reason: 'gone' };
      if (file.done) return { ok: true };
      const decisions = await decideNow(services, read, session);
      if ((await digestOf(decisions)) !== said.digest) return { ok: false, reason: 'other' };
      const counts = countsOf(decisions);
      if (counts.refused > 0 && !said.goodOnly) return { ok: false, reason: 'refused' };
      const done = { at: now, fresh: counts.new, changed: counts.changed };
      await services.contactImports.finish(of.id, done, session);
      const actor = { kind: 'account', id: of.account } as const;
      await carryOut(services, decisions, actor, of.id, session);
      return { ok: true };
    }),
  );
}
