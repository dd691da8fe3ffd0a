/** What each answer of a mail server becomes, as data. `docs/mail.md` shows this table; a test holds the two together. */

/** How far a delivery had come when the answer came, or stayed out. */
export type Step =
  /** Being connected and greeted. */
  | 'greeting'
  /** STARTTLS, or the handshake of TLS. */
  | 'tls'
  /** Our password. */
  | 'login'
  /** Our address: MAIL FROM. */
  | 'sender'
  /** RCPT TO. */
  | 'receiver'
  /** The word DATA, before the body. */
  | 'data'
  /** From the first byte of the body on. */
  | 'body';

export type Verdict =
  | 'accepted'
  /** Not now. */
  | 'soft'
  /** Never. */
  | 'hard'
  /** Nobody knows. */
  | 'unknown'
  /** It speaks of us, not of the mail: the next one would be refused as well. */
  | 'refused';

/** `code` null: there was no answer, or none that begins with three digits and was whole. */
export type Answer = { step: Step; code: number | null };

type Row = {
  /** As docs/mail.md says it. */
  says: string;
  becomes: Verdict;
  fits(answer: Answer): boolean;
};

const isPermanent = (code: number | null) => code !== null && code >= 500 && code < 600;
const isTemporary = (code: number | null) => code !== null && code >= 400 && code < 500;

/** The first row that fits decides. Only the three digits count: the enhanced code (5.7.1) is often wrong. */
export const ANSWERS: readonly Row[] = [
  {
    says: 'accepts the body with 2xx, whatever else it says',
    becomes: 'accepted',
    fits: ({ step, code }) =>
      step === 'body' && code !== null && code >= 200 && code < 300 && code !== 221,
  },
  {
    says: 'wants a password first (530), at any step',
    becomes: 'refused',
    fits: ({ code }) => code === 530,
  },
  {
    says: 'refuses our password (535), or cannot check it (454)',
    becomes: 'refused',
    fits: ({ step, code }) =>
      step === 'login' && code !== 421 && (isTemporary(code) || isPermanent(code)),
  },
  {
    says: 'refuses us at the greeting with 5xx',
    becomes: 'refused',
    fits: ({ step, code }) => step === 'greeting' && isPermanent(code),
  },
  {
    says: 'says to the sender that the mail is too large (552)',
    becomes: 'hard',
    fits: ({ step, code }) => step === 'sender' && code === 552,
  },
  {
    says: 'refuses our sender (MAIL FROM) with another 5xx',
    becomes: 'refused',
    fits: ({ step, code }) => step === 'sender' && isPermanent(code),
  },
  {
    says: 'offers no TLS where it should, or breaks off in its handshake',
    becomes: 'soft',
    fits: ({ step }) => step === 'tls',
  },
  {
    says: 'says that it was not our turn (503)',
    becomes: 'soft',
    fits: ({ code }) => code === 503,
  },
  {
    says: 'refuses the receiver (RCPT TO), DATA or the body with 5xx',
    becomes: 'hard',
    fits: ({ code }) => isPermanent(code),
  },
  {
    says: 'answers 4xx, at any step: busy, full, greylisting, closing (421)',
    becomes: 'soft',
    fits: ({ code }) => isTemporary(code),
  },
  {
    says: 'has the body, and then hangs, breaks off, says goodbye (221) or what is no answer',
    becomes: 'unknown',
    fits: ({ step }) => step === 'body',
  },
  {
    says: 'cannot be reached, hangs, breaks off or says what is no answer, before it has the body',
    becomes: 'soft',
    fits: () => true,
  },
];

export function verdictOn(answer: Answer): Verdict {
  // The last row fits everything.
  return (ANSWERS.find((row) => row.fits(answer)) as Row).becomes;
}
