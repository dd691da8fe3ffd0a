/** What the routes of every feature share. */
import type { Express } from 'express';
import type { Services } from '../services.ts';
import { type Assets, assets } from './assets.ts';
import { type Grants, grants } from './grants.ts';
import { type FailureLimit, failureLimit } from './limits.ts';
import { type Pages, pages } from './pages.ts';

export type Web = { pages: Pages; grants: Grants; assets: Assets; failures: FailureLimit };

export function web(app: Express, { secrets, config, clock, connection }: Services): Web {
  const files = assets();
  return {
    assets: files,
    pages: pages(app, files),
    grants: grants(secrets, config.publicUrl, clock),
    failures: failureLimit(connection),
  };
}
