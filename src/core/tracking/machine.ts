import type { DurationMs } from '../kernel/index.ts';

/** What is known about one hit on a tracking link. */
export type Hit = {
  readonly kind: 'opened' | 'clicked';
  readonly method: string;
  readonly userAgent: string | undefined;
  /** The user agent names a crawler, by a maintained list (the caller asks it). */
  readonly crawler: boolean;
  /** How long after the message left; undefined when that is not known any more. */
  readonly sinceSent: DurationMs | undefined;
  /** Other links of the same message that were followed within `BURST_MS` before. */
  readonly linksJustFollowed: number;
};

/** Faster than a person can be: the message has hardly arrived. */
const INSTANT_MS = 2_000;
/** Nobody follows this many links of one message within `BURST_MS`; security scanners follow all of them. */
const BURST_LINKS = 2;
export const BURST_MS = 1_000;

/** Mail services that fetch images through their own proxies, for privacy or for caching. */
const IMAGE_PROXIES = /GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooMailProxy|OutlookImageProxy|DuckDuckGo/i;
/** Apple Mail Privacy Protection fetches every image with this bare user agent. */
const BARE_MOZILLA = /^Mozilla\/5\.0$/;
const SCANNERS =
  /barracuda|proofpoint|mimecast|safelinks|forcepoint|symantec|messagelabs|trendmicro|fireeye|cloudmark|sophos|urldefense/i;

/**
 * Whether a machine made the hit rather than the reader. A hit is recorded either way; reports show people and machines apart. In
 * doubt it is a machine, because a missing open costs less than an audience of scanners.
 */
export function isMachine(hit: Hit): boolean {
  const agent = hit.userAgent?.trim() ?? '';
  if (hit.method === 'HEAD' || agent === '' || hit.crawler || SCANNERS.test(agent)) return true;
  if (hit.sinceSent !== undefined && hit.sinceSent < INSTANT_MS) return true;
  if (hit.kind === 'opened') return BARE_MOZILLA.test(agent) || IMAGE_PROXIES.test(agent);
  return BARE_MOZILLA.test(agent) || hit.linksJustFollowed >= BURST_LINKS;
}
