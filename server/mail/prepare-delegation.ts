/** The mail that hands sections to a colleague, and the mail that tells the respondent what the colleague said. */
import { stateOfDelegate } from '../invitations/delegate.ts';
import { isAsked, linkAddress } from '../invitations/invitation.ts';
import { deadlineText, roundFor } from '../rounds/deadline.ts';
import { mayWrite } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { languageOfContact, nameIn } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import type { Message } from './message.ts';
import { renderMail } from './render.ts';

export type DelegationMail = {
  to: { name: string; email: string };
  language: string;
  content: { subject: string; text: string; html: string };
};

/** The mail, or why it is not wanted any more. */
export async function prepareDelegation(
  services: Services,
  message: Message,
): Promise<DelegationMail | string> {
  const delegate = await services.delegates.find(String(message.about['delegate']));
  const invitation = delegate && (await services.invitations.find(delegate.invitation));
  if (!delegate || !invitation) return 'the delegation is gone';
  const [plan, state, links, contacts] = await Promise.all([
    services.rounds.find(invitation.round),
    services.states.find(invitation.state),
    services.links.ofInvitation(invitation._id),
    services.contacts.of(invitation.state, invitation.audience),
  ]);
  const edition = plan && (await services.catalogue.find(plan.questionnaire));
  if (!plan || !state || !edition) return 'the round or the State is gone';
  const round = roundFor(plan, invitation);
  const news = message.template === 'delegation-news';
  const outcome = stateOfDelegate(delegate);
  if (!news && outcome !== 'asked') return `the delegation is over: ${outcome}`;
  if (!news && !mayWrite(round, services.clock()).ok) return 'answers are not taken now';
  const contact = contacts.find((one) => one._id === message.contact) ?? null;
  if (news && !contact) return 'the contact is gone';
  if (news && contact && !isAsked(invitation, contact._id))
    return 'the contact is not the right person';

  const to = news && contact ? contact : delegate;
  const language = news && contact ? languageOfContact(contact) : delegate.language;
  const voice = voiceOf(edition.languages.includes(language) ? language : 'en');
  const questionnaire = edition.in(voice.language);
  const { definition } = questionnaire;
  const askedBy = links.find((link) => link._id === delegate.askedBy)?.contact;
  const { token } = await services.links.mint(
    {
      invitation: invitation._id,
      contact: contact?._id ?? null,
      delegate: news ? null : delegate._id,
      message: message._id,
    },
    services.clock(),
  );
  const { publicUrl } = services.config;
  const content = await renderMail(message.template, voice, {
    name: to.name,
    asker: contacts.find((one) => one._id === askedBy)?.name || voice.t('colleagues.secretariat'),
    colleague: delegate.name,
    outcome,
    reason: delegate.reason,
    note: news ? '' : delegate.note,
    sections: voice.list(
      questionnaire
        .sections(invitation.audience)
        .filter((section) => delegate.sections.includes(section.id))
        .map(({ action, title }) => (action === null ? title : `${action}. ${title}`)),
    ),
    state: nameIn(state, voice.language),
    title: definition.title,
    sender: definition.sender,
    deadline: deadlineText(round, state, contact, voice),
    link: linkAddress(publicUrl, token),
    host: new URL(publicUrl).host,
    demonstration: round.demonstration,
    lost: `${publicUrl}/r/lost`,
  });
  return { to, language: voice.language, content };
}
