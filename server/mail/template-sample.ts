/** Somebody whose mail a text can be judged by while nobody is chosen: of the newest round, who reads the language if there is one. */
import { readRoll } from '../invitations/roll.ts';
import type { Services } from '../services.ts';
import { previewOf, type Sample } from './mailing-preview.ts';
import type { Content } from './render.ts';
import type { TemplateText } from './template.ts';

/** Null while there is no round, or no contact. */
export async function sampleText(
  services: Services,
  text: TemplateText,
  language: string,
): Promise<Content | null> {
  const sample = await anybody(services, language);
  return sample && previewOf(services, sample, text, language, { standIns: true });
}

async function anybody(services: Services, language: string): Promise<Sample | null> {
  const [round] = await services.rounds.all();
  const edition = round && (await services.catalogue.find(round.questionnaire));
  if (!round || !edition) return null;
  const { people } = await readRoll(services, round, edition);
  const person = people.find((one) => one.language === language) ?? people[0];
  return person ? { round, edition, state: person.state, contact: person.contact } : null;
}
