/** The audiences of all questionnaires that are loaded: whom a contact can speak for a State to. */
import type { Services } from '../services.ts';

const editionsOf = async ({ catalogue }: Services) =>
  Promise.all((await catalogue.circulated()).map((one) => catalogue.find(one)));

export async function knownAudiences(services: Services): Promise<string[]> {
  const editions = await editionsOf(services);
  const ids = editions.flatMap((one) => one?.source.definition.audiences.map(({ id }) => id) ?? []);
  return [...new Set(ids)];
}

export type AudienceLabel = { id: string; label: string };

/** With what they are called in a language, in the order of the questionnaires. */
export async function audienceLabels(
  services: Services,
  language: string,
): Promise<AudienceLabel[]> {
  const editions = await editionsOf(services);
  const labels = new Map(
    editions.flatMap((one) =>
      (one?.in(language).definition.audiences ?? []).map(({ id, short }) => [id, short] as const),
    ),
  );
  return [...labels].map(([id, label]) => ({ id, label }));
}
