export { createKey, isScope, SCOPE_NOUNS, type ScopeNoun } from './create.ts';
export { type Caller, findCaller, recallCaller } from './find.ts';
export { listKeys } from './list.ts';
export { revokeKey } from './revoke.ts';
export type { KeyRow } from './store.ts';
