/** Who may ask about an answer, and read what was asked: whoever may see the answer with its State. */
import { mayName, type Reader, type Said as Spoken, useOfAnswer } from '../progress/disclosure.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use } from '../responses/response.ts';
import type { Services } from '../services.ts';
import type { Clarification } from './clarification.ts';

/** The closest use of any of these answers. */
export const useOfAll = (questionnaire: Questionnaire, spoken: Spoken, questions: string[]): Use =>
  USES[
    Math.max(0, ...questions.map((id) => USES.indexOf(useOfAnswer(questionnaire, spoken, id))))
  ] as Use;

/** The questions whose answers a clarification tells of: a letter of follow-up tells those of its rule too. */
export function toldBy(
  questionnaire: Questionnaire,
  { questions, followUp, audience }: Pick<Clarification, 'questions' | 'followUp' | 'audience'>,
): string[] {
  const rule = questionnaire.definition.followUps?.find(
    (one) => one.action === followUp && one.audience === audience,
  );
  const conditions = rule ? [rule.cooperation, rule.gender] : [];
  const looked = conditions.flatMap((one) => rulesOf(one)).map((one) => one.rule.q);
  return [...new Set([...questions, ...looked])];
}

export const mayAskAbout = (
  questionnaire: Questionnaire,
  spoken: Spoken,
  questions: string[],
  reader: Reader,
): boolean => mayName(useOfAll(questionnaire, spoken, questions), reader);

/** As the State says now, and as it said of what the clarification quotes. @param now null without a submission */
export function mayRead(
  questionnaire: Questionnaire,
  clarification: Clarification,
  now: Spoken | null,
  reader: Reader,
): boolean {
  const { before, answer } = clarification;
  const told = toldBy(questionnaire, clarification);
  const uses = [
    before.use,
    answer?.said.use ?? 'attributed',
    now?.use && useOfAll(questionnaire, now, told),
  ];
  return uses.every((use) => !use || mayName(use, reader));
}

/** All of a round that a reader may read, newest first. */
export async function readableOf(
  services: Pick<Services, 'clarifications' | 'responses'>,
  round: string,
  questionnaire: Questionnaire,
  reader: Reader,
): Promise<Clarification[]> {
  const all = await services.clarifications.ofRound(round);
  if (all.length === 0) return [];
  const rows = await services.responses.countedAmong(all.map(({ response }) => response));
  const spoken = new Map(rows.map((row) => [row._id, row.submitted]));
  return all.filter((one) => mayRead(questionnaire, one, spoken.get(one.response) ?? null, reader));
}
