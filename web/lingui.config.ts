import { defineConfig } from '@lingui/cli';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'fr', 'es', 'pt'],
  catalogs: [{ path: '<rootDir>/src/i18n/{locale}', include: ['src'] }],
  orderBy: 'message',
});
