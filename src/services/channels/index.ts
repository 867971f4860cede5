export { type ChannelCheck, checkChannel, noAdapters, type OpenChannel } from './check.ts';
export { ensureEnvironmentChannel } from './ensure-environment.ts';
export { listChannels, loadChannel } from './load.ts';
