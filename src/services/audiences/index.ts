export { countPopulation, explainPopulation } from './count.ts';
