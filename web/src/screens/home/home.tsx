import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Grid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat, ZONE } from '../../i18n/format.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { Boundary } from '../../kit/boundary.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { GettingStarted } from './getting-started.tsx';
import { Health } from './health.tsx';
import { JourneysInFlight } from './journeys-in-flight.tsx';
import { type Overview, overviewQuery } from './overview.ts';
import { SendingNow } from './sending-now.tsx';
import { WaitsForYou } from './waits-for-you.tsx';

/** Now: where messages are, what waits for a person, what is sending, and how delivery fares. */
export function Home() {
  const { t } = useLingui();
  const format = useFormat();
  const { data, error } = useQuery(overviewQuery);
  const now = data ? new Date(data.at) : new Date();
  return (
    <Page
      title={format.day(now)}
      lead={data && <Summary overview={data} />}
      actions={
        <Text c="dimmed">
          <Trans>
            {format.time(now)} in {ZONE.split('/').at(-1)?.replaceAll('_', ' ')}
          </Trans>
        </Text>
      }
    >
      {!data && (error ? <ProblemNote error={error} /> : <Skeleton h={420} role="status" aria-label={t`Loading`} />)}
      {data && (
        <>
          <Boundary>
            <GettingStarted />
          </Boundary>
          <Day overview={data} />
          <Grid gap="xl">
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Stack gap="xl">
                <Boundary>
                  <WaitsForYou waits={data.waits} more={data.more_waits} at={now} />
                </Boundary>
                <Boundary>
                  <SendingNow overview={data} />
                </Boundary>
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <Boundary>
                <Health overview={data} />
              </Boundary>
            </Grid.Col>
          </Grid>
          <Boundary>
            <JourneysInFlight journeys={data.journeys} all={data.journeys_in_force} />
          </Boundary>
        </>
      )}
    </Page>
  );
}

/** The day in three sentences. */
function Summary({ overview }: { readonly overview: Overview }) {
  const { campaigns_sending: campaigns, inside, journeys_in_force: journeys, more_waits: more } = overview;
  const waits = overview.waits.length;
  return (
    <>
      <Plural
        value={campaigns}
        _0="No campaign is sending."
        one="One campaign is sending."
        other="# campaigns are sending."
      />{' '}
      {journeys > 0 && (
        <>
          <Trans>
            <Plural value={inside} _0="Nobody is" one="One person is" other="# people are" /> inside{' '}
            <Plural value={journeys} one="one journey" other="# journeys" />.
          </Trans>{' '}
        </>
      )}
      <Text span inherit fw={600} c="var(--mantine-color-text)">
        {more ? (
          <Plural value={waits} other="More than # things wait for you." />
        ) : (
          <Plural
            value={waits}
            _0="Nothing waits for you."
            one="One thing waits for you."
            other="# things wait for you."
          />
        )}
      </Text>
    </>
  );
}

function Day({ overview }: { readonly overview: Overview }) {
  const { t } = useLingui();
  const { targeted } = overview.account;
  return (
    <Sheet title={t`Every message of the last 24 hours`}>
      <Text c="dimmed" mb="md">
        {targeted === 0 ? (
          <Trans>None was decided about in this time, and none waits.</Trans>
        ) : (
          <Plural
            value={targeted}
            one="One message was settled in this time or is on its way."
            other="# messages were settled in this time or are on their way. Each is in exactly one place."
          />
        )}
      </Text>
      {targeted > 0 && <AccountBar account={overview.account} size="full" />}
    </Sheet>
  );
}
