import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, List, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';

const SANDBOX = 'sandbox';

/** Sends the message to test addresses, as this person would get it, marked and counted nowhere. */
export function Proof({
  templateKey: key,
  profileId,
}: {
  readonly templateKey: string;
  readonly profileId: number | undefined;
}) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const [typed, setTo] = useState<string>();
  const [channel, setChannel] = useState(SANDBOX);
  const channels = useQuery({ queryKey: ['channels'], queryFn: () => ask(api.GET('/api/channels')) });
  const to = typed ?? session?.user?.email ?? '';
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/templates/{key}/proof', {
          params: { path: { key } },
          body: {
            to: to.split(/[\s,;]+/).filter((address) => address !== ''),
            channel,
            ...(profileId === undefined ? {} : { person: { profile_id: profileId } }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sandbox'] }),
  });
  return (
    <Sheet title={t`Send a proof`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t`To`}
            description={t`Up to 20 addresses`}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            required
          />
          <Select
            label={t`Through`}
            data={(channels.data?.items ?? [{ key: SANDBOX }]).map((one) => one.key)}
            value={channel}
            allowDeselect={false}
            onChange={(value) => setChannel(value ?? SANDBOX)}
          />
          <div>
            <Button
              type="submit"
              variant="default"
              loading={send.isPending}
              leftSection={<Send size={14} aria-hidden />}
            >
              <Trans>Send a proof</Trans>
            </Button>
          </div>
          <ProblemNote error={send.error} />
          {send.data && (
            <List size="sm" listStyleType="none" p={0} role="status">
              {send.data.items.map((item) => (
                <List.Item key={item.to}>
                  {item.sent ? (
                    <Trans>Sent to {item.to}</Trans>
                  ) : (
                    <Trans>
                      Not sent to {item.to}: {item.detail}
                    </Trans>
                  )}
                </List.Item>
              ))}
            </List>
          )}
          {send.data && channel === SANDBOX && (
            <Text size="sm">
              <Anchor component={Link} to="/mailbox">
                <Trans>Read it in the sandbox mailbox</Trans>
              </Anchor>
            </Text>
          )}
        </Stack>
      </form>
    </Sheet>
  );
}
