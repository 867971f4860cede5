import { Trans, useLingui } from '@lingui/react/macro';
import { Grid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { DefinitionEditor, type Edited } from '../../definition-editor/definition-editor.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { DraftLines, DraftSample, DraftSize, useDraftCount } from './draft-figures.tsx';
import { startingText } from './new-audience.tsx';
import { Trial } from './trial.tsx';

/** The rule as a text, with the people of the text as it stands, counted while one types. */
export function AudienceFile({ name, title }: { readonly name: string; readonly title: string }) {
  const { t } = useLingui();
  const [edited, setEdited] = useState<Edited>();
  const mayWrite = useMay('audiences:write');
  const maySeePeople = useMay('profiles:read');
  const isSound = edited?.problems?.length === 0;
  const counted = useDraftCount(edited?.text ?? '', isSound);
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xl">
          <div style={{ height: 420 }}>
            <DefinitionEditor
              kind="audience"
              name={name}
              start={startingText(name, title)}
              mayWrite={mayWrite}
              onChange={setEdited}
            />
          </div>
          <DraftLines counted={counted} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="xl">
          <Sheet title={t`As it stands in the text`}>
            {edited?.problems && !isSound ? (
              <Text c="dimmed">
                <Trans>Not counted while something is wrong with it.</Trans>
              </Text>
            ) : (
              <DraftSize counted={counted} />
            )}
          </Sheet>
          {maySeePeople && <Trial text={edited?.text ?? ''} isSound={isSound} />}
          {maySeePeople && <DraftSample text={edited?.text ?? ''} isSound={isSound} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
