export type { NewsNoun } from './store.ts';
export { createNews, type News } from './watch.ts';
