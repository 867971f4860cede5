import { Trans, useLingui } from '@lingui/react/macro';
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Moment } from '../../kit/moment.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { Why } from '../../kit/why.tsx';
import classes from './person.module.css';
import type { PersonView } from './queries.ts';
import type { Question } from './why-dialog.tsx';

type Props = { readonly person: PersonView; readonly onAsk: (question: Question) => void };

/** Where the person is now: in journeys, at which step and until when; in audiences, since when and why. */
export function Whereabouts(props: Props) {
  return (
    <Stack gap="lg">
      <InJourneys {...props} />
      <InAudiences {...props} />
    </Stack>
  );
}

function InJourneys({ person, onAsk }: Props) {
  const { t } = useLingui();
  return (
    <Sheet title={t`In journeys`}>
      {person.journeys.length === 0 && (
        <Text c="dimmed" size="sm">
          <Trans>In none now.</Trans>
        </Text>
      )}
      <ul className={classes.plain}>
        {person.journeys.map((one) => (
          <li key={one.instance_id}>
            <Link
              to="/journeys/$key"
              params={{ key: one.journey_key }}
              search={{
                version: String(one.version),
                person: `id:${person.profile_id}`,
                instance: String(one.instance_id),
              }}
              className={classes.name}
            >
              {one.journey_name ?? one.journey_key}
            </Link>
            <Text size="xs" c="dimmed">
              {one.steps.length > 0 && <>{t`At ${one.steps.join(', ')}`} · </>}
              {one.wake_at === null ? (
                t`until something happens`
              ) : (
                <Trans>
                  at the latest until <Moment at={one.wake_at} />
                </Trans>
              )}
            </Text>
            <Text size="xs" c="dimmed">
              <Why onAsk={() => onAsk({ journey: one.journey_key })}>
                <Trans>
                  in since <Moment at={one.entered_at} />
                </Trans>
              </Why>
              {one.state === 'held' && <> · {t`held by a pause`}</>}
            </Text>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function InAudiences({ person, onAsk }: Props) {
  const { t } = useLingui();
  const maySeeAudiences = useMay('audiences:read');
  return (
    <Sheet title={t`In audiences`}>
      {person.audiences.length === 0 && (
        <Text c="dimmed" size="sm">
          <Trans>In none now.</Trans>
        </Text>
      )}
      <ul className={classes.plain}>
        {person.audiences.map(({ audience_key, since }) => (
          <li key={audience_key}>
            {maySeeAudiences ? (
              <Link
                to="/audiences/$key"
                params={{ key: audience_key }}
                search={{ person: String(person.profile_id) }}
                className={classes.name}
              >
                {audience_key}
              </Link>
            ) : (
              <span className={classes.name}>{audience_key}</span>
            )}
            <Text size="xs" c="dimmed">
              <Why onAsk={() => onAsk({ audience: audience_key })}>
                <Trans>
                  since <Moment at={since} />
                </Trans>
              </Why>
            </Text>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
