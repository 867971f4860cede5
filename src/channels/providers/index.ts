export { openChannel } from './open.ts';
