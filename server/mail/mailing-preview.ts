/** A mail as one person would get it, with links that open nothing: for the eyes of whoever prepares it. */
import type { Edition } from '../questionnaire/catalogue.ts';
import { roundFor } from '../rounds/deadline.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Contact, State } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import type { ClarificationValues } from './clarification-values.ts';
import { type Content, renderTemplate } from './render.ts';
import type { TemplateText } from './template.ts';
import type { FieldValues } from './template-fields.ts';
import { fieldValues } from './template-values.ts';

/** Stands in place of every personal link; its page says what it is. */
export const TEST_PATH = '/r/test';

export type Sample = {
  round: Round;
  edition: Edition;
  state: State;
  contact: Contact;
  clarification?: ClarificationValues;
};

type Options = {
  /** The name of the person, in a test that is mailed. */
  testFor?: string;
  /** Puts a field's name in the place of a value that this person lacks, so that the words around it can be judged. */
  standIns?: boolean;
};

export async function previewOf(
  services: Services,
  { round, edition, state, contact, clarification }: Sample,
  text: TemplateText,
  language: string,
  { testFor, standIns = false }: Options = {},
): Promise<Content> {
  const { audience } = contact;
  const invitation = await services.invitations.ofState(round._id, state._id, audience);
  const response = invitation && (await services.responses.find(invitation._id));
  const nowhere = `${services.config.publicUrl}${TEST_PATH}`;
  const voice = voiceOf(language);
  const values = fieldValues(
    {
      round: roundFor(round, invitation ?? { closesAt: null }),
      state,
      invitation: { audience },
      edition,
      contact,
      response,
      ...(clarification ? { clarification } : {}),
    },
    { link: nowhere, stop: nowhere },
    services.config.publicUrl,
    services.clock(),
    voice,
  );
  return renderTemplate(text, standIns ? withStandIns(values) : values, voice, {
    publicUrl: services.config.publicUrl,
    demonstration: round.demonstration,
    ...(testFor === undefined ? {} : { testFor }),
  });
}

const withStandIns = (values: FieldValues): FieldValues => {
  const entries = Object.entries(values).map(([name, value]) => [name, value || `[${name}]`]);
  return Object.fromEntries(entries) as FieldValues;
};
