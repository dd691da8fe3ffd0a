/** Contacts of a round to whom mail came back, and States of which nobody can be reached. Told from live state: a new contact settles it. */
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, nameIn, whyUnreachable } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { type Invitation, isAsked } from './invitation.ts';

type Place = {
  state: string;
  audience: string;
  /** Who was asked, or would be, and whose mail came back. */
  bounced: Contact[];
  /** Who else of the State and audience is asked, and can be reached. */
  others: Contact[];
  /** Who speaks for the State in another audience, and may know whom to ask. */
  hints: Contact[];
};

/**
 * The places where mail to somebody came back, those where nobody is left first. Pure.
 * @param isDone whether a State has answered already in an audience, and needs no more mail
 */
function placesWithBounces(
  contacts: Contact[],
  invitations: Invitation[],
  isDone: (of: { state: string; audience: string }) => boolean,
): Place[] {
  const isIn = (one: { state: string; audience: string }, other: typeof one) =>
    one.state === other.state && one.audience === other.audience;
  const asked = contacts.filter((contact) => {
    const invitation = invitations.find((one) => isIn(one, contact));
    return !invitation || isAsked(invitation, contact._id);
  });
  const bounced = asked.filter((contact) => whyUnreachable(contact) !== null && !isDone(contact));
  const reachable = asked.filter((contact) => whyUnreachable(contact) === null);
  const firsts = bounced.filter(
    (contact, index) => bounced.findIndex((one) => isIn(one, contact)) === index,
  );
  return firsts
    .map(({ state, audience }) => ({
      state,
      audience,
      bounced: bounced.filter((one) => isIn(one, { state, audience })),
      others: reachable.filter((one) => isIn(one, { state, audience })),
      hints: reachable.filter((one) => one.state === state && one.audience !== audience),
    }))
    .sort((a, b) => Number(a.others.length > 0) - Number(b.others.length > 0));
}

/** As the round's page shows them. */
export async function unreachableOf(services: Services, round: Round, voice: Voice) {
  const [edition, contacts, invitations, responses, states] = await Promise.all([
    services.catalogue.find(round.questionnaire),
    services.contacts.all(),
    services.invitations.ofRound(round._id),
    services.responses.statuses(round._id),
    services.states.all(),
  ]);
  const audiences = edition?.in(voice.language).definition.audiences ?? [];
  const labelOf = (audience: string) => audiences.find(({ id }) => id === audience)?.short ?? '';
  const submitted = new Set(responses.filter((one) => one.submitted).map((one) => one._id));
  const done = invitations.filter((one) => submitted.has(one._id));
  const places = placesWithBounces(
    contacts.filter(({ audience }) => labelOf(audience) !== ''),
    invitations,
    (of) => done.some((one) => one.state === of.state && one.audience === of.audience),
  );
  return places.map(({ state: key, audience, bounced, others, hints }) => {
    const state = states.find((one) => one._id === key);
    return {
      state: state ? nameIn(state, voice.language) : key,
      audience: labelOf(audience),
      nobody: others.length === 0,
      bounced: bounced.map(({ _id, name, undeliverable }) => ({
        id: _id,
        name,
        when: undeliverable ? voice.date(undeliverable.at, round.zone) : '',
        reason: undeliverable?.reason ?? '',
      })),
      others: voice.list(others.map(({ name }) => name)),
      hints: hints.map((one) => ({ name: one.name, audience: labelOf(one.audience) })),
    };
  });
}
