/** What a Node process needs to run our TypeScript as the built product would run: an argument of `--import`. */
export const TYPESCRIPT = new URL('../../scripts/typescript.mjs', import.meta.url).href;
