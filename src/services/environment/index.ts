export { ensureEnvironmentChannel } from './ensure-channel.ts';
