/**
 * What every page of results begins and ends with, in whichever folder its routes are: the round of the address, read
 * for whoever is signed in, and the frame with the navigation. No list of addresses itself.
 */
import { randomBytes } from 'node:crypto';
import type { Response as HttpResponse, Request, RequestHandler } from 'express';
import { may, type Permission, readerOf } from '../accounts/account.ts';
import { type Marks, marksFor, NO_MARKS } from '../review/marks.ts';
import type { Services } from '../services.ts';
import { slices } from '../slices.ts';
import type { Desk } from '../web/desk.ts';
import { Refusal } from '../web/refusal.ts';
import { withCounters } from './counting.ts';
import type { CutOff } from './cut-off.ts';
import { type Filter, NamesNeeded, TooMany } from './dataset.ts';
import { cutOffQuery, filterFrom, queryOf } from './filter-query.ts';
import { placesOf } from './places.ts';
import { readDataset } from './read.ts';
import { answeredIn, findSide, MOST_SIDES, type Side } from './read-sides.ts';
import { cutOffWords, filterView, filterWordsOf, type View } from './view.ts';

type Arrived = Awaited<ReturnType<Desk['roundAt']>>;
/** Who looks, at which round, and what it says to them. */
export type At = Arrived & { view: View };

type ResultsPage = {
  /** Below `views/`. */
  view: string;
  title: string;
  locals: object;
  scripts?: string[];
  status?: number;
};

/** A page asks for its counters, for others that depend on these, and for the names of each of its lists. */
const MOST_TRIES = 6;

/** What draws the charts of a page. */
export const CHARTS = ['scripts/chart.umd.min.js', 'scripts/charts.js'];

/** The cut-off of an address; null where it names none. @throws Refusal for one that there is not: figures of now would pass for its */
export async function cutOffAt(
  services: Pick<Services, 'cutOffs'>,
  round: string,
  slug: unknown,
): Promise<CutOff | null> {
  if (slug === undefined || slug === '') return null;
  const cutOff = typeof slug === 'string' ? await services.cutOffs.find(round, slug) : null;
  if (!cutOff) throw new Refusal('not-found');
  return cutOff;
}

/** The States that answered here and in the rounds of an address as well. @throws Refusal for a round or cut-off that there is not */
export async function alsoAt(
  services: Services,
  also: unknown,
  here: Omit<Side, 'word'>,
): Promise<Partial<Filter>> {
  if (typeof also !== 'string' || also === '') return {};
  const sides = await Promise.all(also.split(',').map((word) => findSide(services, word)));
  if (sides.length > MOST_SIDES || sides.includes(null)) throw new Refusal('not-found');
  const found = sides.flatMap((side) => side ?? []);
  return { also, answeredToo: await answeredIn(services, [here, ...found]) };
}

