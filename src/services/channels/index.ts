export { type ChannelCheck, checkChannel, noAdapters, type OpenChannel } from './check.ts';
export { listChannels, loadChannel } from './load.ts';
export { onlyChannel } from './only.ts';
export { existsChannel } from './store.ts';
