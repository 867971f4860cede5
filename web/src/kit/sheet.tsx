import { Box, Group, Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A part of a screen on a surface of its own, its heading inside. `flush`: what it holds reaches its edges, as tables do. */
export function Sheet(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  const { title, aside, flush = false, children } = props;
  const heading = useId();
  return (
    <Paper component="section" aria-labelledby={heading} p={0} style={{ overflow: 'hidden', minWidth: 0 }}>
      <Group justify="space-between" px="lg" pt="md" pb="sm" gap="sm" mih={44}>
        <Title order={2} id={heading}>
          {title}
        </Title>
        {aside}
      </Group>
      {flush ? (
        children
      ) : (
        <Box px="lg" pb="lg">
          {children}
        </Box>
      )}
    </Paper>
  );
}
