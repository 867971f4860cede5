import { advanceCampaigns } from '../../src/services/campaigns/index.ts';
import { applyExample, loadShop } from '../../src/services/demo/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import type { SignedIn } from './signed-in.ts';

const SMALL = { customers: 200, orders: 600 };

/** Every screen, and what can be opened on it, over the small shop. */
export const SCREENS = [
  '/',
  '/campaigns',
  '/campaigns/spring-preview',
  '/campaigns/spring-preview?view=outline',
  '/campaigns/spring-preview?arrow=lots.vip',
  '/campaigns/spring-preview?view=file',
  '/campaigns/spring-preview?step=lots',
  '/campaigns/spring-preview?step=vip-mail',
  '/journeys',
  '/journeys/welcome',
  '/journeys/welcome?tab=outline',
  '/journeys/welcome?tab=report',
  '/journeys/welcome?tab=file',
  '/journeys/welcome?step=looks-around',
  '/journeys/win-back?step=tier',
  '/journeys/welcome?person=user_id:neo',
  '/journeys/welcome?machine=1d',
  '/messages',
  '/messages/welcome',
  '/people',
  '/people/user_id/neo',
  '/audiences',
  '/audiences/lapsed',
  '/audiences/lapsed?person=user_id:neo',
  '/data',
  '/data/tables/orders',
  '/data/import',
  '/data/imports',
  '/data/sources',
  '/data/refused',
  '/reports',
  '/reports/messages',
  '/reports/spring-preview/1',
  '/mailbox',
  '/users',
] as const;

/** The example shop with few people; its campaign waits to be confirmed, two people are on their way through a journey. */
export async function openSmallShop(seen: SignedIn): Promise<void> {
  const { ctx } = seen;
  await applyExample(ctx);
  for await (const _ of loadShop(ctx, SMALL)) await drain(ctx);
  await happen(seen, 'Signed Up', { newsletter: true }, 'neo', 'nia');
  await happen(seen, 'Product Added', { name: 'Lampe', price: 60 }, 'neo', 'otto');
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws: [{ type: 'track' }, 'x'], source: 'shop' });
  await drain(ctx);
  await seen.call('POST', '/api/campaigns/spring-preview/publish', {});
  while (await advanceCampaigns(ctx));
}

async function happen({ ctx }: SignedIn, event: string, properties: object, ...names: string[]): Promise<void> {
  const raws = names.flatMap((userId) => [
    { type: 'identify', userId, messageId: `who ${userId} ${event}`, traits: { email: `${userId}@example.com` } },
    { type: 'track', event, userId, messageId: `${event} ${userId}`, properties },
  ]);
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
  await drain(ctx);
}
