/** What the pages about returned mails show: who it was, what was said, and what was done. */
import type { Services } from '../services.ts';
import { type Contact, nameIn, whyUnreachable } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { type Bounce, SOFT_DAYS } from './bounce.ts';
import { KINDS, type Kind } from './report.ts';
import { reportText } from './sealed-report.ts';
import type { BounceFilter } from './store.ts';

const MOST_SHOWN = 500;

/** `show` is a kind, "odd" for those that were not understood, or "" for all. */
export async function bounceList(
  services: Services,
  show: string,
  contactId: string | null,
  voice: Voice,
) {
  const { bounces, contacts, config, clock } = services;
  const kind = KINDS.find((one) => one === show);
  const filter: BounceFilter = {
    ...(show === 'odd' ? { odd: true } : kind ? { kind, odd: false } : {}),
    ...(contactId ? { contact: contactId } : {}),
  };
  const recent = new Date(clock().getTime() - SOFT_DAYS * 86_400_000);
  const [list, counts, readings, speakOfUs, contact, toOf] = await Promise.all([
    bounces.list(filter, MOST_SHOWN),
    bounces.counts(),
    bounces.readings(),
    bounces.speakOfUs(recent),
    contactId ? contacts.find(contactId) : null,
    peopleOf(services, voice),
  ]);
  const tab = (name: Kind | 'odd', count: number) => ({ name, count, chosen: name === show });
  return {
    tabs: [
      ...KINDS.map((one) => tab(one, counts.kinds.get(one) ?? 0)),
      tab('odd', counts.odd),
    ].filter(({ count, chosen }) => count > 0 || chosen),
    show: kind ?? (show === 'odd' ? show : ''),
    contact: contact && (await contactLine(services, contact, voice)),
    rows: list.map((bounce) => rowOf(bounce, toOf, voice)),
    failing: readings
      .filter(({ failingSince }) => failingSince)
      .map(({ _id, failingSince, error }) => ({
        source: _id,
        since: failingSince ? voice.dateTime(failingSince, 'UTC') : '',
        error: error ?? '',
      })),
    isRead: [config.bounceImapUrl, config.bounceFolder, config.bounceHookSecret].some(Boolean),
    speakOfUs,
    days: SOFT_DAYS,
    most: MOST_SHOWN,
  };
}

/** Null when there is none with this id. */
export async function bouncePage(services: Services, id: string, voice: Voice) {
  const bounce = await services.bounces.find(id);
  if (!bounce) return null;
  const [toOf, contact, report] = await Promise.all([
    peopleOf(services, voice),
    bounce.contact ? services.contacts.find(bounce.contact) : null,
    reportText(services, id),
  ]);
  return {
    bounce: rowOf(bounce, toOf, voice),
    contact: contact && (await contactLine(services, contact, voice)),
    report,
  };
}

function rowOf(bounce: Bounce, toOf: Awaited<ReturnType<typeof peopleOf>>, voice: Voice) {
  return {
    ...bounce,
    to: toOf(bounce.contact),
    when: voice.dateTime(bounce.at, 'UTC'),
    back: bounce.returns ? voice.date(bounce.returns, 'UTC') : '',
  };
}

/** Also of contacts that were removed since. */
async function peopleOf({ contacts, states }: Services, voice: Voice) {
  const [people, all] = await Promise.all([contacts.everyone(), states.all()]);
  const byId = new Map(people.map((contact) => [contact._id, contact]));
  const names = new Map(all.map((state) => [state._id, nameIn(state, voice.language)]));
  return (id: string | null) => {
    const contact = byId.get(id ?? '');
    return {
      state: contact ? (names.get(contact.state) ?? contact.state) : '',
      name: contact?.name ?? '',
      email: contact?.email ?? '',
    };
  };
}

/** Whether mail goes to the contact, and who else of the State is asked. */
async function contactLine({ contacts, states }: Services, contact: Contact, voice: Voice) {
  const [state, colleagues] = await Promise.all([
    states.find(contact.state),
    contacts.of(contact.state, contact.audience),
  ]);
  const isStopped = whyUnreachable(contact) !== null;
  const others = colleagues.filter(
    (one) => one._id !== contact._id && whyUnreachable(one) === null,
  );
  return {
    id: contact._id,
    name: contact.name,
    email: contact.email,
    state: state ? nameIn(state, voice.language) : contact.state,
    stopped:
      isStopped && contact.undeliverable
        ? {
            since: voice.date(contact.undeliverable.at, 'UTC'),
            reason: contact.undeliverable.reason,
          }
        : null,
    others: voice.list(others.map(({ name }) => name)),
  };
}
