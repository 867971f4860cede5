export { getSandboxMessage } from './get.ts';
export { listSandboxMessages } from './list.ts';
export { showSandboxHtml, textOfMail } from './show-html.ts';
export type { SandboxFilter, SandboxMessage } from './store.ts';
