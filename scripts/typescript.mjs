// Lets Node run our TypeScript as it is written: types are taken out and nothing is put in, so that what a bench measures is what the
// built product does. Use it as "node --import ./scripts/typescript.mjs FILE".
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
