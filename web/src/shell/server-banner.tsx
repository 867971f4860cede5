import { Trans } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Unreachable } from '../api/client.ts';
import { REACHABLE } from '../api/live.ts';

const LOOK_MS = 10_000;
const LOOK_AGAIN_MS = 1_500;

/** Says so while the server cannot be reached, and goes by itself. What is on the screen stays. */
export function ServerBanner() {
  const { data: reachable } = useQuery({
    queryKey: REACHABLE,
    queryFn: () =>
      fetch('/healthz', { cache: 'no-store' }).then(
        (answer) => answer.ok,
        () => false,
      ),
    refetchInterval: (query) => (query.state.data === false ? LOOK_AGAIN_MS : LOOK_MS),
    retry: (_count, error) => !(error instanceof Unreachable),
  });
  if (reachable !== false) return null;
  return (
    <Alert color="red" variant="filled" mb="lg" role="alert">
      <Trans>The server cannot be reached. Nothing is lost; this page goes on as soon as it answers.</Trans>
    </Alert>
  );
}
