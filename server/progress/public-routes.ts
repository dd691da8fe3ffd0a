/** The public page of a round: no account, no session, no cookie; anybody's cache may keep it for some minutes. */
import { type Request, Router } from 'express';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { NO_FILTER } from './dataset.ts';
import { publicPage } from './public-page.ts';
import { readDataset } from './read.ts';

/** For caches: what is published stays, but may be taken down. */
const FRESH_SECONDS = 300;
/** How long the process itself takes a page for good, so that many readers cost one reading of the answers. */
const KEPT_MS = 60_000;

const EVERYBODY = { identifies: false, committee: false };

export function publicRoutes(services: Services, web: Web): Router {
  const router = Router();
  type Made = { until: number; page: Promise<ReturnType<typeof publicPage> | null> };
  const kept = new Map<string, Made>();

  /** Whoever asks for a round that is not public learns nothing of it. */
  async function publishedAt(req: Request): Promise<Round & { publication: { cutOff: string } }> {
    const round = await services.rounds.find(String(req.params['round']));
    if (!round?.publication) throw new Refusal('not-found');
    return { ...round, publication: round.publication };
  }

  async function make(round: Round, slug: string, language: string) {
    const cutOff = await services.cutOffs.find(round._id, slug);
    const data = cutOff && (await readDataset(services, round, language, cutOff));
    const voice = voiceOf(language);
    return data && publicPage({ data, filter: NO_FILTER, reader: EVERYBODY, voice });
  }

  function pageOf(round: Round & { publication: { cutOff: string } }, language: string) {
    const now = services.clock().getTime();
    const key = `${round._id} ${round.publication.cutOff} ${language}`;
    const before = kept.get(key);
    if (before && before.until > now) return before.page;
    const page = make(round, round.publication.cutOff, language);
    kept.set(key, { until: now + KEPT_MS, page });
    page.catch(() => kept.delete(key));
    return page;
  }

  router.get('/public/:round', async (req, res) => {
    const round = await publishedAt(req);
    const language = req.acceptsLanguages(INTERFACE_LANGUAGES) || 'en';
    res.vary('Accept-Language').set('Cache-Control', `public, max-age=${FRESH_SECONDS}`);
    res.redirect(302, `/public/${round._id}/${language}`);
  });

  router.get('/public/:round/:language', async (req, res) => {
    const round = await publishedAt(req);
    const language = INTERFACE_LANGUAGES.find((known) => known === req.params['language']);
    const page = language && (await pageOf(round, language));
    if (!page) throw new Refusal('not-found');
    const voice = voiceOf(language);
    const edition = await services.catalogue.find(round.questionnaire);
    await web.pages.send(
      res,
      'progress/public',
      {
        title: page.title,
        voice,
        heading: page.plan,
        languages: { codes: INTERFACE_LANGUAGES, base: `/public/${round._id}/` },
        notices: [
          ...(round.demonstration ? [voice.t('notice.demonstration')] : []),
          ...(edition?.reviewed(language) ? [] : [voice.t('notice.unreviewed')]),
        ],
        cacheControl: `public, max-age=${FRESH_SECONDS}`,
      },
      page,
    );
  });

  return router;
}
