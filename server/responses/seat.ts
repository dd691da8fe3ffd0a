/** Everything about the person at the screen: by which link they came, for which State, in which language. */
import type { Delegate } from '../invitations/delegate.ts';
import type { Invitation, Link } from '../invitations/invitation.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { deadlineText, roundFor } from '../rounds/deadline.ts';
import { mayWrite, type Round, type Writing } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, languageOfContact, nameIn, type State } from '../states/state.ts';
import { type Voice, voiceOf } from '../texts.ts';
import type { NoteVerbale } from './note-verbale.ts';
import type { Response } from './response.ts';

export type Seat = {
  link: Link;
  invitation: Invitation;
  /** With the deadline that counts for this invitation. */
  round: Round;
  /** All of them, the latest opening first. */
  rounds: Round[];
  state: State;
  stateName: string;
  contact: Contact | null;
  /** Set for a colleague, who sees and writes the sections of the delegation only. */
  delegate: Delegate | null;
  /** Set for the secretariat that enters answers from a Note Verbale. */
  note: NoteVerbale | null;
  response: Response;
  edition: Edition;
  /** In the language of the page, or in the source language where the translation is not complete. */
  questionnaire: Questionnaire;
  voice: Voice;
  writing: Writing;
  now: Date;
  /** The zone that times are shown in. */
  zone: string;
};

/** Null when none of the links opens this invitation now. @param chosen language of this browser, null for the contact's own */
export async function findSeat(
  services: Services,
  links: string[],
  invitationId: string,
  chosen: string | null,
): Promise<Seat | null> {
  if (links.length === 0) return null;
  const records = await services.seats.find(links, invitationId);
  if (!records) return null;
  const { link, contact, invitation, response, rounds } = records;
  const [edition, state, delegate, note, clerk] = await Promise.all([
    services.catalogue.lately(records.round.questionnaire),
    services.states.lately(invitation.state),
    link.delegate ? services.delegates.find(link.delegate) : null,
    link.note ? services.notes.find(link.note) : null,
    link.account ? services.accounts.active(link.account) : null,
  ]);
  if (!state || !edition) return null;
  const round = roundFor(records.round, invitation);
  // A link to some sections must never open all of them.
  if (link.delegate && !delegate) return null;
  // Nor may somebody who has left the secretariat go on.
  if (link.note && (!note || !clerk)) return null;
  const voice = voiceOf(
    chosen ??
      (contact && languageOfContact(contact)) ??
      delegate?.language ??
      clerk?.language ??
      'en',
  );
  return {
    link,
    invitation,
    round,
    rounds,
    state,
    stateName: nameIn(state, voice.language),
    contact,
    delegate,
    note,
    response,
    edition,
    questionnaire: edition.in(voice.language),
    voice,
    writing: mayWrite(round, services.clock()),
    now: services.clock(),
    zone: contact?.zone ?? state.zone,
  };
}

/** Until when, in words; only pages need it, and it takes a while to write. */
export const deadlineFor = ({ round, state, contact, voice }: Seat): string =>
  deadlineText(round, state, contact, voice);

/** The same person with the page in another language, or in the source language where the translation is not complete. */
export function seatIn(seat: Seat, language: string): Seat {
  const { edition, state } = seat;
  const voice = voiceOf(edition.languages.find((known) => known === language) ?? 'en');
  return {
    ...seat,
    voice,
    stateName: nameIn(state, voice.language),
    questionnaire: edition.in(voice.language),
  };
}
