import { useLingui } from '@lingui/react/macro';
import { ActionIcon, Box, Code, CopyButton, SegmentedControl, Stack } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';

const KINDS = ['browser', 'node', 'curl'] as const;
type Kind = (typeof KINDS)[number];

/** What to paste so that events arrive; any Segment SDK works as it is. */
export function Snippets({ writeKey }: { readonly writeKey: string }) {
  const { t } = useLingui();
  const [kind, setKind] = useState<Kind>('browser');
  const text = snippet(kind, writeKey, window.location.origin);
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={t`How events are sent`}
        value={kind}
        onChange={(value) => setKind(value as Kind)}
        data={[
          { value: 'browser', label: t`Browser` },
          { value: 'node', label: 'Node.js' },
          { value: 'curl', label: 'curl' },
        ]}
      />
      <Box pos="relative">
        <Code block tabIndex={0} style={{ overflow: 'auto', paddingRight: 40 }}>
          {text}
        </Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              onClick={copy}
              aria-label={copied ? t`Copied` : t`Copy`}
              pos="absolute"
              top={6}
              right={6}
            >
              {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      </Box>
    </Stack>
  );
}

function snippet(kind: Kind, writeKey: string, origin: string): string {
  const events = `analytics.identify({ userId: '42', traits: { email: 'ana@example.com' } });
analytics.track({ userId: '42', event: 'Order Completed', properties: { total: 49.9 } });`;
  switch (kind) {
    case 'browser':
      return `import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load({
  writeKey: '${writeKey}',
  cdnURL: '${origin}',
});
analytics.identify('42', { email: 'ana@example.com' });
analytics.track('Order Completed', { total: 49.9 });`;
    case 'node':
      return `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({
  writeKey: '${writeKey}',
  host: '${origin}',
});
${events}`;
    case 'curl':
      return `curl ${origin}/v1/track -u '${writeKey}:' \\
  -d '{"userId": "42", "event": "Order Completed", "properties": {"total": 49.9}}'`;
  }
}
