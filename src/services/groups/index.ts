export { type GroupRow, saveGroups } from './save.ts';
