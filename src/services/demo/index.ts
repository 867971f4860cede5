export { applyExample, type LoadedFile, loadShop } from './load-shop.ts';
export { type Reactions, reactAsPeople } from './react.ts';
export type { ShopFiles, ShopSize } from './shop.ts';
