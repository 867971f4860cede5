import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'fr', 'es', 'pt'],
  catalogs: [{ path: '<rootDir>/src/i18n/{locale}', include: ['src'] }],
  format: formatter({ origins: false, lineNumbers: false }),
  orderBy: 'message',
});
