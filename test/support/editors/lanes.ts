/** Plays many schedules, some at a time, each with editors and an invitation of its own. */
import fc from 'fast-check';
import type { TestApp } from '../app.ts';
import { browserEditor } from './browser.ts';
import { deskEditors } from './desk.ts';
import type { Editor } from './editor.ts';
import { play } from './play.ts';
import { type Shared, sharedResponses } from './round.ts';
import { type Step, schedules } from './schedule.ts';

/** So many that the database writes its journal for several at once. */
const LANES = 8;

export type Played = {
  schedules: number;
  steps: number;
  seed: number;
  /** The smallest schedule that was found to fail, and how to find it again. */
  failure: { seed: number; path: string; steps: Step[]; reason: string } | null;
};

const EDITORS = 3;
/** Through HTTP and the pages, or, five times as fast, through the functions that the routes call. */
export type Way = 'pages' | 'functions';

/** @param progress is told how many have been played, after each */
export async function playMany(
  on: TestApp,
  way: Way,
  count: number,
  seed: number,
  progress: (done: number) => void = () => {},
): Promise<Played> {
  const fresh = await sharedResponses(on);
  const atDesk = await deskEditors(on, await fresh());
  const editorsOf = (shared: Shared): Promise<Editor[]> =>
    Promise.all(
      Array.from({ length: EDITORS }, (_, who) =>
        way === 'pages' ? browserEditor(on, shared, who) : atDesk(shared, who),
      ),
    );
  const played: Played = { schedules: 0, steps: 0, seed, failure: null };
  const lane = async (place: number): Promise<void> => {
    const share = Math.ceil((count - place) / LANES);
    if (share <= 0) return;
    const outcome = await fc.check(
      fc.asyncProperty(schedules(), async (steps) => {
        // Others need not go on when one has failed.
        if (played.failure) return;
        const shared = await fresh();
        await play(on, shared.invitation, await editorsOf(shared), steps);
        played.schedules += 1;
        played.steps += steps.length;
        progress(played.schedules);
      }),
      { numRuns: share, seed: seed + place, endOnFailure: false },
    );
    if (!outcome.failed || !outcome.counterexample || played.failure) return;
    const [steps] = outcome.counterexample;
    played.failure = {
      seed: outcome.seed,
      path: outcome.counterexamplePath ?? '',
      steps,
      reason: String(outcome.errorInstance),
    };
  };
  await Promise.all(Array.from({ length: LANES }, (_, place) => lane(place)));
  return played;
}
