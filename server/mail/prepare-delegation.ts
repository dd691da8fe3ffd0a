/** The mail that hands sections to a colleague, and the mail that tells the respondent what the colleague said. */
import { whyNoMail } from '../invitations/asked.ts';
import { stateOfDelegate } from '../invitations/delegate.ts';
import { linkAddress } from '../invitations/invitation.ts';
import { nameOf, peopleOf } from '../responses/people.ts';
import { sectionLabel } from '../responses/section-words.ts';
import { roundFor } from '../rounds/deadline.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { languageOfContact } from '../states/state.ts';
import type { Made } from './made.ts';
import type { Message } from './message.ts';
import { renderMail } from './render.ts';
import { roundContext, voiceFor } from './round-context.ts';

/** The mail, or why it is not wanted any more. */
export async function prepareDelegation(
  services: Services,
  message: Message,
): Promise<Made | string> {
  const delegate = await services.delegates.find(String(message.about['delegate']));
  const invitation = delegate && (await services.invitations.find(delegate.invitation));
  if (!delegate || !invitation) return 'the delegation is gone';
  const [plan, state, people, contact] = await Promise.all([
    services.rounds.find(invitation.round),
    services.states.find(invitation.state),
    peopleOf(services, invitation),
    message.contact ? services.contacts.find(message.contact) : null,
  ]);
  const edition = plan && (await services.catalogue.find(plan.questionnaire));
  if (!plan || !state || !edition) return 'the round or the State is gone';
  const round = roundFor(plan, invitation);
  const news = message.template === 'delegation-news';
  const outcome = stateOfDelegate(delegate);
  if (!news && outcome !== 'asked') return `the delegation is over: ${outcome}`;
  if (!news && !mayWrite(round, services.clock()).ok) return 'answers are not taken now';
  if (news && !contact) return 'the contact is gone';
  const no = contact && whyNoMail(invitation, contact);
  if (no) return no;

  const to = contact ?? delegate;
  const voice = voiceFor(edition, contact ? languageOfContact(contact) : delegate.language);
  const { token } = await services.links.mint(
    {
      invitation: invitation._id,
      contact: contact?._id ?? null,
      delegate: contact ? null : delegate._id,
      message: message._id,
    },
    services.clock(),
  );
  const about = { round, state, invitation, edition, contact };
  const content = renderMail(message.template, voice, {
    ...roundContext(about, services.config.publicUrl, voice),
    link: linkAddress(services.config.publicUrl, token),
    name: to.name,
    asker: nameOf(delegate.askedBy, people, voice),
    colleague: delegate.name,
    outcome,
    reason: delegate.reason,
    note: contact ? '' : delegate.note,
    sections: voice.list(
      edition
        .in(voice.language)
        .sections(invitation.audience)
        .filter((section) => delegate.sections.includes(section.id))
        .map(sectionLabel),
    ),
  });
  return { to, language: voice.language, content };
}
