import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Code, Grid, Group, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { definitionQuery } from '../../definition-editor/use-definition.ts';
import { type Face, FaceChoice, isFace } from '../../kit/mail-faces.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { UsedBy } from '../../kit/used-by.tsx';
import { VersionBadges } from '../../kit/version-badges.tsx';
import { Checks } from './checks.tsx';
import { Mail } from './mail.tsx';
import { MessageFile } from './message-file.tsx';
import { PersonSelect } from './person-select.tsx';
import { Proof } from './proof.tsx';
import { usePreview } from './use-preview.ts';

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
          <>
            <VersionBadges
              published={saved.data.published_version}
              draft={saved.data.state === 'draft' ? saved.data.version : null}
            />
            <UsedBy kind="template" name={key} />
          </>
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
        <MessageFile templateKey={key} name={name} />
      ) : (
        <AsPreview templateKey={key} etag={saved.data?.etag ?? ''} />
      )}
    </Page>
  );
}

function AsPreview({ templateKey: key, etag }: { readonly templateKey: string; readonly etag: string }) {
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
          {preview.data ? (
            <Mail preview={preview.data} face={face} page={{ src: page, stamp: etag }} />
          ) : (
            <Skeleton h={500} />
          )}
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
