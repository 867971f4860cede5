export { createDecider } from './decide.ts';
