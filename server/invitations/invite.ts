/** Who is asked and who is reminded, as one call each for scripts and tests; and links by hand. */
import type { Actor } from '../audit/event.ts';
import { newId } from '../db/record.ts';
import type { NewMessage } from '../mail/message.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, languageOfContact } from '../states/state.ts';
import { contactsAsked } from './asked.ts';
import { type Invitation, linkAddress } from './invitation.ts';
import type { MailingKind } from './mailing-kind.ts';
import { queueMailing } from './queue-mailing.ts';
import { choose, readRoll } from './roll.ts';
import { EVERYBODY, reasonWords } from './selection.ts';

export type Selection = {
  /** Contacts that will get, or would get, a mail; for an invitation also those that were invited before. */
  selected: number;
  /** Mails queued by this call; 0 in a dry run, and for those queued before. */
  enqueued: number;
  skipped: { state: string; audience: string; reason: string }[];
  /** Contacts whose language the questionnaire lacks and who get English. */
  inEnglish: number;
  /** The mailing that was made; null in a dry run, and where there was nobody to write to. */
  mailing: string | null;
};
type Options = { dryRun: boolean; actor: Actor };

/** Invites every contact whose audience the questionnaire has, one invitation per State and audience. Safe to run twice. */
export const invite = (services: Services, round: Round, options: Options): Promise<Selection> =>
  send(services, round, 'invitation', options);

/** Reminds the contacts of States that have not submitted. Views do not count; the worker looks again before it sends. */
export const remind = (services: Services, round: Round, options: Options): Promise<Selection> =>
  send(services, round, 'reminder', options);

async function send(
  services: Services,
  round: Round,
  kind: MailingKind,
  { dryRun, actor }: Options,
): Promise<Selection> {
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) throw new Error(`The questionnaire of ${round._id} is not loaded`);
  const roll = await readRoll(services, round, edition);
  const at = services.clock();
  const choice = choose(roll, kind, { round, edition, criteria: EVERYBODY, at });
  const before = choice.skipped.filter(
    ({ reason }) => kind === 'invitation' && (reason === 'invited' || reason === 'released'),
  );
  const wanted = { key: newId(), kind, criteria: EVERYBODY };
  const queued = dryRun ? null : await queueMailing(services, round, wanted, choice, actor);
  return {
    selected: choice.chosen.length + before.length,
    enqueued: queued?.enqueued ?? 0,
    skipped: choice.skipped
      .filter((one) => !before.includes(one))
      .map(({ state, audience, reason }) => ({
        state,
        audience,
        reason: reasonWords(reason, 'skipped'),
      })),
    inEnglish: choice.chosen.filter(
      ({ person }) => !edition.languages.includes(languageOfContact(person.contact)),
    ).length,
    mailing: queued?.mailing._id ?? null,
  };
}

/** The mail that invites a contact who was named a moment ago, by itself and not in a mailing. */
export const invitationMail = (
  round: Round,
  invitation: Invitation,
  contact: Contact,
  now: Date,
): NewMessage => ({
  key: `invitation:${invitation._id}:${contact._id}`,
  template: 'invitation',
  round: round._id,
  invitation: invitation._id,
  contact: contact._id,
  about: {},
  nextAttemptAt: new Date(Math.max(now.getTime(), round.opensAt.getTime())),
});

/** Prints a link by hand, for a State that lost its mail. Null when the State was not invited. */
export async function freshLink(
  services: Services,
  round: Round,
  of: { state: string; audience: string },
  actor: Actor,
): Promise<string | null> {
  const invitation = await services.invitations.ofState(round._id, of.state, of.audience);
  if (!invitation) return null;
  const [contact] = await contactsAsked(services, invitation);
  const now = services.clock();
  const { token, link } = await services.links.mint(
    { invitation: invitation._id, contact: contact?._id ?? null, message: null },
    now,
  );
  await services.audit.record(
    {
      actor,
      event: 'link.printed',
      subject: { kind: 'invitation', id: invitation._id },
      details: { link: link._id },
    },
    now,
  );
  return linkAddress(services.config.publicUrl, token);
}

/** Ends every link to a State's invitation; the draft stays, and a fresh link opens it. False when it was not invited. */
export async function revokeLinks(
  services: Services,
  round: Round,
  of: { state: string; audience: string },
  actor: Actor,
): Promise<boolean> {
  const invitation = await services.invitations.ofState(round._id, of.state, of.audience);
  if (!invitation) return false;
  const now = services.clock();
  await services.transaction(async (session) => {
    const links = await services.links.revoke(invitation._id, now, session);
    await services.audit.record(
      {
        actor,
        event: 'links.revoked',
        subject: { kind: 'invitation', id: invitation._id },
        details: { links },
      },
      now,
      session,
    );
  });
  return true;
}
