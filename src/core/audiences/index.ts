export { AudienceDefinition, checkAudience } from './definition.ts';
