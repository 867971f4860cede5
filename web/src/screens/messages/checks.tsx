import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Code, Group, List, Text } from '@mantine/core';
import { Check, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import type { Preview } from './use-preview.ts';

/** Where Gmail clips a message, which hides the way out and the pixel. */
const CLIPPED_BYTES = 102_000;

/** What is good about a message for this person, and what wants a second look. */
export function Checks({ preview }: { readonly preview: Preview }) {
  const { t } = useLingui();
  const format = useFormat();
  const { html, text, source, failure, missing, warnings, variables } = preview;
  const bytes = new TextEncoder().encode(source ?? '').length;
  const { undescribed, links } = lookInto(html);
  const hasWayOut = variables.includes('message.unsubscribe_url') || variables.includes('message.preferences_url');
  return (
    <Sheet title={t`Checks`}>
      <List listStyleType="none" spacing="sm" p={0}>
        {failure !== null && (
          <Finding>
            <Trans>This person would get none: {failure.detail}</Trans>
          </Finding>
        )}
        {missing.length > 0 && (
          <Finding>
            <Trans>Nothing is known of</Trans>{' '}
            {missing.map((name, index) => (
              <span key={name}>
                {index > 0 && ', '}
                <Code>{name}</Code>
              </span>
            ))}
          </Finding>
        )}
        {warnings.map((warning) => (
          <Finding key={`${warning.path} ${warning.message}`}>{warning.message}</Finding>
        ))}
        {undescribed > 0 && (
          <Finding>
            <Plural
              value={undescribed}
              one="# picture has no text for those who do not see it"
              other="# pictures have no text for those who do not see them"
            />
          </Finding>
        )}
        <Finding isGood={hasWayOut}>
          {hasWayOut ? <Trans>A way to unsubscribe</Trans> : <Trans>No way to unsubscribe: transactional only</Trans>}
        </Finding>
        {source !== null && (
          <Finding isGood={bytes <= CLIPPED_BYTES}>
            <Trans>
              {format.bytes(bytes)} of {format.bytes(CLIPPED_BYTES)}, beyond which Gmail clips
            </Trans>
          </Finding>
        )}
        {text !== null && (
          <Finding isGood>
            <Trans>A text part</Trans>
          </Finding>
        )}
      </List>
      {links.length > 0 && (
        <>
          <Text fw={600} mt="lg" mb="xs">
            <Plural value={links.length} one="# link" other="# links" />
          </Text>
          <List spacing={2} size="sm">
            {links.map((link) => (
              <List.Item key={link.url} style={{ overflowWrap: 'anywhere' }}>
                <Anchor href={link.url} target="_blank" rel="noreferrer" inherit>
                  {link.label === '' ? link.url : link.label}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Sheet>
  );
}

function Finding({ isGood = false, children }: { readonly isGood?: boolean; readonly children: ReactNode }) {
  const { t } = useLingui();
  return (
    <List.Item styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {isGood ? (
          <Check size={14} color="var(--mantine-color-anchor)" aria-label={t`good`} style={ICON} />
        ) : (
          <TriangleAlert size={14} color="var(--waiting)" aria-label={t`look at this`} style={ICON} />
        )}
        <Text style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{children}</Text>
      </Group>
    </List.Item>
  );
}

const ICON = { marginTop: 3, flex: 'none' } as const;

/** What stands in the HTML. It is parsed, never run: a document of its own loads and executes nothing. */
function lookInto(html: string | null) {
  const page = new DOMParser().parseFromString(html ?? '', 'text/html');
  const anchors = [...page.querySelectorAll<HTMLAnchorElement>('a[href^="http"]')];
  // The ways out are made for each message; here they lead nowhere.
  const own = anchors.filter((anchor) => !anchor.href.startsWith(`${window.location.origin}/#`));
  const links = new Map(own.map((anchor) => [anchor.href, anchor.textContent?.trim() ?? '']));
  return {
    undescribed: page.querySelectorAll('img:not([alt])').length,
    links: [...links].map(([url, label]) => ({ url, label })),
  };
}
