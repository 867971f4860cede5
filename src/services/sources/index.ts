export { changeSettings, createSource, type NewSource } from './create-source.ts';
export { createSourceDirectory, type Source, type SourceDirectory, settingsOf } from './directory.ts';
export { getSource, listSources, listUnknownKeys } from './list-sources.ts';
export { revokeSource } from './revoke-source.ts';
export type { SourceKind, SourceRow, SourceWithCounts, UnknownKeyRow } from './store.ts';
export { createTally, type Tally } from './tally.ts';
