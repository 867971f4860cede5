import { Trans, useLingui } from '@lingui/react/macro';
import { Code, Text } from '@mantine/core';

/** The statements that an activity ran. */
export function SqlText({ statements }: { readonly statements: readonly string[] }) {
  const { t } = useLingui();
  if (statements.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>It ran no SQL of its own.</Trans>
      </Text>
    );
  }
  return (
    <Code block fz="xs" tabIndex={0} aria-label={t`SQL`} style={{ maxHeight: 420, whiteSpace: 'pre-wrap' }}>
      {statements.join(';\n\n')}
    </Code>
  );
}
