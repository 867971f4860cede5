import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The one button of a dialog, which says what it does. */
export function Go(props: {
  readonly isBusy: boolean;
  readonly onGo: () => void;
  readonly color?: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Group justify="flex-end">
      <Button
        loading={props.isBusy}
        onClick={props.onGo}
        disabled={props.disabled ?? false}
        {...(props.color === undefined ? {} : { color: props.color })}
      >
        {props.children}
      </Button>
    </Group>
  );
}
