/** A small round over a real Exim and Dovecot, where they are installed: what comes back is read and understood. */
import { describe, expect, it } from '@jest/globals';
import { missingServers } from '../../scripts/mail-servers.ts';
import { run } from '../support/process.ts';

const missing = missingServers();
if (missing) console.warn(`The proof with real mail servers is LEFT OUT. ${missing}`);

describe('real mail servers', () => {
  (missing ? it.skip : it)(
    'deliver, refuse, bounce later and answer by themselves, and Rapporteur understands it',
    async () => {
      const proof = run('scripts/mail-server-proof.ts', [], { LOG_LEVEL: 'error' });
      const code = await proof.ended;
      expect([code, proof.stderr()]).toEqual([0, '']);
      expect(proof.stdout().match(/^ok: /gm)).toHaveLength(13);
    },
    150_000,
  );
});
