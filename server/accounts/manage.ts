/** Making accounts and the link that a terminal prints. */
import type { Actor } from '../audit/event.ts';
import { newId, unlessTaken } from '../db/record.ts';
import type { Services } from '../services.ts';
import { isMailAddress } from '../states/mail-address.ts';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import { type Account, BOOTSTRAP_MINUTES, ROLES } from './account.ts';

export type AccountResult =
  | { ok: true; account: Account }
  | { ok: false; reason: 'email' | 'role' | 'taken' | 'state' | 'language' };

export async function createAccount(
  services: Services,
  wanted: { email: string; role: string; state?: string | null; language?: string },
  actor: Actor,
): Promise<AccountResult> {
  const role = ROLES.find((known) => known === wanted.role);
  if (!isMailAddress(wanted.email)) return { ok: false, reason: 'email' };
  if (!role) return { ok: false, reason: 'role' };
  const language = wanted.language ?? 'en';
  if (!INTERFACE_LANGUAGES.some((known) => known === language))
    return { ok: false, reason: 'language' };
  const state = wanted.state ?? null;
  if (state && !(await services.states.find(state))) return { ok: false, reason: 'state' };
  const now = services.clock();
  const account: Account = {
    _id: newId(),
    email: wanted.email.toLowerCase(),
    role,
    state,
    language,
    createdAt: now,
    disabledAt: null,
  };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.accounts.insert(account, session);
      await services.audit.record(
        {
          actor,
          event: 'account.created',
          subject: { kind: 'account', id: account._id },
          details: { role },
        },
        now,
        session,
      );
    }),
  );
  return made ? { ok: true, account } : { ok: false, reason: 'taken' };
}

/** A sign-in link for the terminal: works once, on a button, in any browser. */
export async function bootstrapLink(services: Services, account: Account): Promise<string> {
  const expiresAt = new Date(services.clock().getTime() + BOOTSTRAP_MINUTES * 60_000);
  const token = await services.accounts.mintBootstrap(account._id, expiresAt);
  await services.audit.record(
    {
      actor: { kind: 'system', id: 'terminal' },
      event: 'sign-in.printed',
      subject: { kind: 'account', id: account._id },
    },
    services.clock(),
  );
  return `${services.config.publicUrl}/sign-in/${token}`;
}
