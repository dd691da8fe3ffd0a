/** Rounds side by side: the page and its charts. */
import { type Request, Router } from 'express';
import { chartKind } from '../exports/chart-file.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import { viewFile } from './chart-routes.ts';
import { type Compared, comparePage } from './compare-page.ts';
import { filterFrom, queryOf } from './filter-query.ts';
import { readDataset } from './read.ts';
import { answeredIn, findSide, MOST_SIDES, type Side, sideWord } from './read-sides.ts';
import { filterWordsOf } from './view.ts';
import { type At, CHARTS, resultsDesk } from './view-routes.ts';

export function compareRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { at, page } = resultsDesk(services, desk);

  /** The round of the address and the chosen ones, in the order of time. */
  async function sidesAt({ round, view }: At, req: Request) {
    const own = sideWord(round._id, view.filter.cutoff);
    const chosen = [req.query['with'] ?? []].flat().filter((one) => one !== '' && one !== own);
    const words = [own, ...new Set(chosen.map(String))];
    const found = await Promise.all(words.map((word) => findSide(services, word)));
    const sides = found.flatMap((side) => side ?? []);
    if (words.length > MOST_SIDES || sides.length < words.length) throw new Refusal('not-found');
    return sides.sort(
      (a, b) => a.round.opensAt.getTime() - b.round.opensAt.getTime() || takenAt(a) - takenAt(b),
    );
  }

  async function compared(here: At, req: Request) {
    const sides = await sidesAt(here, req);
    const own = sideWord(here.round._id, here.view.filter.cutoff);
    const same = req.query['same'] === '1' && sides.length > 1;
    const answeredToo = same ? await answeredIn(services, sides) : undefined;
    const read = async (side: Side): Promise<Compared> => {
      const { round, cutOff, word } = side;
      const [data, edition] = await Promise.all([
        word === own ? here.view.data : readDataset(services, round, here.voice.language, cutOff),
        services.catalogue.find(round.questionnaire),
      ]);
      if (!data || !edition) throw new Refusal('not-found');
      const also = sides.filter((one) => one !== side).map((one) => one.word);
      const filter = {
        ...filterFrom(req.query, filterWordsOf(data)),
        ...(cutOff ? { cutoff: cutOff.slug } : {}),
        ...(answeredToo ? { also: also.join(','), answeredToo } : {}),
      };
      return {
        word,
        round: round._id,
        view: { ...here.view, data, filter },
        wording: { source: edition.source, shown: data.questionnaire },
      };
    };
    return { same, sides: await Promise.all(sides.map(read)) };
  }

  /** The view whose filter and language stand on the page: of the round of the address. */
  const ownOf = (here: At, sides: Compared[]) =>
    sides.find(({ word }) => word === sideWord(here.round._id, here.view.filter.cutoff))?.view ??
    here.view;

  router.get(
    '/results/:round/compare',
    page(async (here, req) => {
      const { same, sides } = await compared(here, req);
      const own = sideWord(here.round._id, here.view.filter.cutoff);
      const others = sides.map(({ word }) => word).filter((word) => word !== own);
      return {
        view: 'progress/compare',
        title: here.voice.t('compare.title'),
        scripts: CHARTS,
        locals: {
          ...comparePage(ownOf(here, sides), sides),
          options: await optionsOf(here, others),
          same,
          own: here.round._id,
          others,
          chosen: [...others.map((word) => ['with', word]), ...(same ? [['same', '1']] : [])],
          query: queryWith(here, others, same),
        },
      };
    }),
  );

  router.get('/results/:round/compare/:chart/chart.:kind', async (req, res) => {
    const here = await at(req);
    const kind = chartKind(req.params['kind']);
    const { sides } = await compared(here, req);
    const { pictures } = comparePage(ownOf(here, sides), sides);
    const found = pictures.find((one) => one.kind === req.params['chart']);
    if (!kind || !found) throw new Refusal('not-found');
    const name = `comparison-${found.kind}`;
    sendFile(res, await viewFile(kind, { picture: found.picture, name }, here.view));
  });

  /** Every round whose questionnaire shares an indicator, and each of its cut-offs. */
  async function optionsOf({ round, view, voice }: At, chosen: string[]) {
    const keys = new Set(view.data.questionnaire.definition.indicators.map(({ key }) => key));
    const rounds = (await services.rounds.all()).filter((one) => one.status !== 'planned');
    const own = sideWord(round._id, view.filter.cutoff);
    const options = await Promise.all(
      rounds.map(async (one) => {
        const edition = await services.catalogue.find(one.questionnaire);
        const shares = edition?.source.definition.indicators.some(({ key }) => keys.has(key));
        if (!shares) return [];
        const cutOffs = await services.cutOffs.ofRound(one._id);
        return [
          { value: one._id, label: voice.t('compare.now', { round: one._id }) },
          ...cutOffs.map(({ slug, name }) => ({
            value: sideWord(one._id, slug),
            label: `${one._id}, ${name}`,
          })),
        ];
      }),
    );
    return options
      .flat()
      .filter(({ value }) => value !== own)
      .map((one) => ({ ...one, chosen: chosen.includes(one.value) }));
  }

  return router;
}

/** A round as it is now comes after all its cut-offs. */
const takenAt = ({ cutOff }: Side): number => cutOff?.takenAt.getTime() ?? Number.MAX_SAFE_INTEGER;

/** The address of the comparison, for its files. */
function queryWith({ view }: At, others: string[], same: boolean): string {
  const query = new URLSearchParams(queryOf(view.filter));
  for (const word of others) query.append('with', word);
  if (same) query.set('same', '1');
  return `?${query}`;
}
