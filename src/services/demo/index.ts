export { applyExample, type LoadedFile, loadShop } from './load-shop.ts';
export { PLAY_DAYS, playStream, type StreamPlay } from './play-stream.ts';
export { type Reactions, reactAsPeople } from './react.ts';
export type { ShopFiles, ShopSize } from './shop.ts';
export { findNotable, type JourneyTotals, type Notable, sumJourneySends, wasPlayed } from './store.ts';
