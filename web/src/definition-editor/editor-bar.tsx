import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StateBadge } from '../kit/state-badge.tsx';
import { VersionBadges } from '../kit/version-badges.tsx';
import classes from './definition-editor.module.css';
import type { SavedDefinition } from './use-definition.ts';

/** Where the text stands, and what can be done with it. */
export function EditorBar(props: {
  readonly saved: SavedDefinition | null;
  readonly isDirty: boolean;
  /** Somebody else was faster: nothing is saved until that is settled. */
  readonly isOvertaken: boolean;
  readonly mayWrite: boolean;
  readonly canPublish: boolean;
  readonly isSaving: boolean;
  readonly isPublishing: boolean;
  readonly actions: ReactNode;
  readonly onUndo: () => void;
  readonly onDiscard: () => void;
  readonly onSave: () => void;
  readonly onPublish: () => void;
}) {
  const { t } = useLingui();
  const { saved, isDirty, isOvertaken } = props;
  const isDraft = saved?.state === 'draft';
  return (
    <div className={classes.bar}>
      <SavedState saved={saved} isDirty={isDirty} />
      {props.actions}
      {props.mayWrite ? (
        <Group gap="sm" ml="auto">
          {isDirty && saved !== null && (
            <Button variant="subtle" color="gray" onClick={props.onUndo}>
              <Trans>Undo changes</Trans>
            </Button>
          )}
          {!isDirty && isDraft && (
            <Button variant="subtle" color="gray" onClick={props.onDiscard}>
              <Trans>Discard draft</Trans>
            </Button>
          )}
          <Button
            variant="default"
            disabled={isOvertaken || (!isDirty && saved !== null)}
            loading={props.isSaving}
            onClick={props.onSave}
            title={t`Ctrl S`}
          >
            <Trans>Save draft</Trans>
          </Button>
          {props.canPublish && (
            <Button
              disabled={isOvertaken || (!isDirty && !isDraft && saved !== null)}
              loading={props.isPublishing}
              onClick={props.onPublish}
            >
              <Trans>Publish</Trans>
            </Button>
          )}
        </Group>
      ) : (
        <Text size="sm" c="dimmed" ml="auto">
          <Trans>You may read this, not change it.</Trans>
        </Text>
      )}
    </div>
  );
}

function SavedState({ saved, isDirty }: { readonly saved: SavedDefinition | null; readonly isDirty: boolean }) {
  return (
    <Group gap="sm">
      {saved === null ? (
        <StateBadge tone="quiet">
          <Trans>new</Trans>
        </StateBadge>
      ) : (
        <VersionBadges published={saved.published_version} draft={saved.state === 'draft' ? saved.version : null} />
      )}
      {isDirty && (
        <StateBadge tone="waiting">
          <Trans>not saved</Trans>
        </StateBadge>
      )}
    </Group>
  );
}
