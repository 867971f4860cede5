import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Button, Code, Grid, Group, List, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, FileUp } from 'lucide-react';
import { useState } from 'react';
import { ApiError, api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useLanguage } from '../../i18n/format.ts';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { UsedBy } from '../../kit/used-by.tsx';
import { ChangesBadge } from '../../kit/version-badges.tsx';
import { AudienceFile } from './audience-file.tsx';
import { Changes } from './changes.tsx';
import { ImportPeople } from './import-people.tsx';
import { Members } from './members.tsx';
import { MembersBadge } from './members-badge.tsx';
import { RuleLines } from './rule-lines.tsx';
import { SizeSheet } from './size-sheet.tsx';
import { WhySheet } from './why-sheet.tsx';

const route = getRouteApi('/audiences/$key');

/** One audience: its rule as a sentence, as lines with their people, as SQL and as a file; who is in it, and why. */
export function Audience() {
  const { t } = useLingui();
  const { key } = route.useParams();
  const { view = 'rule', name = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const language = useLanguage();
  const maySeePeople = useMay('profiles:read');
  const mayBring = useMay('audiences:write');
  const [isBringing, setBringing] = useState(false);
  const audience = useQuery({
    queryKey: ['audiences', key, 'state', language],
    queryFn: () => ask(api.GET('/api/audiences/{key}', { params: { path: { key }, query: { language } } })),
    placeholderData: keepPreviousData,
  });
  const isNew = audience.error instanceof ApiError && audience.error.problem.status === 404;
  if (audience.error && !isNew) return <ProblemNote error={audience.error} />;
  if (!audience.data && !isNew) return <Skeleton h={300} />;
  const state = audience.data;
  const shown = isNew ? 'file' : view;
  return (
    <Page
      title={state?.name ?? (name === '' ? key : name)}
      crumb={
        <Anchor component={Link} to="/audiences" inherit>
          <Trans>Audiences</Trans>
        </Anchor>
      }
      badge={
        state && (
          <>
            <MembersBadge kind={state.members} />
            <ChangesBadge published={state.published_version} draft={state.draft_version} />
            <UsedBy kind="audience" name={key} />
          </>
        )
      }
      lead={<Code>{key}</Code>}
      actions={
        <Group gap="sm">
          {!isNew && (
            <SegmentedControl
              size="xs"
              aria-label={t`Shown as`}
              value={shown}
              onChange={(value) => void navigate({ search: (now) => ({ ...now, view: value }), replace: true })}
              data={[
                { value: 'rule', label: t`Rule` },
                { value: 'sql', label: t`SQL` },
                { value: 'file', label: t`File` },
              ]}
            />
          )}
          {mayBring && state?.members === 'saved' && (
            <Button
              variant="default"
              leftSection={<FileUp size={14} aria-hidden />}
              onClick={() => setBringing(true)}
            >{t`People from a file…`}</Button>
          )}
          {!isNew && maySeePeople && (
            <Button
              component="a"
              href={`/api/audiences/${key}/export?format=csv`}
              download
              variant="default"
              leftSection={<Download size={14} aria-hidden />}
            >
              CSV
            </Button>
          )}
        </Group>
      }
    >
      {isBringing && <ImportPeople audience={key} onClose={() => setBringing(false)} />}
      {shown === 'file' ? (
        <AudienceFile key={key} name={key} title={name} />
      ) : (
        state && <Shown state={state} view={shown} maySeePeople={maySeePeople} />
      )}
    </Page>
  );
}

type State = NonNullable<Awaited<ReturnType<typeof load>>>;
const load = (key: string) => ask(api.GET('/api/audiences/{key}', { params: { path: { key } } }));

function Shown(props: { readonly state: State; readonly view: string; readonly maySeePeople: boolean }) {
  const { state, view, maySeePeople } = props;
  const { t } = useLingui();
  const { person } = route.useSearch();
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xl">
          <Notes state={state} />
          {view === 'sql' ? <Query audienceKey={state.key} /> : <Rule state={state} />}
          {maySeePeople && <Members audienceKey={state.key} title={t`People`} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="xl">
          <SizeSheet audienceKey={state.key} kind={state.members} />
          {maySeePeople && <WhySheet audienceKey={state.key} person={person} />}
          {maySeePeople && state.members === 'live' && <Changes audienceKey={state.key} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Rule({ state }: { readonly state: State }) {
  const { t } = useLingui();
  if (state.sentence === null) {
    return (
      <Sheet title={t`In one sentence`}>
        <Text size="xl">
          <Trans>Whoever campaigns have saved to it.</Trans>
        </Text>
      </Sheet>
    );
  }
  return (
    <>
      <Sheet title={t`In one sentence`}>
        <Text size="xl" lh={1.6} c="var(--ink-2)">
          <Trans>
            People of whom this is true: <Sentence text={state.sentence} />.
          </Trans>
        </Text>
      </Sheet>
      <RuleLines audienceKey={state.key} />
    </>
  );
}

/** What one should know before trusting the numbers. */
function Notes({ state }: { readonly state: State }) {
  const { filled, why } = state;
  return (
    <>
      {filled !== null && filled.buckets < filled.of && (
        <Alert color="teal" variant="light">
          <Trans>
            The engine is filling it: {filled.buckets} of {filled.of} parts are done. Until then it is computed from its
            rule.
          </Trans>
        </Alert>
      )}
      {why.length > 0 && (
        <Alert
          color="gray"
          variant="light"
          title={<Trans>It does not stream: its members are computed whenever they are asked for</Trans>}
        >
          <List size="sm">
            {why.map(({ path, message }) => (
              <List.Item key={path}>
                {path !== '' && <Code>{path}</Code>} {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

function Query({ audienceKey: key }: { readonly audienceKey: string }) {
  const { t } = useLingui();
  const counted = useQuery({
    queryKey: ['audience-sql', key],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audiences/{key}/count', { params: { path: { key }, query: { age_max: 3_600 } }, signal })),
  });
  return (
    <Sheet
      title={t`The query`}
      aside={
        counted.data?.kept === true && (
          <StateBadge tone="live">
            <Trans>reads the members that are kept</Trans>
          </StateBadge>
        )
      }
    >
      <ProblemNote error={counted.error} />
      {counted.isPending && <Skeleton h={120} />}
      {counted.data && (
        <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', maxHeight: 420, overflow: 'auto' }}>
          {counted.data.sql}
        </Code>
      )}
    </Sheet>
  );
}
