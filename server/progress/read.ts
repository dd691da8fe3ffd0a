/** Reads a round's material: its columns as they are now or were at a cut-off, and the States that were not asked. */
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { CutOff } from './cut-off.ts';
import { type Dataset, datasetOf } from './dataset.ts';
import { columnsAt } from './read-columns-at.ts';
import { othersOf, registerOf } from './read-others.ts';

/**
 * @param language of the labels
 * @param cutOff to read the round as it was then; null for now
 * @returns null when the questionnaire is not loaded
 */
export async function readDataset(
  services: Services,
  round: Round,
  language: string,
  cutOff: CutOff | null = null,
): Promise<Dataset | null> {
  const now = services.clock();
  const edition = await services.catalogue.lately(round.questionnaire);
  if (!edition) return null;
  const { source } = edition;
  const [columns, register] = await Promise.all([
    cutOff ? columnsAt(services, source, cutOff) : services.columns.read(round._id, source),
    registerOf(services, cutOff),
  ]);
  return datasetOf(
    {
      round: round._id,
      zone: round.zone,
      demonstration: round.demonstration,
      questionnaire: edition.in(language),
      cutOff: cutOff?.takenAt ?? now,
      snapshot: cutOff && { slug: cutOff.slug, name: cutOff.name },
    },
    columns,
    othersOf(columns, register, cutOff !== null),
  );
}
