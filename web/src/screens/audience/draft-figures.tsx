import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, List, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useFormat, useLanguage } from '../../i18n/format.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { nameOf } from '../people.tsx';
import { Heads, Lines } from './rule-lines.tsx';

const SETTLED_MS = 400;
const SAMPLE = 8;

/** The text's people, line by line, a moment after the last key. A text that has moved on cancels its count in the database. */
export function useDraftCount(text: string, isSound: boolean) {
  const language = useLanguage();
  const [definition] = useDebouncedValue(text, SETTLED_MS);
  return useQuery({
    queryKey: ['audience-draft', definition, language],
    queryFn: ({ signal }) =>
      ask(api.POST('/api/audiences/lines', { params: { query: { language } }, body: { definition }, signal })),
    enabled: isSound && definition === text,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}
type Counted = ReturnType<typeof useDraftCount>;

export function DraftSize({ counted }: { readonly counted: Counted }) {
  const format = useFormat();
  if (counted.error) return <ProblemNote error={counted.error} />;
  if (!counted.data) return <Skeleton h={60} />;
  const { count, everyone, lines } = counted.data;
  return (
    <div aria-live="polite" style={{ opacity: counted.isPlaceholderData ? 0.5 : 1 }}>
      <Text component="p" fz={40} lh={1} fw={600} style={{ letterSpacing: '-0.03em' }}>
        {format.number(count)}
      </Text>
      <Text size="sm" c="dimmed" mt="xs" mb="md">
        <Trans>people, of {format.number(everyone)}. Exact.</Trans>
      </Text>
      <Text c="var(--ink-2)">
        <Trans>
          People of whom this is true: <Sentence text={lines.sentence} />.
        </Trans>
      </Text>
    </div>
  );
}

export function DraftLines({ counted }: { readonly counted: Counted }) {
  const { t } = useLingui();
  if (!counted.data) return null;
  return (
    <Sheet title={t`Line by line`} aside={<Heads />}>
      <Lines everyone={counted.data.everyone} root={counted.data.lines} />
    </Sheet>
  );
}

/** Some of those whom the text means, so that one sees whether they are the right ones. */
export function DraftSample({ text, isSound }: { readonly text: string; readonly isSound: boolean }) {
  const { t } = useLingui();
  const [definition] = useDebouncedValue(text, SETTLED_MS);
  const sample = useQuery({
    queryKey: ['audience-draft-sample', definition],
    queryFn: ({ signal }) => ask(api.POST('/api/audiences/preview', { body: { definition, limit: SAMPLE }, signal })),
    enabled: isSound && definition === text,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  if (!sample.data) return null;
  return (
    <Sheet title={t`Some of them`}>
      {sample.data.rows.length === 0 && (
        <Text c="dimmed">
          <Trans>Nobody.</Trans>
        </Text>
      )}
      <List listStyleType="none" spacing="xs" p={0}>
        {sample.data.rows.map((row) => {
          const { profile_id: id, email } = row as { profile_id: number; email: string | null };
          const name = nameOf({ profile_id: id, email, traits: row });
          return (
            <List.Item key={id}>
              <Anchor component={Link} to={`/people/id/${id}`}>
                {name}
              </Anchor>
              {email !== null && email !== name && (
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {email}
                </Text>
              )}
            </List.Item>
          );
        })}
      </List>
    </Sheet>
  );
}
