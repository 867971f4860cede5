import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Group, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { ImportAccount, Rejects } from './import-result.tsx';
import type { ImportAnswer } from './use-import.ts';

/** What a dry run would change, or an import has changed. */
export function ImportOutcome(props: {
  readonly into: string;
  readonly answer: ImportAnswer;
  readonly isDryRun: boolean;
  readonly onImport: () => void;
  readonly onBack: () => void;
}) {
  const { into, answer, isDryRun, onImport, onBack } = props;
  const { t } = useLingui();
  const { counts, import_id: importId } = answer;
  const taken = counts.read - counts.rejected;
  return (
    <Stack gap="md" aria-live="polite">
      <Sheet
        title={isDryRun ? t`What would change` : t`Imported`}
        aside={
          isDryRun ? (
            <StateBadge tone="unreal">
              <Trans>nothing has changed yet</Trans>
            </StateBadge>
          ) : (
            <StateBadge tone="done">
              <Trans>done</Trans>
            </StateBadge>
          )
        }
      >
        <Stack gap="lg">
          <ImportAccount counts={counts} />
          {isDryRun ? (
            <Group>
              <Button disabled={taken === 0} onClick={onImport}>
                <Plural value={taken} one="Import # line" other="Import # lines" />
              </Button>
              <Button variant="default" onClick={onBack}>
                <Trans>Change the columns</Trans>
              </Button>
            </Group>
          ) : (
            <Group>
              {into === 'profiles' ? (
                <Button component={Link} to="/people">
                  <Trans>Look at the people</Trans>
                </Button>
              ) : (
                <Button component={Link} to={`/data/tables/${into}`}>
                  <Trans>Look at the rows</Trans>
                </Button>
              )}
              <Anchor component={Link} to={`/data/imports/${importId}`}>
                <Trans>The import</Trans>
              </Anchor>
            </Group>
          )}
        </Stack>
      </Sheet>
      {counts.rejected > 0 && <Rejects importId={importId} />}
    </Stack>
  );
}
