/** Rendering: a view makes the content, the layout puts it in a page. */
import type { Response } from 'express';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import { renderView } from '../views.ts';
import type { Assets } from './assets.ts';

export type NavItem = { href: string; label: string; current?: boolean };

/** What every page needs besides its own content. */
export type Frame = {
  title: string;
  voice: Voice;
  /** The title of the questionnaire or the product, in the bar. */
  heading: string;
  /** A quiet line beside it. */
  subheading?: string;
  /** Who the page is for, at the end of the bar. */
  who?: string;
  nav?: NavItem[];
  /** The pages of the part of the site that this one is in. */
  places?: NavItem[];
  /** Languages to switch to. With `form`, the choice is a button of that form, so that what was typed is saved first. */
  languages?: {
    codes: string[];
    form?: string;
    /** A form of its own, where the choice is kept with the person. */
    post?: { action: string; fields: Record<string, string> };
    /** Where each language has an address of its own: what stands before the code. */
    base?: string;
  };
  /** Where a language link leads back to: a path of ours. */
  path?: string;
  /** Said on every page: demonstration data, mail that is not sent. */
  notices?: string[];
  signOut?: string;
  scripts?: string[];
  help?: string | null;
  /** For caches; a page is nobody's to keep unless it says so. */
  cacheControl?: string;
  wide?: boolean;
};

export type Pages = ReturnType<typeof pages>;

export function pages(assets: Assets) {
  return {
    /** Sends a page. A form that failed goes out with 422 and the typed text in it. */
    async send(
      res: Response,
      view: string,
      frame: Frame,
      locals: object = {},
      status = 200,
    ): Promise<void> {
      const { voice } = frame;
      const common = {
        t: voice.t,
        voice,
        language: voice.language,
        direction: voice.direction,
        asset: assets.path,
        languageNames: LANGUAGE_NAMES,
      };
      const content = renderView(view, { ...common, ...locals });
      const html = renderView('layout/page', {
        ...common,
        subheading: '',
        who: '',
        nav: [],
        places: [],
        languages: { codes: [] },
        path: '/',
        notices: [],
        signOut: '',
        scripts: [],
        help: null,
        wide: false,
        ...frame,
        content,
      });
      res.status(status);
      res.set('Content-Language', voice.language);
      res.set('Cache-Control', frame.cacheControl ?? 'no-store');
      res.type('html').send(html);
    },
  };
}
