import type { LinkProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';

/** An address inside the console, put together from what the server names. */
export type Lead = { readonly to: string; readonly search?: Readonly<Record<string, string>> };

/** A lead as the properties of a link. */
export function linkOf(lead: Lead): LinkProps {
  return lead as LinkProps;
}

/** Whether there is a screen at a lead. */
export function useHasScreen(): (lead: Lead) => boolean {
  const router = useRouter();
  return ({ to }) => router.getMatchedRoutes(to)[2] !== undefined;
}

export type About = {
  readonly campaign_key?: string | null | undefined;
  readonly run_id?: number | null | undefined;
  readonly activity?: string | null | undefined;
  readonly journey_key?: string | null | undefined;
  readonly send_id?: number | null | undefined;
};

/** To the campaign, run and step, or to the journey, that something is about. */
export function leadTo({ campaign_key, run_id, activity, journey_key }: About): Lead | undefined {
  if (journey_key) return { to: `/journeys/${journey_key}` };
  if (!campaign_key) return undefined;
  const search = { ...(run_id ? { run: String(run_id) } : {}), ...(activity ? { step: activity } : {}) };
  return { to: `/campaigns/${campaign_key}`, search };
}

/** To where it is decided what becomes of the messages of a send. */
export function leadToReport({ campaign_key, run_id, activity, journey_key, send_id }: About): Lead | undefined {
  if (journey_key) {
    return { to: `/journeys/${journey_key}`, search: { tab: 'report', ...(activity ? { step: activity } : {}) } };
  }
  if (!campaign_key || !run_id) return undefined;
  return { to: `/reports/${campaign_key}/${run_id}`, search: send_id ? { send: String(send_id) } : {} };
}
