/** What the routes of every feature share. */
import type { Services } from '../services.ts';
import { type Assets, assets } from './assets.ts';
import { type Grants, grants } from './grants.ts';
import { type FailureLimit, failureLimit } from './limits.ts';
import { type Pages, pages } from './pages.ts';

export type Web = { pages: Pages; grants: Grants; assets: Assets; failures: FailureLimit };

export function web({ secrets, config, clock, connection }: Services): Web {
  const files = assets();
  return {
    assets: files,
    pages: pages(files),
    grants: grants(secrets, config.publicUrl, clock),
    failures: failureLimit(connection),
  };
}
