import { Trans } from '@lingui/react/macro';
import { Alert, List, Text } from '@mantine/core';
import { ApiError, Unreachable } from '../api/client.ts';

/** What went wrong, everything at once, with the nearest right word where there is one. */
export function ProblemNote({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  if (error instanceof Unreachable) {
    return (
      <Alert color="red" variant="light" role="alert" title={<Trans>The server cannot be reached</Trans>}>
        <Trans>Nothing is lost. Try again in a moment.</Trans>
      </Alert>
    );
  }
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.title ?? <Trans>That did not work</Trans>}>
      <Text size="sm">{problem?.detail ?? String(error)}</Text>
      {problem?.problems && problem.problems.length > 0 && (
        <List size="sm">
          {problem.problems.map((one) => (
            <List.Item key={`${one.path} ${one.message}`}>
              {one.path !== '' && <code>{one.path}</code>} {one.line !== undefined && <Trans>Line {one.line}</Trans>}{' '}
              {one.message}
              {one.suggestion !== undefined && (
                <>
                  {' '}
                  <Trans>Did you mean “{one.suggestion}”?</Trans>
                </>
              )}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
