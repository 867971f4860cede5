export { type ChannelCheck, checkChannel, type OpenChannel } from './check.ts';
export { ENVIRONMENT_CHANNEL, ensureEnvironmentChannel } from './ensure-environment.ts';
export { listChannels, loadChannel } from './load.ts';
