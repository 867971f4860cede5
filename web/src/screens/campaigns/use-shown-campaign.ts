import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { problemsByStep } from '../../definition-editor/problem.ts';
import { campaignQuery, type Language, runQuery, runsQuery, shapeQuery } from './queries.ts';
import { type CampaignSearch, SAVED } from './search.ts';
import { useSavedProblems } from './use-saved-problems.ts';

const route = getRouteApi('/campaigns/$key');

/** What the address names of a campaign: the run, or what is saved; its graph; what is open. Undefined until it is loaded. */
export function useShownCampaign(key: string) {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('campaigns:write');
  const language = i18n.locale as Language;
  const { data: campaign } = useQuery(campaignQuery(key));
  const { data: runs } = useQuery(runsQuery(key));
  const runId = search.run === SAVED ? undefined : (search.run ?? runs?.items[0]?.run_id);
  const run = useQuery({ ...runQuery(key, runId ?? 0), enabled: runId !== undefined });
  const shape = useQuery({ ...shapeQuery(key, runId, language), enabled: runs !== undefined });
  const { data: saved } = useQuery(shapeQuery(key, undefined, language));
  const problems = useSavedProblems(key);
  if (!campaign || !runs) return undefined;
  return {
    key,
    search,
    go: (change: CampaignSearch) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true }),
    campaign,
    runs: runs.items,
    run: runId === undefined ? undefined : run.data,
    shape: shape.data,
    saved,
    problems: problems ?? [],
    // What a run moves through was right when it began: the marks belong to what is saved.
    marked: problemsByStep(runId === undefined ? (problems ?? []) : [], 'activities'),
    error: run.error ?? shape.error,
    mayWrite,
  };
}

export type ShownCampaign = NonNullable<ReturnType<typeof useShownCampaign>>;
