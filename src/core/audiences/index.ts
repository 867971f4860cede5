export { checkAudience } from './check.ts';
export { AudienceDefinition } from './definition.ts';
