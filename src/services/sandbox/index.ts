export { getSandboxMessage } from './get.ts';
export { listSandboxMessages } from './list.ts';
export type { SandboxFilter, SandboxMessage } from './store.ts';
