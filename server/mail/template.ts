/**
 * The wording of a mail, which an administrator may change: a subject and a body in Markdown, both with named fields, by
 * template and language. Each save is a version, and versions are kept.
 */
import type { Actor } from '../audit/event.ts';

/** Texts that the program brings along, in `templates/`. */
export const SHIPPED_TEMPLATES = [
  'invitation',
  'reminder-not-started',
  'reminder-draft',
  'deadline-tomorrow',
  'thanks',
  'extension-granted',
  'clarification',
  /** The draft of a letter that becomes the words of a clarification; see `review/letter.ts`. */
  'gender-follow-up',
] as const;

/** A text for one occasion has a name of its own: its languages belong together, and to no other occasion. */
export const MESSAGE_PREFIX = 'message.';
export const isMessageName = (name: string): boolean =>
  /^message\.[a-z0-9][a-z0-9-]{0,40}$/.test(name);

export type TemplateName = (typeof SHIPPED_TEMPLATES)[number] | `message.${string}`;

/** Null for anything else. */
export const templateNamed = (name: string): TemplateName | null =>
  SHIPPED_TEMPLATES.find((one) => one === name) ??
  (isMessageName(name) ? (name as `message.${string}`) : null);

export type TemplateKind = (typeof SHIPPED_TEMPLATES)[number] | 'message';
export const kindOf = (template: TemplateName): TemplateKind =>
  SHIPPED_TEMPLATES.find((one) => one === template) ?? 'message';

export type TemplateText = { subject: string; body: string };

export type TemplateVersion = TemplateText & {
  template: TemplateName;
  language: string;
  /** From 1. */
  version: number;
  origin: 'shipped' | 'saved' | 'restored';
  /** The version whose text was taken again; null for others. */
  from: number | null;
  /** Null for a shipped text. */
  savedBy: Actor | null;
  /** Null for a shipped text that has not been used or changed yet: it stands in `templates/` only. */
  savedAt: Date | null;
};

/** Which words a mailing goes out with, whatever is changed later. */
export type PinnedText = { template: TemplateName; language: string; version: number };

export const LONGEST_SUBJECT = 200;
export const LONGEST_BODY = 10_000;
