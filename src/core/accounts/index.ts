export { type Client, clientOf } from './client.ts';
export { Role, scopesOf } from './role.ts';
export { SITE_REASONS, type Site, siteAt } from './site.ts';
