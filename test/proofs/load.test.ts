/** Respondents at work while a primary is killed, and many of them at once on one machine: nothing acknowledged is lost. */
import { expect, it, jest } from '@jest/globals';
import { FAULTS } from '../faults/faults.ts';

jest.setTimeout(300_000);

/** `npm run faults` has the larger ones, and takes a seed. */
it.each(['replica', 'load'])('%s', async (id) => {
  const outcome = await FAULTS[id]?.('small', 1);
  // With the figures, for whoever reads why it failed.
  expect(outcome).toEqual({ figure: outcome?.figure, pass: true });
});
