/**
 * A question that is answered by a choice looks the same for all who chose the same, so its HTML is kept, by version and language
 * and choice: a page of twenty such questions is put together from twenty pieces. Nothing that anybody wrote is kept, and
 * pieces go when their version of the questionnaire goes.
 */
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { remembered } from '../remembered.ts';
import type { Voice } from '../texts.ts';
import { renderView } from '../views.ts';
import { belongs } from './fields.ts';
import { type Draft, fieldOf } from './response.ts';
import { storedProblems } from './section-form.ts';
import { questionView } from './section-page.ts';

/** Of one question in one language. One with many ticks can be answered in very many ways. */
const MOST_KEPT = 32;

/** Null for a choice that has something wrong with it, which the page draws with what is wrong. */
type Pieces = ReturnType<typeof remembered<string, string | null>>;
const pieces = new WeakMap<AskedQuestion, Pieces>();

/** The question as it stands on the page of its section; null when it must be drawn for this one person. */
export function pieceOf(
  questionnaire: Questionnaire,
  question: AskedQuestion,
  draft: Draft,
  voice: Voice,
): string | null {
  if (!isChosen(question) || hasWords(question, draft)) return null;
  const kept: Pieces = pieces.get(question) ?? remembered(MOST_KEPT);
  pieces.set(question, kept);
  const choice = [draft.answers[question.id], draft.uses?.[question.id]];
  return kept(`${voice.language} ${JSON.stringify(choice)}`, () => {
    const sound = storedProblems(questionnaire, question, draft, voice.language).length === 0;
    return sound ? draw(questionnaire, question, draft, voice) : null;
  });
}

const isChosen = ({ type }: AskedQuestion): boolean =>
  type === 'single' || type === 'multi' || type === 'scale';

/** Words beside "Other", read or not, are somebody's own. */
const hasWords = ({ id }: AskedQuestion, { other, unparsed }: Draft): boolean =>
  other[id] !== undefined || Object.keys(unparsed).some((key) => belongs(fieldOf(key), id));

const draw = (
  questionnaire: Questionnaire,
  question: AskedQuestion,
  draft: Draft,
  voice: Voice,
): string =>
  renderView('responses/question', {
    q: questionView(questionnaire, question, draft, { problems: [], voice }),
    t: voice.t,
    isNew: '',
    lastTimes: {},
  });
