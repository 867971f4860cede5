import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Empty } from './empty.tsx';

/** An address that leads to no screen. */
export function Nowhere() {
  return (
    <Empty
      icon={Compass}
      title={<Trans>There is no such page</Trans>}
      action={
        <Button component={Link} to="/" variant="default">
          <Trans>Go to Home</Trans>
        </Button>
      }
    >
      <Trans>The link may be old, or what it led to is gone.</Trans>
    </Empty>
  );
}
