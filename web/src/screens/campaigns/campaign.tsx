import { Trans, useLingui } from '@lingui/react/macro';
import { CloseButton, Drawer, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Edited } from '../../definition-editor/definition-editor.tsx';
import { problemsByStep } from '../../definition-editor/problem.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { ArrowRows } from './arrow-rows.tsx';
import classes from './campaign.module.css';
import { CampaignBar, SAVED } from './campaign-bar.tsx';
import { CampaignFile } from './campaign-file.tsx';
import { useRunCommands } from './commands.ts';
import { ConfirmCard } from './confirm-card.tsx';
import { GraphView } from './graph-view.tsx';
import { NewCampaignFile } from './new-campaign-file.tsx';
import { campaignQuery, type Language, runQuery, runsQuery, shapeQuery } from './queries.ts';
import { StepPanel } from './step-panel.tsx';
import { useSavedProblems } from './use-saved-problems.ts';

const route = getRouteApi('/campaigns/$key');
export const PHONE = '(max-width: 48em)';

/** One campaign: its graph with counts, its outline, its file; what one click opens stays in the address. */
export function CampaignScreen() {
  const { key } = route.useParams();
  const { name } = route.useSearch();
  const campaign = useQuery(campaignQuery(key));
  useEffect(() => {
    document.title = `${campaign.data?.name ?? key} · Carillon`;
  }, [campaign.data?.name, key]);
  if (campaign.error instanceof ApiError && campaign.error.problem.status === 404) {
    return <NewCampaignFile key={key} campaignKey={key} name={name ?? key} />;
  }
  if (campaign.error && !campaign.data) return <ProblemNote error={campaign.error} />;
  if (!campaign.data) return <Skeleton h={480} />;
  return <KnownCampaign key={key} campaignKey={key} />;
}

function KnownCampaign({ campaignKey: key }: { readonly campaignKey: string }) {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const mayWrite = useMay('campaigns:write');
  const mayReadRows = useMay('profiles:read');
  const [edited, setEdited] = useState<Edited>();
  const { data: campaign } = useQuery(campaignQuery(key));
  const { data: runs } = useQuery(runsQuery(key));
  const newest = runs?.items[0]?.run_id;
  const runId = search.run === SAVED ? undefined : Number(search.run) || newest;
  const hasRun = runId !== undefined;
  const { data: run, error: runError } = useQuery({ ...runQuery(key, runId ?? 0), enabled: hasRun });
  const language = i18n.locale as Language;
  const { data: shape, error: shapeError } = useQuery({
    ...shapeQuery(key, runId, language),
    enabled: runs !== undefined,
  });
  const { data: saved } = useQuery(shapeQuery(key, undefined, language));
  const problems = useSavedProblems(key);
  const commands = useRunCommands({ key, runId: runId ?? 0 });
  if (!campaign || !runs) return <Skeleton h={480} />;

  const view = search.view ?? (isPhone ? 'outline' : 'canvas');
  // What a run moves through was right when it began; the marks belong to what is saved.
  const marked = problemsByStep(hasRun ? [] : (problems ?? []), 'activities');
  const go = (change: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  const step = shape?.activities.find(({ activity }) => activity === search.step);
  const arrow = search.arrow?.split('.');
  const waiting = run?.sends.filter(({ state }) => state === 'prepared') ?? [];
  const canRestart = mayWrite && run && ['waiting', 'paused', 'failed', 'completed'].includes(run.state);
  const panel = step && view !== 'file' && (
    <StepPanel
      key={step.activity}
      shape={step}
      run={run}
      problems={marked.get(step.activity) ?? []}
      onArrow={(id) => go({ arrow: id })}
      onEdit={() => go({ view: 'file' })}
      onRestart={canRestart ? () => commands.restart.mutate(step.activity) : undefined}
    />
  );
  const rows = run && arrow?.[0] !== undefined && arrow[1] !== undefined && view !== 'file' && (
    <ArrowRows
      key={search.arrow}
      run={run}
      activity={arrow[0]}
      outlet={arrow[1]}
      mayReadRows={mayReadRows}
      onClose={() => go({ arrow: undefined })}
    />
  );
  return (
    <div className={classes.screen}>
      <CampaignBar
        campaign={campaign}
        runs={runs.items}
        run={run}
        shape={saved}
        view={view}
        problems={problems?.length ?? 0}
        isDirty={edited?.isDirty ?? false}
        mayWrite={mayWrite}
        commands={hasRun ? commands : undefined}
        onView={(chosen) => go({ view: chosen })}
        onRun={(chosen) => go({ run: chosen, arrow: undefined, ...(view === 'file' ? { view: undefined } : {}) })}
      />
      <div className={classes.desk} data-panel={Boolean(panel) && !isPhone}>
        <div className={classes.stage} data-rows={Boolean(rows) && !isPhone}>
          <div className={classes.view}>
            <Notes error={commands.error ?? runError ?? shapeError} />
            {view === 'file' ? (
              <CampaignFile
                campaignKey={key}
                reveal={search.step}
                onChange={setEdited}
                onStep={(id) => go({ step: id })}
              />
            ) : (
              <GraphView
                view={view}
                activities={shape?.activities}
                run={run}
                problems={marked}
                chosen={search.step}
                chosenArrow={search.arrow}
                onStep={(id) => go({ step: id === search.step ? undefined : id })}
                onArrow={(id) => go({ arrow: id === search.arrow ? undefined : id })}
              >
                {waiting.length > 0 && run && (
                  <div className={classes.asks}>
                    {waiting.map((send) => (
                      <ConfirmCard key={send.send_id} run={run} send={send} mayConfirm={mayWrite} />
                    ))}
                  </div>
                )}
              </GraphView>
            )}
          </div>
          {!isPhone && rows}
        </div>
        {!isPhone && panel && (
          <aside className={classes.panel}>
            <ClosePanel onClose={() => go({ step: undefined })} />
            {panel}
          </aside>
        )}
      </div>
      {isPhone && (
        <>
          <PhoneDrawer opened={Boolean(panel)} onClose={() => go({ step: undefined })}>
            {panel}
          </PhoneDrawer>
          <PhoneDrawer opened={Boolean(rows)} onClose={() => go({ arrow: undefined })}>
            {rows}
          </PhoneDrawer>
        </>
      )}
    </div>
  );
}

function ClosePanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui();
  return <CloseButton className={classes.panelClose} aria-label={t`Close the panel`} onClick={onClose} />;
}

function PhoneDrawer(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}) {
  const { t } = useLingui();
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      position="bottom"
      size="85%"
      title={<Trans>Details</Trans>}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {props.children}
    </Drawer>
  );
}

function Notes({ error }: { readonly error: unknown }) {
  return error === null || error === undefined ? null : (
    <div className={classes.notes}>
      <ProblemNote error={error} />
    </div>
  );
}
