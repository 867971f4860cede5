export { createSandboxChannel } from './channel.ts';
