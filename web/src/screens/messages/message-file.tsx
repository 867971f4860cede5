import { Trans } from '@lingui/react/macro';
import { Alert, Grid, Group, Skeleton, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { DefinitionEditor, type Edited } from '../../definition-editor/definition-editor.tsx';
import { type Face, FaceChoice, isFace } from '../../kit/mail-faces.tsx';
import { Checks } from './checks.tsx';
import { Mail } from './mail.tsx';
import { PersonSelect } from './person-select.tsx';
import { startingText } from './starting-text.ts';
import { useUnsavedPreview } from './use-unsaved-preview.ts';

const route = getRouteApi('/messages/$key');

/** The message as a text, and beside it what a person would get of the text as it stands, saved or not. */
export function MessageFile({ templateKey: key, name }: { readonly templateKey: string; readonly name: string }) {
  const { face: asked, person } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('templates:write');
  const maySeePeople = useMay('profiles:read');
  const [edited, setEdited] = useState<Edited>();
  const chosen = person === undefined ? undefined : Number(person);
  const { shown, profileId, error } = useUnsavedPreview({ key, text: edited?.text ?? '', chosen });
  const face: Face = isFace(asked) ? asked : 'phone';
  const go = (change: Record<string, string>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <div style={{ height: 720 }}>
          <DefinitionEditor
            key={key}
            kind="template"
            name={key}
            start={startingText(key, name)}
            mayWrite={mayWrite}
            onChange={setEdited}
            onSaved={() => go({ view: 'file' })}
          />
        </div>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack gap="md">
          <Group justify="space-between" align="flex-end">
            {maySeePeople && <PersonSelect profileId={profileId} onPerson={(one) => go({ person: String(one) })} />}
            <FaceChoice face={face} onFace={(one) => go({ face: one })} />
          </Group>
          {error !== null && (
            <Alert
              color="brass"
              variant="light"
              role="status"
              title={<Trans>No message can be made of this text</Trans>}
            >
              {shown ? (
                <Trans>Below is what the text made before. What is wrong stands under the text.</Trans>
              ) : (
                <Trans>What is wrong stands under the text.</Trans>
              )}
            </Alert>
          )}
          {shown ? (
            <>
              <Mail preview={shown.preview} face={face} page={shown.page} />
              <Checks preview={shown.preview} />
            </>
          ) : (
            error === null && <Skeleton h={500} />
          )}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
