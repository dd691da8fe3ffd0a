/** What a batch of mail can be for, as data. Who gets a mail of which kind is decided in `selection.ts`. */

/** Reminders by the text that they carry. */
export const REMINDERS = ['reminder-not-started', 'reminder-draft', 'deadline-tomorrow'] as const;
export type Reminder = (typeof REMINDERS)[number];

/** `reminder` goes to all who have not submitted, each with the text for how far they are. */
export const MAILING_KINDS = ['invitation', 'reminder', ...REMINDERS, 'thanks', 'message'] as const;
export type MailingKind = (typeof MAILING_KINDS)[number];

/** What a single mail of a mailing is. */
export const MAILING_TEMPLATES = ['invitation', ...REMINDERS, 'thanks', 'message'] as const;
export type MailingTemplate = (typeof MAILING_TEMPLATES)[number];

export const isReminder = (template: string): template is Reminder =>
  REMINDERS.some((one) => one === template);

/** Kinds that make sense only while answers are taken. */
export const needsOpenRound = (kind: MailingKind): boolean =>
  kind !== 'thanks' && kind !== 'message';
