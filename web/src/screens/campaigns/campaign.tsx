import { Trans, useLingui } from '@lingui/react/macro';
import { CloseButton, Drawer, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Edited } from '../../definition-editor/definition-editor.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { usePhone } from '../../kit/use-phone.ts';
import { ArrowRows } from './arrow-rows.tsx';
import classes from './campaign.module.css';
import { CampaignBar } from './campaign-bar.tsx';
import { CampaignFile } from './campaign-file.tsx';
import { ConfirmCard } from './confirm-card.tsx';
import { GraphView } from './graph-view.tsx';
import { NewCampaignFile } from './new-campaign-file.tsx';
import { campaignQuery } from './queries.ts';
import { type RunCommand, RunCommandDialog } from './run-command-dialog.tsx';
import { RunPanel } from './run-panel.tsx';
import { SAVED } from './search.ts';
import { StepPanel } from './step-panel.tsx';
import { type ShownCampaign, useShownCampaign } from './use-shown-campaign.ts';

const route = getRouteApi('/campaigns/$key');

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
  return <KnownCampaign key={key} campaignKey={key} />;
}

function KnownCampaign({ campaignKey }: { readonly campaignKey: string }) {
  const isPhone = usePhone();
  const [edited, setEdited] = useState<Edited>();
  const [asked, setAsked] = useState<RunCommand>();
  const shown = useShownCampaign(campaignKey);
  if (!shown) return <Skeleton h={480} />;
  const { search, go } = shown;
  const view = search.view ?? (isPhone ? 'outline' : 'canvas');
  const isStepOpen = shown.shape?.activities.some(({ activity }) => activity === search.step) === true;
  const isLogOpen = !isStepOpen && search.log === true && shown.run !== undefined;
  const panel = isLogOpen && shown.run ? <RunPanel run={shown.run} /> : <OpenStep shown={shown} onAsk={setAsked} />;
  const rows = view === 'file' ? null : <OpenArrow shown={shown} />;
  const hasPanel = view !== 'file' && (isStepOpen || isLogOpen);
  const closePanel = () => go({ step: undefined, log: undefined });
  const hasRows = rows !== null && shown.run !== undefined && search.arrow !== undefined;
  return (
    <div className={classes.screen}>
      <CampaignBar
        {...shown}
        view={view}
        problems={shown.problems.length}
        isDirty={edited?.isDirty ?? false}
        onAsk={setAsked}
        onView={(chosen) => go({ view: chosen })}
        isLogOpen={isLogOpen}
        onLog={() =>
          go({ log: isLogOpen ? undefined : true, step: undefined, ...(view === 'file' ? { view: undefined } : {}) })
        }
        onRun={(run) => go({ run, arrow: undefined, ...(view === 'file' ? { view: undefined } : {}) })}
      />
      <div className={classes.desk} data-panel={hasPanel && !isPhone}>
        <div className={classes.stage} data-rows={hasRows && !isPhone}>
          <div className={classes.view}>
            <Notes error={shown.error} />
            {view === 'file' ? (
              <CampaignFile
                campaignKey={campaignKey}
                reveal={search.step}
                onChange={setEdited}
                onStep={(step) => go({ step })}
                onSaved={() => go({ run: SAVED })}
              />
            ) : (
              <ShownGraph shown={shown} view={view} />
            )}
          </div>
          {hasRows && !isPhone && rows}
        </div>
        {hasPanel && !isPhone && (
          <aside className={classes.panel}>
            <ClosePanel onClose={closePanel} />
            {panel}
          </aside>
        )}
      </div>
      {asked !== undefined && shown.run && (
        <RunCommandDialog run={shown.run} shape={shown.shape} command={asked} onClose={() => setAsked(undefined)} />
      )}
      {isPhone && (
        <>
          <PhoneDrawer opened={hasPanel} onClose={closePanel}>
            {panel}
          </PhoneDrawer>
          <PhoneDrawer opened={hasRows} onClose={() => go({ arrow: undefined })}>
            {rows}
          </PhoneDrawer>
        </>
      )}
    </div>
  );
}

function ShownGraph({ shown, view }: { readonly shown: ShownCampaign; readonly view: 'canvas' | 'outline' }) {
  const { search, go, run } = shown;
  const waiting = run?.sends.filter(({ state }) => state === 'prepared') ?? [];
  return (
    <GraphView
      view={view}
      activities={shown.shape?.activities}
      run={run}
      problems={shown.marked}
      chosen={search.step}
      chosenArrow={search.arrow}
      onStep={(step) => go({ step: step === search.step ? undefined : step })}
      onArrow={(arrow) => go({ arrow: arrow === search.arrow ? undefined : arrow })}
    >
      {waiting.length > 0 && run && (
        <div className={classes.asks}>
          {waiting.map((send) => (
            <ConfirmCard
              key={send.send_id}
              run={run}
              send={send}
              template={templateOf(shown, send.activity)}
              mayConfirm={shown.mayWrite}
            />
          ))}
        </div>
      )}
    </GraphView>
  );
}

function templateOf({ shape }: ShownCampaign, name: string): string | undefined {
  const template = shape?.activities.find(({ activity }) => activity === name)?.settings.template;
  return typeof template === 'string' ? template : undefined;
}

function OpenStep(props: { readonly shown: ShownCampaign; readonly onAsk: (command: RunCommand) => void }) {
  const { shown, onAsk } = props;
  const { search, go } = shown;
  const step = shown.shape?.activities.find(({ activity }) => activity === search.step);
  if (!step) return null;
  return (
    <StepPanel
      key={step.activity}
      shape={step}
      run={shown.run}
      problems={shown.marked.get(step.activity) ?? []}
      onArrow={(arrow) => go({ arrow })}
      onEdit={() => go({ view: 'file' })}
      mayRestart={shown.mayWrite}
      onRestart={() => onAsk({ kind: 'restart', from: step.activity })}
    />
  );
}

function OpenArrow({ shown }: { readonly shown: ShownCampaign }) {
  const mayReadRows = useMay('profiles:read');
  const { search, go, run } = shown;
  const [activity, outlet] = search.arrow?.split('.') ?? [];
  if (!run || activity === undefined || outlet === undefined) return null;
  return (
    <ArrowRows
      key={search.arrow}
      run={run}
      activity={activity}
      outlet={outlet}
      mayReadRows={mayReadRows}
      onClose={() => go({ arrow: undefined })}
    />
  );
}

function ClosePanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui();
  return <CloseButton className={classes.panelClose} aria-label={t`Close the panel`} onClick={onClose} />;
}

function PhoneDrawer(props: { readonly opened: boolean; readonly onClose: () => void; readonly children: ReactNode }) {
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
