import { Trans } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../kit/empty.tsx';
import classes from './campaign.module.css';
import { Crumb } from './campaign-bar.tsx';
import { CampaignFile } from './campaign-file.tsx';
import { startOf } from './new-campaign.tsx';

const route = getRouteApi('/campaigns/$key');

/** The file of a campaign that is not saved yet; for those who may not write, that there is none. */
export function NewCampaignFile({ campaignKey, name }: { readonly campaignKey: string; readonly name: string }) {
  const mayWrite = useMay('campaigns:write');
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const [step, setStep] = useState<string>();
  if (!mayWrite) {
    return (
      <Empty title={<Trans>There is no campaign “{campaignKey}”</Trans>}>
        <Trans>It may have another key, or somebody threw its draft away.</Trans>
      </Empty>
    );
  }
  return (
    <div className={classes.screen}>
      <header className={classes.bar}>
        <Crumb title={name} />
      </header>
      <CampaignFile
        campaignKey={campaignKey}
        start={startOf(campaignKey, name)}
        reveal={step}
        onStep={setStep}
        onSaved={() => {
          void navigate({ search: { view: 'file' }, replace: true });
          void queries.invalidateQueries({ queryKey: ['campaigns'] });
        }}
      />
    </div>
  );
}
