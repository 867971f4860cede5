export { createExampleShop, type ExampleShop } from './load-example.ts';
export { applyExample, type LoadedFile, loadShop } from './load-shop.ts';
export { PLAY_DAYS, playStream, type StreamPlay } from './play-stream.ts';
export { type Reactions, reactAsPeople } from './react.ts';
export { DEMO_SHOP, type ShopFiles, type ShopSize } from './shop.ts';
export { findNotable, type JourneyTotals, type Notable, sumJourneySends, wasPlayed } from './store.ts';
export { MEMBERS } from './stream.ts';
