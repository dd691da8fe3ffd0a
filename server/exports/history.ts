/**
 * The versions of a round's questionnaire that rounds have opened with. An export has the columns of all of them, in the
 * order in which they came, so that a column never moves, never goes, and never comes to mean something else.
 */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';

/** In the order in which a round first opened with each; the round's own is last while it has not opened. */
export async function historyOf(
  services: Pick<Services, 'rounds' | 'catalogue'>,
  round: Round,
): Promise<Edition[]> {
  const { key } = round.questionnaire;
  const opened = (await services.rounds.all())
    .filter((one) => one.questionnaire.key === key && one.openedAt !== null)
    .sort((a, b) => Number(a.openedAt) - Number(b.openedAt));
  const versions = new Set([...opened, round].map((one) => one.questionnaire.version));
  const editions = await Promise.all(
    [...versions].map((version) => services.catalogue.find({ key, version })),
  );
  return editions.filter((edition) => edition !== null);
}

/** All questions of a version once, in the order of its audiences. */
export const questionsOf = (questionnaire: Questionnaire): AskedQuestion[] => [
  ...new Set(
    questionnaire.definition.audiences.flatMap((audience) => questionnaire.asked(audience.id)),
  ),
];

/**
 * The name of each question in the headers: its id, unless an earlier version asked under that id for answers of another
 * kind. Then it is the id with the version that began it, as in `a44_01@2`.
 */
export function lastingNames(versions: Questionnaire[]): Map<Questionnaire, Map<string, string>> {
  const known = new Map<string, Map<string, string>>();
  const names = new Map<Questionnaire, Map<string, string>>();
  for (const version of versions) {
    const own = new Map<string, string>();
    for (const question of questionsOf(version)) {
      const kinds = known.get(question.id) ?? new Map<string, string>();
      const kind = kindOf(question);
      const fresh = kinds.size === 0 ? question.id : `${question.id}@${version.definition.version}`;
      const name = kinds.get(kind) ?? fresh;
      known.set(question.id, kinds.set(kind, name));
      own.set(question.id, name);
    }
    names.set(version, own);
  }
  return names;
}

/** Answers of two kinds cannot stand in one column. */
function kindOf(question: AskedQuestion): string {
  switch (question.type) {
    case 'scale':
      return `scale ${question.min}-${question.max}`;
    case 'number':
      return `number ${question.unit}`;
    case 'matrix':
      return `matrix ${question.cell.type}`;
    default:
      return question.type;
  }
}
