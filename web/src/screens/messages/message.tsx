import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Code, Grid, Group, Paper, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { DefinitionEditor } from '../../definition-editor/definition-editor.tsx';
import { definitionQuery } from '../../definition-editor/use-definition.ts';
import { type Face, FaceChoice, isFace, MailFace } from '../../kit/mail-faces.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Checks } from './checks.tsx';
import { PersonSelect } from './person-select.tsx';
import { Proof } from './proof.tsx';
import { startingText } from './starting-text.ts';
import { type Preview, usePreview } from './use-preview.ts';

const route = getRouteApi('/messages/$key');

/** One message: as a person would get it, what there is to check, its text as a file, and a proof of it. */
export function Message() {
  const { t } = useLingui();
  const { key } = route.useParams();
  const { view = 'preview', name = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const saved = useQuery(definitionQuery({ kind: 'template', name: key }));
  if (saved.error) return <ProblemNote error={saved.error} />;
  if (saved.data === undefined) return <Skeleton h={300} />;
  const isNew = saved.data === null;
  const title = saved.data?.definition.name;
  return (
    <Page
      title={typeof title === 'string' ? title : name === '' ? key : name}
      crumb={
        <Anchor component={Link} to="/messages" inherit>
          <Trans>Messages</Trans>
        </Anchor>
      }
      badge={
        saved.data && (
          <StateBadge tone={saved.data.state === 'draft' ? 'quiet' : 'done'}>
            {saved.data.state === 'draft' ? (
              <Trans>draft, version {saved.data.version}</Trans>
            ) : (
              <Trans>published, version {saved.data.version}</Trans>
            )}
          </StateBadge>
        )
      }
      lead={<Code>{key}</Code>}
      actions={
        !isNew && (
          <SegmentedControl
            size="xs"
            aria-label={t`View`}
            value={view}
            onChange={(value) => void navigate({ search: (now) => ({ ...now, view: value }), replace: true })}
            data={[
              { value: 'preview', label: t`Preview` },
              { value: 'file', label: t`File` },
            ]}
          />
        )
      }
    >
      {isNew || view === 'file' ? (
        <AsFile templateKey={key} name={name} isNew={isNew} etag={saved.data?.etag ?? ''} />
      ) : (
        <AsPreview templateKey={key} etag={saved.data?.etag ?? ''} />
      )}
    </Page>
  );
}

type Shown = { readonly templateKey: string; readonly etag: string };

function AsPreview({ templateKey: key, etag }: Shown) {
  const { face: asked, person } = route.useSearch();
  const navigate = route.useNavigate();
  const face: Face = isFace(asked) ? asked : 'desktop';
  const maySeePeople = useMay('profiles:read');
  const maySend = useMay('templates:write');
  const { preview, profileId, page } = usePreview(key, person === undefined ? undefined : Number(person));
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="md">
          <Group justify="flex-end">
            <FaceChoice
              face={face}
              onFace={(chosen) => void navigate({ search: (now) => ({ ...now, face: chosen }), replace: true })}
            />
          </Group>
          <ProblemNote error={preview.error} />
          {preview.data ? <Mail preview={preview.data} face={face} page={page} stamp={etag} /> : <Skeleton h={500} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="xl">
          {maySeePeople && (
            <PersonSelect
              profileId={profileId}
              onPerson={(chosen) =>
                void navigate({ search: (now) => ({ ...now, person: String(chosen) }), replace: true })
              }
            />
          )}
          {preview.data && <Checks preview={preview.data} />}
          {maySend && <Proof templateKey={key} profileId={profileId} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Mail(props: {
  readonly preview: Preview;
  readonly face: Face;
  readonly page: string;
  readonly stamp: string;
}) {
  const { preview, face, page, stamp } = props;
  const { t } = useLingui();
  const { subject, from, html, text, source } = preview;
  const hasDarkStyles = html?.includes('prefers-color-scheme') ?? false;
  return (
    <>
      <Paper p="md">
        <Text fw={600} size="lg" style={{ overflowWrap: 'anywhere' }}>
          {subject ?? t`No subject for this person`}
        </Text>
        <Text size="sm" c="dimmed">
          {from === null ? (
            <Trans>from the sender of the channel</Trans>
          ) : (
            <>
              {from.name ?? ''} {`<${from.email}>`}
            </>
          )}
        </Text>
      </Paper>
      {face === 'dark' && !hasDarkStyles && (
        <Text size="sm" c="dimmed">
          <Trans>It has no dark styles of its own, so many clients turn its colours round, as here.</Trans>
        </Text>
      )}
      <MailFace
        face={face}
        title={t`The message as its reader sees it`}
        src={page}
        stamp={stamp}
        hasDarkStyles={hasDarkStyles}
        text={text}
        source={source}
      />
    </>
  );
}

function AsFile(props: Shown & { readonly name: string; readonly isNew: boolean }) {
  const { templateKey: key, name, isNew, etag } = props;
  const { t } = useLingui();
  const { person } = route.useSearch();
  const mayWrite = useMay('definitions:write');
  const { page } = usePreview(key, person === undefined ? undefined : Number(person));
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: isNew ? 12 : 7 }}>
        <div style={{ height: 680 }}>
          <DefinitionEditor key={key} kind="template" name={key} start={startingText(key, name)} mayWrite={mayWrite} />
        </div>
      </Grid.Col>
      {!isNew && (
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Text size="sm" c="dimmed" mb="xs">
            <Trans>As it was saved last</Trans>
          </Text>
          <MailFace
            face="phone"
            title={t`The message as its reader sees it`}
            src={page}
            stamp={etag}
            hasDarkStyles={false}
            text={null}
            source={null}
          />
        </Grid.Col>
      )}
    </Grid>
  );
}
