import { useLingui } from '@lingui/react/macro';
import { Group, Select, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { StandingTable } from './people-table.tsx';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const PAGE = 50;

/** Everybody who is inside, at one step or anywhere. */
export function JourneyPeople({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { step } = route.useSearch();
  const navigate = route.useNavigate();
  const { titleOf } = useStepWords();
  return (
    <Stack>
      <Group>
        <Select
          label={t`At step`}
          placeholder={t`Anywhere`}
          clearable
          searchable
          value={step ?? null}
          data={journey.shape.steps.map((one) => ({ value: one.node, label: titleOf(one) }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, step: value ?? undefined }), replace: true })
          }
        />
      </Group>
      <StandingTable journey={journey.key} version={journey.version.version} node={step} limit={PAGE} />
    </Stack>
  );
}
