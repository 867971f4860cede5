// The script of the page that browser.test.ts opens: the SDK as a web site bundles it.
import { AnalyticsBrowser } from '@segment/analytics-next';

Object.assign(globalThis, { AnalyticsBrowser });
