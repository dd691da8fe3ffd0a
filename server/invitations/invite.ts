/** Who is asked and who is reminded: decided here, written as invitations and queued mails. */
import type { Actor } from '../audit/event.ts';
import { newId } from '../db/record.ts';
import type { NewMessage } from '../mail/message.ts';
import { roundFor } from '../rounds/deadline.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import { type Contact, isMember, languageOfContact, whyUnreachable } from '../states/state.ts';
import { type Invitation, isAsked, linkAddress } from './invitation.ts';

type Skipped = { state: string; audience: string; reason: string };
export type Selection = {
  /** Contacts that will get, or would get, a mail. */
  selected: number;
  /** Mails queued by this call; 0 in a dry run, and for those queued before. */
  enqueued: number;
  skipped: Skipped[];
  /** Contacts whose language the questionnaire lacks and who get English. */
  inEnglish: number;
};
type Options = { dryRun: boolean; actor: Actor };

/** Invites every contact whose audience the questionnaire has, one invitation per State and audience. Safe to run twice. */
export async function invite(
  services: Services,
  round: Round,
  options: Options,
): Promise<Selection> {
  const edition = await services.catalogue.find(round.questionnaire);
  if (!edition) throw new Error(`The questionnaire of ${round._id} is not loaded`);
  const { audiences, referenceDate } = edition.source.definition;
  const known = (await services.contacts.all()).filter((contact) =>
    audiences.some((audience) => audience.id === contact.audience),
  );
  const contacts = known.filter((contact) => whyUnreachable(contact) === null);
  const now = services.clock();
  const selection: Selection = {
    selected: contacts.length,
    enqueued: 0,
    skipped: [
      ...(await statesWithoutContact(services, referenceDate, audiences, known)),
      ...known.flatMap(unreachable),
    ],
    inEnglish: contacts.filter((contact) => !edition.languages.includes(languageOfContact(contact)))
      .length,
  };
  if (options.dryRun) return selection;
  selection.enqueued = await services.transaction(async (session) => {
    // Read anew in each try: another call may have invited the same States a moment ago.
    const invited = await services.invitations.ofRound(round._id, session);
    const places = new Map(invited.map((invitation) => [placeOf(invitation), invitation]));
    const fresh: Invitation[] = [];
    for (const contact of contacts) {
      if (places.has(placeOf(contact))) continue;
      const { state, audience } = contact;
      const invitation: Invitation = {
        _id: newId(),
        round: round._id,
        state,
        audience,
        createdAt: now,
        closesAt: null,
      };
      places.set(placeOf(contact), invitation);
      fresh.push(invitation);
    }
    await services.invitations.insert(fresh, session);
    await services.responses.open(fresh, session);
    let enqueued = 0;
    for (const contact of contacts) {
      const invitation = places.get(placeOf(contact)) as Invitation;
      if (!isAsked(invitation, contact._id)) continue;
      const mail = invitationMail(round, invitation, contact, now);
      if (await services.messages.enqueue(mail, now, session)) enqueued += 1;
    }
    await recordMailing(
      services,
      options.actor,
      'invitations.queued',
      round,
      { enqueued },
      session,
    );
    return enqueued;
  });
  return selection;
}

/** The mail that invites a contact. */
export const invitationMail = (
  round: Round,
  invitation: Invitation,
  contact: Contact,
  now: Date,
): NewMessage => ({
  key: `invitation:${invitation._id}:${contact._id}`,
  template: 'invitation',
  ...idsOf(round, invitation, contact),
  about: {},
  // Before the opening the worker would find that answers are not taken, and cancel the mail.
  nextAttemptAt: new Date(Math.max(now.getTime(), round.opensAt.getTime())),
});

/** A second reminder to the same person waits this long. */
const REMINDER_GAP_HOURS = 20;

