/** Styles and scripts under an address that holds their hash, so that a browser keeps each for a year. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

export type Assets = { path(name: string): string; routes: Router };

const root = join(import.meta.dirname, '..', '..', 'public');
const chart = join(dirname(fileURLToPath(import.meta.resolve('chart.js'))), 'chart.umd.min.js');

export function assets(): Assets {
  const files = new Map(
    ['styles', 'scripts'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => [
        `${folder}/${name}`,
        join(root, folder, name),
      ]),
    ),
  );
  files.set('scripts/chart.umd.min.js', chart);
  const hashes = new Map(
    [...files].map(([name, path]) => [
      name,
      createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12),
    ]),
  );
  const routes = Router();
  // An address with an old hash still gets the file, but nobody may keep it.
  routes.use('/assets/:hash', (req, res, next) => {
    const name = req.path.slice(1);
    const current = hashes.get(name) === req.params['hash'];
    res.set('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'no-cache');
    next();
  });
  const serve = { cacheControl: false, fallthrough: true, index: false } as const;
  for (const folder of ['styles', 'scripts'])
    routes.use(`/assets/:hash/${folder}`, express.static(join(root, folder), serve));
  routes.get('/assets/:hash/scripts/chart.umd.min.js', (_req, res) => res.sendFile(chart, serve));
  return {
    /** @throws for a name that is no file: a typing error in a view */
    path: (name) => {
      const hash = hashes.get(name);
      if (!hash) throw new Error(`There is no asset ${name}`);
      return `/assets/${hash}/${name}`;
    },
    routes,
  };
}
