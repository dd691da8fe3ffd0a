/** What a kind of mail is made of: whom it goes to, in which language, and its words. */
import type { Content } from './render.ts';

export type Made = {
  to: { name: string; email: string };
  language: string;
  content: Content;
  /** More headers than every mail has. */
  headers?: Record<string, string>;
};
