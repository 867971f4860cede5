export { Role, scopesOf } from './role.ts';