/** Reminds the contacts of States that have not submitted. Views do not count; the worker looks again before it sends. */
export async function remind(
  services: Services,
  round: Round,
  options: Options,
): Promise<Selection> {
  const now = services.clock();
  const submitted = new Set(
    (await services.responses.statuses(round._id)).filter((r) => r.submitted).map((r) => r._id),
  );
  const edition = await services.catalogue.find(round.questionnaire);
  const past = await services.messages.reminders(round._id);
  const selection: Selection = { selected: 0, enqueued: 0, skipped: [], inEnglish: 0 };
  const wanted: NewMessage[] = [];
  for (const invitation of await services.invitations.ofRound(round._id)) {
    const { state, audience } = invitation;
    if (submitted.has(invitation._id)) {
      selection.skipped.push({ state, audience, reason: 'submitted' });
      continue;
    }
    const writing = mayWrite(roundFor(round, invitation), now);
    if (!writing.ok && writing.reason === 'deadline') {
      selection.skipped.push({ state, audience, reason: 'the deadline has passed' });
      continue;
    }
    const contacts = await contactsAsked(services, invitation);
    if (contacts.length === 0) selection.skipped.push({ state, audience, reason: 'no contact' });
    for (const contact of contacts) {
      const [bounced] = unreachable(contact);
      if (bounced) {
        selection.skipped.push(bounced);
        continue;
      }
      const before = past.get(`${invitation._id} ${contact._id}`);
      const last = before?.last?.getTime() ?? 0;
      if (now.getTime() - last < REMINDER_GAP_HOURS * 3_600_000) {
        selection.skipped.push({ state, audience, reason: 'reminded within a day' });
        continue;
      }
      selection.selected += 1;
      if (edition && !edition.languages.includes(languageOfContact(contact)))
        selection.inEnglish += 1;
      const key = `reminder:${invitation._id}:${contact._id}:${(before?.count ?? 0) + 1}`;
      wanted.push({
        key,
        template: 'reminder' as const,
        ...idsOf(round, invitation, contact),
        about: {},
      });
    }
  }
  if (options.dryRun) return selection;
  selection.enqueued = await services.transaction(async (session) => {
    let enqueued = 0;
    for (const message of wanted)
      if (await services.messages.enqueue(message, now, session)) enqueued += 1;
    await recordMailing(services, options.actor, 'reminders.queued', round, { enqueued }, session);
    return enqueued;
  });
  return selection;
}

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

const contactsAsked = async (services: Services, invitation: Invitation): Promise<Contact[]> =>
  (await services.contacts.of(invitation.state, invitation.audience)).filter((contact) =>
    isAsked(invitation, contact._id),
  );

/** The contact as one who is passed over, if mail to it came back. */
const unreachable = (contact: Contact): Skipped[] => {
  const reason = whyUnreachable(contact);
  return reason ? [{ state: contact.state, audience: contact.audience, reason }] : [];
};

const placeOf = (of: { state: string; audience: string }) => `${of.state} ${of.audience}`;

const idsOf = (round: Round, invitation: Invitation, contact: Contact) => ({
  round: round._id,
  invitation: invitation._id,
  contact: contact._id,
});

const recordMailing = (
  services: Services,
  actor: Actor,
  event: string,
  round: Round,
  details: Record<string, unknown>,
  session: Session,
) =>
  services.audit.record(
    { actor, event, subject: { kind: 'round', id: round._id }, details },
    services.clock(),
    session,
  );

/** States that the round is meant for and that nobody speaks for yet. */
async function statesWithoutContact(
  services: Services,
  date: string,
  audiences: { id: string; groups: string[] }[],
  contacts: Contact[],
): Promise<Skipped[]> {
  const covered = new Set(contacts.map(placeOf));
  const states = await services.states.all();
  return audiences.flatMap(({ id: audience, groups }) =>
    states
      .filter((state) => groups.some((group) => isMember(state, group, date)))
      .filter((state) => !covered.has(placeOf({ state: state._id, audience })))
      .map((state) => ({ state: state._id, audience, reason: 'no contact' })),
  );
}