export function resultsDesk(services: Services, desk: Desk) {
  async function read(req: Request, arrived: Arrived): Promise<At> {
    const { account, round, voice } = arrived;
    const cutOff = await cutOffAt(services, round._id, req.query['cutoff']);
    const data = await readDataset(services, round, voice.language, cutOff);
    if (!data) throw new Refusal('not-found');
    const filter = {
      ...filterFrom(req.query, filterWordsOf(data)),
      ...(cutOff ? { cutoff: cutOff.slug } : {}),
      ...(await alsoAt(services, req.query['also'], { round, cutOff })),
    };
    const from = /^\d{1,9}$/.test(String(req.query['from'])) ? Number(req.query['from']) : 0;
    return { ...arrived, view: { data, filter, reader: readerOf(account), voice, from } };
  }

  /**
   * In a large round a page may lack counters, or names of those that it lists. They are fetched, and it is made again from the round as it
   * is then.
   */
  async function built(
    req: Request,
    arrived: Arrived,
    build: (at: At, req: Request) => ResultsPage | Promise<ResultsPage>,
    tries = MOST_TRIES,
  ): Promise<{ at: At; page: ResultsPage }> {
    const at = await read(req, arrived);
    const { columns } = at.view.data;
    const make = () => build(at, req);
    const slice = slices();
    try {
      const page = await (tries > 0 ? withCounters(columns, make) : make());
      // What took long to count may take long to draw: others have their turn between.
      if (slice.isOver()) await slice.next();
      if (page) return { at, page };
    } catch (error) {
      if (!(error instanceof NamesNeeded) || tries === 0) throw error;
      await services.columns.name(at.round._id, columns, error.places);
    }
    return built(req, arrived, build, tries - 1);
  }

  const frame = (
    req: Request,
    res: HttpResponse,
    { account, round, voice, edition }: Arrived,
    page: ResultsPage,
    query = '',
  ) => {
    const questionnaire = edition.in(voice.language);
    return desk.send(req, res, account, {
      ...page,
      heading: questionnaire.definition.shortTitle,
      round,
      places: placesOf(
        round._id,
        questionnaire,
        req.path,
        query,
        voice,
        may(account, 'responses.review'),
      ),
    });
  };

  /** Figures of a cut-off tell of that day, and what is under clarification of now. */
  const marksOf = async (
    req: Request,
    { account, round, edition, voice }: Arrived,
  ): Promise<Marks> =>
    req.query['cutoff']
      ? NO_MARKS
      : marksFor(services, round._id, edition.in(voice.language), {
          reader: readerOf(account),
          reads: may(account, 'responses.review'),
        });

  const send = async (
    req: Request,
    res: HttpResponse,
    at: At,
    page: ResultsPage,
    marks: Promise<Marks> = marksOf(req, at),
  ): Promise<void> => {
    const { round, view, account } = at;
    const reads = may(account, 'responses.review');
    const locals = {
      ...page.locals,
      filters: filterView(view),
      base: `/results/${round._id}`,
      roundId: round._id,
      demonstration: round.demonstration,
      cutOff: cutOffWords(view),
      cutOffQuery: cutOffQuery(view.filter),
      plan: view.data.questionnaire.definition.plan,
      canExport: may(account, 'results.export'),
      canReview: reads,
      // Nobody asks about what their own State said, nor about the answers of a day that is over.
      asksAbout: (row: { key: string; review: string }) =>
        reads && !view.filter.cutoff && row.review !== '' && row.key !== account.state,
      marks: await marks,
    };
    return frame(req, res, at, { ...page, locals }, queryOf(view.filter));
  };

  return {
    /** Signed in and allowed, the round is there, its material is read. @throws Refusal, SignInNeeded */
    at: async (req: Request, permission: Permission = 'results.read'): Promise<At> =>
      read(req, await desk.roundAt(req, permission)),

    /**
     * The handler of a page. Where its figures cannot be read it says that they failed, in the same frame: nothing that
     * could be taken for an empty result. @throws Refusal, SignInNeeded
     */
    page:
      (build: (at: At, req: Request) => ResultsPage | Promise<ResultsPage>): RequestHandler =>
      async (req, res) => {
        const arrived = await desk.roundAt(req, 'results.read');
        // Nothing of it depends on the figures, so it is read while they are made.
        const marks = marksOf(req, arrived);
        marks.catch(() => {});
        try {
          const { at, page } = await built(req, arrived, build);
          await send(req, res, at, page, marks);
        } catch (error) {
          if (error instanceof Refusal || res.headersSent) throw error;
          if (error instanceof TooMany) {
            const title = arrived.voice.t('tooMany.title');
            return frame(req, res, arrived, { view: 'progress/too-many', title, locals: {} });
          }
          const id = randomBytes(4).toString('hex');
          services.log.error({ err: error, id }, 'figures could not be read');
          const title = arrived.voice.t('failed.title');
          const failed = { view: 'progress/failed', title, locals: { id }, status: 500 };
          await frame(req, res, arrived, failed);
        }
      },

    /** For a page that answers a form, such as one that comes back with what was typed. */
    send,

    /** For a page that shows no figures: the frame alone, for which the round is not read. */
    frame,
  };
}
