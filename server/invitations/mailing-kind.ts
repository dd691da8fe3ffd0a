/** What a batch of mail can be for, as data. Who gets a mail of which kind is decided in `selection.ts`. */

/** Reminders by the text that they carry. */
export const REMINDERS = ['reminder-not-started', 'reminder-draft', 'deadline-tomorrow'] as const;
export type Reminder = (typeof REMINDERS)[number];

/**
 * What an administrator can choose for a mailing. `reminder` goes to all who have not submitted, each with the text for how
 * far they are.
 */
export const MAILING_KINDS = ['invitation', 'reminder', ...REMINDERS, 'thanks', 'message'] as const;
/** A question of the Committee's is a mailing to the contacts of one State, made where it is asked (`review/ask.ts`). */
export type MailingKind = (typeof MAILING_KINDS)[number] | 'clarification';

/** What a single mail of a mailing is. */
export const MAILING_TEMPLATES = [
  'invitation',
  ...REMINDERS,
  'thanks',
  'message',
  'clarification',
] as const;
export type MailingTemplate = (typeof MAILING_TEMPLATES)[number];

export const isReminder = (template: string): template is Reminder =>
  REMINDERS.some((one) => one === template);

/** Of use whether answers are taken or not. */
const ALWAYS: MailingKind[] = ['thanks', 'message', 'clarification'];
/** Kinds that make sense only while answers are taken. */
export const needsOpenRound = (kind: MailingKind): boolean => !ALWAYS.includes(kind);
