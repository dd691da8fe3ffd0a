/** Everybody whom a round can write to, with all that a selection is decided from; and the places that nobody speaks for. */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { ResponseStatus } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, isMember, languageOfContact, type State } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import { type Invitation, isAsked } from './invitation.ts';
import type { MailingKind, MailingTemplate } from './mailing-kind.ts';
import {
  BY_HAND,
  type Criteria,
  isMeant,
  type Limits,
  NO_PAST,
  type Person,
  placeOf,
  type Reason,
  refusal,
  templateFor,
} from './selection.ts';

type Silent = { state: State; audience: string; asked: boolean; status: ResponseStatus };

export type Roll = {
  people: Person[];
  /** Places without anybody to write to. `asked`: invited; otherwise the round is meant for them. */
  silent: Silent[];
};

/** The language of a mail to a person: their own, or English where questionnaire or program lack it. */
export const mailLanguage = (edition: Edition, language: string): string =>
  voiceOf(edition.languages.find((known) => known === language) ?? 'en').language;

export async function readRoll(services: Services, round: Round, edition: Edition): Promise<Roll> {
  const [states, contacts, invitations, statuses, past] = await Promise.all([
    services.states.all(),
    services.contacts.all(),
    services.invitations.ofRound(round._id),
    services.responses.statuses(round._id),
    services.mailings.past(round._id),
  ]);
  const { audiences, referenceDate } = edition.source.definition;
  const stateOf = new Map(states.map((state) => [state._id, state]));
  const invited = new Map(invitations.map((one) => [placeOf(one), one]));
  const statusOf = new Map(statuses.map((one) => [one._id, one.status]));
  const at = (invitation: Invitation | undefined): ResponseStatus =>
    statusOf.get(invitation?._id ?? '') ?? 'not_started';

  const people = contacts.flatMap((contact): Person[] => {
    const state = stateOf.get(contact.state);
    if (!state || !audiences.some(({ id }) => id === contact.audience)) return [];
    const invitation = invited.get(placeOf(contact));
    return [
      {
        state,
        audience: contact.audience,
        contact,
        invitation: invitation ?? null,
        status: at(invitation),
        language: mailLanguage(edition, languageOfContact(contact)),
        past: past.get(`${invitation?._id} ${contact._id}`) ?? NO_PAST,
      },
    ];
  });

  const spoken = new Set(
    people
      .filter(({ invitation, contact }) => !invitation || isAsked(invitation, contact._id))
      .map(({ contact }) => placeOf(contact)),
  );
  const silent = audiences.flatMap(({ id: audience, groups }) =>
    states.flatMap((state): Silent[] => {
      const place = placeOf({ state: state._id, audience });
      const invitation = invited.get(place);
      const meant = groups.some((group) => isMember(state, group, referenceDate));
      if (spoken.has(place) || (!invitation && !meant)) return [];
      return [{ state, audience, asked: invitation !== undefined, status: at(invitation) }];
    }),
  );
  return { people, silent };
}

/** `key` of the mail, where it is not told by what went before. */
export type Chosen = { person: Person; template: MailingTemplate; key?: string };
export type Skipped = { state: string; audience: string; contact: Contact | null; reason: Reason };
export type Choice = { chosen: Chosen[]; skipped: Skipped[] };

/** Parts a roll into those who get a mail of the kind at a time and those who do not. */
export function choose(
  { people, silent }: Roll,
  kind: MailingKind,
  of: { round: Round; edition: Edition; criteria: Criteria; at: Date; limits?: Limits },
): Choice {
  const { round, edition, criteria, at, limits = BY_HAND } = of;
  const date = edition.source.definition.referenceDate;
  const choice: Choice = { chosen: [], skipped: [] };
  for (const person of people) {
    const { state, audience, contact, invitation } = person;
    // All other mail is for States that were asked.
    if ((!invitation && kind !== 'invitation') || !isMeant(criteria, person, date)) continue;
    const template = templateFor(kind, person);
    const reason = refusal(template, person, round, at, limits);
    if (reason) choice.skipped.push({ state: state._id, audience, contact, reason });
    else choice.chosen.push({ person, template });
  }
  for (const place of silent) {
    const { state, audience, asked, status } = place;
    if ((!asked && kind !== 'invitation') || !isMeant(criteria, place, date)) continue;
    const reason = whyNot(kind, status);
    choice.skipped.push({ state: state._id, audience, contact: null, reason });
  }
  return choice;
}

/** A State that needs no reminder needs nobody to send it to either. */
const whyNot = (kind: MailingKind, status: ResponseStatus): Reason =>
  kind.startsWith('reminder') && (status === 'submitted' || status === 'reopened')
    ? 'submitted'
    : 'no-contact';
