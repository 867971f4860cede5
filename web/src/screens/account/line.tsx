import { Button, Group, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import classes from './account.module.css';

/** One thing of a list, with what can be done to it beside it, or below where there is no room. */
export function Line({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <li className={classes.line}>
      <div className={classes.what}>{children}</div>
      {action}
    </li>
  );
}

/** A button that asks where it was, in the words of what happens; who keeps things as they are is back at the button. */
export function Asking(props: {
  readonly label: ReactNode;
  /** What it is about, for those who do not see beside what it stands. */
  readonly of?: string;
  readonly keep: ReactNode;
  readonly confirm: ReactNode;
  readonly isPending: boolean;
  readonly onConfirm: () => void;
}) {
  const [asked, setAsked] = useState<boolean>();
  if (!asked) {
    return (
      <Button variant="subtle" color="red" autoFocus={asked === false} onClick={() => setAsked(true)}>
        {props.label}
        {props.of !== undefined && <VisuallyHidden> {props.of}</VisuallyHidden>}
      </Button>
    );
  }
  return (
    <Group gap="sm">
      <Button variant="default" autoFocus onClick={() => setAsked(false)}>
        {props.keep}
      </Button>
      <Button color="red" loading={props.isPending} onClick={props.onConfirm}>
        {props.confirm}
      </Button>
    </Group>
  );
}
