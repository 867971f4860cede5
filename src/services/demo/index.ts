export { applyExample, type LoadedFile, loadShop } from './load-shop.ts';
export { type Reactions, reactAsPeople } from './react.ts';
export { DEMO_SHOP, generateShop, type ShopFiles, type ShopSize } from './shop.ts';
