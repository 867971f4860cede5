export { getGroup, listGroupMembers, listGroups } from './list.ts';
export { type GroupRow, saveGroups } from './save.ts';
export { type GroupOfProfile, groupsOf } from './store.ts';
