import { Trans } from '@lingui/react/macro';
import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';

type Props = { readonly children: ReactNode; readonly resetKey?: string };
type State = { readonly error: Error | undefined; readonly resetKey: string | undefined };

/**
 * Keeps a crash to the part it happens in: the rest of the page goes on, forms and all. What was typed inside is kept by
 * `useKeptText`. Another `resetKey`, such as the address, tries anew.
 */
export class Boundary extends Component<Props, State> {
  override state: State = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Crash error={error} onRetry={() => this.setState({ error: undefined })} />;
  }
}

/** What stands where a part of the page should be that could not be drawn. */
export function Crash({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <Alert color="red" variant="light" role="alert" title={<Trans>This part of the page could not be shown</Trans>}>
      <Text size="sm" mb="sm">
        <Trans>It is a fault of ours. What you typed is kept; everything else on the page still works.</Trans>
      </Text>
      <Code block mb="sm">
        {error.message}
      </Code>
      <Group gap="sm">
        <Button variant="default" onClick={onRetry}>
          <Trans>Show it again</Trans>
        </Button>
        <Button variant="subtle" color="red" onClick={() => window.location.reload()}>
          <Trans>Load the page anew</Trans>
        </Button>
      </Group>
    </Alert>
  );
}
