import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Grid, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { linkOf, useHasScreen } from './lead.ts';

const LOOK_MS = 700;

/** On a server with nothing in it: the two ways to begin. Once the example shop is loaded: where to go in it. */
export function GettingStarted() {
  const maySee = useMay('tables:read');
  const queries = useQueryClient();
  const shop = useQuery({
    queryKey: ['example-shop'],
    queryFn: async () => {
      const now = await ask(api.GET('/api/example-shop'));
      if (now.state === 'loaded')
        void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'example-shop' });
      return now;
    },
    refetchInterval: (query) => (query.state.data?.state === 'loading' ? LOOK_MS : false),
    enabled: maySee,
  });
  switch (shop.data?.state) {
    case 'absent':
    case 'failed':
      return <Beginning error={shop.data.error ?? null} />;
    case 'loading':
      return <Loading {...shop.data} />;
    case 'loaded':
      return shop.data.begun ? null : <Tour />;
    case 'refused':
    case undefined:
      return null;
  }
}

function Beginning({ error }: { readonly error: string | null }) {
  const { t } = useLingui();
  const mayLoad = useMay('tables:write');
  const mayImport = useMay('imports:write');
  const hasScreen = useHasScreen();
  const queries = useQueryClient();
  const load = useMutation({
    mutationFn: () => ask(api.POST('/api/example-shop', { body: {} as never })),
    onSuccess: (now) => queries.setQueryData(['example-shop'], now),
  });
  return (
    <Sheet title={t`Nothing is here yet`}>
      <Stack>
        {error !== null && (
          <Text role="alert" c="red">
            <Trans>The example shop could not be loaded: {error}</Trans>
          </Text>
        )}
        <ProblemNote error={load.error} />
        <Grid gap="xl">
          {mayLoad && (
            <Grid.Col span={{ base: 12, sm: 6 }}>
              <Stack gap="sm" align="flex-start">
                <Text fw={600}>
                  <Trans>Look around in an example shop</Trans>
                </Text>
                <Text c="dimmed">
                  <Trans>
                    20,000 invented customers with their orders, a campaign and three journeys. Its messages land in the
                    sandbox mailbox; nobody is reached.
                  </Trans>
                </Text>
                <Button onClick={() => load.mutate()} loading={load.isPending}>
                  <Trans>Load the example shop</Trans>
                </Button>
              </Stack>
            </Grid.Col>
          )}
          {mayImport && hasScreen({ to: '/data/import' }) && (
            <Grid.Col span={{ base: 12, sm: 6 }}>
              <Stack gap="sm" align="flex-start">
                <Text fw={600}>
                  <Trans>Begin with your own customers</Trans>
                </Text>
                <Text c="dimmed">
                  <Trans>
                    A CSV, NDJSON or Parquet file. You see what would happen to every column and row before anything is
                    taken in.
                  </Trans>
                </Text>
                <Button component={Link} {...(linkOf({ to: '/data/import' }) as object)} variant="default">
                  <Trans>Import your customers</Trans>
                </Button>
              </Stack>
            </Grid.Col>
          )}
          {!mayLoad && !mayImport && (
            <Grid.Col span={12}>
              <Text c="dimmed">
                <Trans>As soon as an owner brings in customers, this page says what happens.</Trans>
              </Text>
            </Grid.Col>
          )}
        </Grid>
      </Stack>
    </Sheet>
  );
}

function Loading(shop: {
  readonly doing?: string;
  readonly step?: number;
  readonly steps?: number;
  readonly rows?: number;
}) {
  const { t } = useLingui();
  const { doing = '', step = 0, steps = 1, rows = 0 } = shop;
  const words: Readonly<Record<string, string>> = {
    definitions: t`tables, templates, audiences, journeys and a campaign`,
    customers: t`customers`,
    products: t`products`,
    orders: t`orders`,
    order_lines: t`lines of orders`,
    events: t`what the web site told today`,
  };
  return (
    <Sheet title={t`The example shop is being loaded`}>
      <Progress value={(step / steps) * 100} aria-label={t`Loading`} mb="sm" />
      <Group justify="space-between">
        <Text role="status">
          <Trans>
            Step {step + 1} of {steps}: {words[doing] ?? doing}
          </Trans>
        </Text>
        {rows > 0 && (
          <Text c="dimmed">
            <Plural value={rows} one="one row read" other="# rows read" />
          </Text>
        )}
      </Group>
    </Sheet>
  );
}

function Tour() {
  const { t } = useLingui();
  const hasScreen = useHasScreen();
  const campaign = { to: '/campaigns/spring-preview' };
  return (
    <Sheet title={t`The example shop is here`}>
      <Group justify="space-between" gap="lg">
        <Text maw={640}>
          <Trans>
            Its campaign tells good customers of the spring collection. Run it, look at who is on every arrow, and
            confirm its messages: they land in the sandbox mailbox.
          </Trans>
        </Text>
        {hasScreen(campaign) && (
          <Button component={Link} {...(linkOf(campaign) as object)}>
            <Trans>Open the campaign</Trans>
          </Button>
        )}
      </Group>
    </Sheet>
  );
}
