import { SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadCatalog } from '../tables/index.ts';

/** The catalogue as campaigns see it: with the channel that is always there. */
export async function campaignCatalog(db: Queryable): Promise<Catalog> {
  const catalog = await loadCatalog(db);
  return { ...catalog, channels: [...new Set([SANDBOX_CHANNEL.key, ...catalog.channels])] };
}
