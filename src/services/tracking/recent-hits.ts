import type { Instant } from '../../core/kernel/index.ts';
import { BURST_MS } from '../../core/tracking/index.ts';

/** Hits on one message within a minute that are written down; a loop in somebody's client must not fill the history. */
const HITS_PER_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;
/** Messages remembered; the one seen longest ago makes room. */
const MESSAGES_MAX = 20_000;

type Recent = { since: Instant; hits: number; links: { linkNo: number; at: Instant }[] };

/** What this process saw of each message just now. Forgetting it costs nothing but a machine taken for a person. */
export type RecentHits = {
  /** Notes a hit; how many other links of the message were followed just before, and whether it is one too many. */
  note(
    messageId: number,
    linkNo: number | null,
    at: Instant,
  ): { readonly linksJustFollowed: number; readonly tooMany: boolean };
};

export function createRecentHits(): RecentHits {
  const messages = new Map<number, Recent>();
  return {
    note(messageId, linkNo, at) {
      let recent = messages.get(messageId);
      if (!recent || at - recent.since > MINUTE_MS) recent = { since: at, hits: 0, links: [] };
      messages.delete(messageId);
      messages.set(messageId, recent);
      for (const oldest of messages.keys()) {
        if (messages.size <= MESSAGES_MAX) break;
        messages.delete(oldest);
      }
      recent.hits++;
      recent.links = recent.links.filter((link) => at - link.at <= BURST_MS);
      const others = new Set(recent.links.map((link) => link.linkNo).filter((other) => other !== linkNo));
      if (linkNo !== null) recent.links.push({ linkNo, at });
      return { linksJustFollowed: others.size, tooMany: recent.hits > HITS_PER_MINUTE_MAX };
    },
  };
}
