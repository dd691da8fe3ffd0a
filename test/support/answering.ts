/** A State's answers without its pages: saved and submitted by the functions that the pages call. */
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import type { Answers, Fields } from '../../server/questionnaire/answers.ts';
import { fieldsOf } from '../../server/responses/fields.ts';
import type { Response, Submission } from '../../server/responses/response.ts';
import { saveSection } from '../../server/responses/save.ts';
import { submit } from '../../server/responses/submit.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';

type Wanted = {
  audience?: string;
  seed?: number;
  /** Some that must be so; the rest is invented. */
  answers?: Answers;
  /** The words beside "Other". */
  other?: Record<string, string>;
  /** Only the first sections, and no submission. */
  sections?: number;
  /** Whether the contact gets a receipt. */
  receipt?: boolean;
};

/** Saves what a State answers and submits it; null for a draft. */
export async function answered(
  { services }: TestApp,
  round: Round,
  state: string,
  {
    audience = 'affected',
    seed = 1,
    answers = {},
    other = {},
    sections,
    receipt = false,
  }: Wanted = {},
): Promise<Submission | null> {
  const edition = await services.catalogue.find(round.questionnaire);
  const invitation = await services.invitations.ofState(round._id, state, audience);
  if (!edition || !invitation) throw new Error(`${state} was not invited`);
  const [contact] = await services.contacts.of(state, audience);
  const { link } = await services.links.mint(
    {
      invitation: invitation._id,
      contact: receipt ? (contact?._id ?? null) : null,
      message: null,
    },
    services.clock(),
  );
  const questionnaire = edition.source;
  const invented = inventAnswers(questionnaire, audience, seededRandom(seed), ['Plain words.']);
  const draft = {
    answers: { ...invented.answers, ...answers },
    other: { ...invented.other, ...other },
    unparsed: {},
  };
  const now = async (): Promise<Response> => {
    const response = await services.responses.find(invitation._id);
    if (!response) throw new Error(`${state} has no response`);
    return response;
  };
  for (const section of questionnaire.sections(audience).slice(0, sections)) {
    const asked = questionnaire.questions(section.id);
    const posted: Fields = Object.assign(
      { shown: asked.map((question) => question.id) },
      ...asked.map((question) => fieldsOf(question, draft, 'en')),
    );
    const response = await now();
    const seen = response.sections[section.id]?.revision ?? 0;
    const place = { response, questionnaire, round, link };
    const saved = await saveSection(services, place, section.id, seen, posted, 'en');
    if (!saved.ok) throw new Error(`${state} could not save ${section.id}: ${saved.reason}`);
  }
  if (sections !== undefined) return null;
  const response = await now();
  const done = await submit(
    services,
    { response, questionnaire, round, link },
    { name: 'Sam Submitter', post: 'Director', email: 'sam@example.org' },
    {
      submissions: response.submitted?.revision ?? 0,
      sections: Object.fromEntries(
        Object.entries(response.sections).map(([id, one]) => [id, one.revision]),
      ),
    },
  );
  if (!done.ok) throw new Error(`${state} could not submit: ${done.reason}`);
  return done.submission;
}
