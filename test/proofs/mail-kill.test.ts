/** Workers and mongod are killed, and workers stand still, in the middle of a mailing: no mail is lost, none comes twice. */
import { expect, it, jest } from '@jest/globals';
import { FAULTS } from '../faults/faults.ts';

jest.setTimeout(900_000);

/** `npm run faults` has the larger ones, and takes a seed. */
it.each(['mail-kill', 'mail-kill-two', 'mail-mongod', 'mail-pause', 'mail-send-all'])(
  '%s',
  async (id) => {
    const outcome = await FAULTS[id]?.('small', 1);
    // With the figures, for whoever reads why it failed.
    expect(outcome).toEqual({ figure: outcome?.figure, pass: true });
  },
);
