/** Whoever takes results away leaves a row in the audit, before anybody has the file. */
import type { Actor } from '../audit/event.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { CutOff } from './cut-off.ts';

/**
 * @param cutOff null for the answers as they are now
 * @param what its format and whatever else tells what it holds: a filter, a language, how many rows
 * @param until when the answers were read that it holds
 */
export const recordTaken = (
  { audit, clock }: Pick<Services, 'audit' | 'clock'>,
  actor: Actor,
  round: Round,
  cutOff: Pick<CutOff, 'slug' | 'takenAt'> | null,
  what: { format: string; [more: string]: unknown },
  until = cutOff?.takenAt ?? clock(),
): Promise<void> =>
  audit.record(
    {
      actor,
      event: 'round.exported',
      subject: { kind: 'round', id: round._id },
      details: {
        ...what,
        cutOff: until.toISOString(),
        ...(cutOff ? { snapshot: cutOff.slug } : {}),
      },
    },
    clock(),
  );
