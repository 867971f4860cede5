import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Badge, Button, List, Popover, ScrollArea, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { useMay } from '../api/session.ts';

type Of = { readonly kind: 'audience' | 'template' | 'table'; readonly name: string };
type User = Awaited<ReturnType<typeof fetchUsers>>['items'][number];

const fetchUsers = ({ kind, name }: Of) =>
  ask(api.GET('/api/definitions/{kind}/{key}/users', { params: { path: { kind, key: name } } }));

/** How many campaigns, journeys and others use this definition; opens to the list of them. Says nothing until it is known. */
export function UsedBy(props: Of) {
  const { kind, name } = props;
  const count = useCountOf();
  const [opened, { toggle, close }] = useDisclosure();
  const mayRead = useMay('definitions:read');
  const { data } = useQuery({
    queryKey: ['definitions', kind, name, 'users'],
    queryFn: () => fetchUsers(props),
    enabled: mayRead,
  });
  if (!data) return null;
  if (data.items.length === 0) {
    return (
      <Badge variant="outline" color="gray">
        <Trans>Used by nothing</Trans>
      </Badge>
    );
  }
  const groups = groupsOf(data.items);
  const uses = groups.map(([of, users]) => count(of, users.length)).join(', ');
  return (
    <Popover opened={opened} onDismiss={close} width={300} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="compact-xs"
          radius="lg"
          fw={500}
          h="auto"
          mih={22}
          maw="100%"
          styles={{ label: { whiteSpace: 'normal', textAlign: 'start' } }}
          onClick={toggle}
        >
          <Trans>Used by {uses}</Trans>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ScrollArea.Autosize mah={360}>
          <Stack gap="sm">
            {groups.map(([of, users]) => (
              <div key={of}>
                <Text size="sm" c="dimmed">
                  {count(of, users.length)}
                </Text>
                <List listStyleType="none" size="sm">
                  {users.map((user) => (
                    <List.Item key={user.key}>
                      <UserName user={user} />
                    </List.Item>
                  ))}
                </List>
              </div>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Its name, as a link where it has a screen. */
function UserName({ user }: { readonly user: User }) {
  const name = user.name ?? user.key;
  const place = PLACES[user.kind];
  if (place === undefined) return name;
  return (
    <Anchor component={Link} to={`${place}/${user.key}`} inherit>
      {name}
    </Anchor>
  );
}

const PLACES: Partial<Record<User['kind'], string>> = {
  campaign: '/campaigns',
  journey: '/journeys',
  audience: '/audiences',
  template: '/messages',
  table: '/data/tables',
};
/** Those that reach people first. */
const ORDER: readonly User['kind'][] = ['campaign', 'journey', 'audience', 'template', 'placement'];

function groupsOf(users: readonly User[]): [User['kind'], User[]][] {
  const kinds = new Set([...ORDER, ...users.map(({ kind }) => kind)]);
  return [...kinds]
    .map((kind): [User['kind'], User[]] => [kind, users.filter((user) => user.kind === kind)])
    .filter(([, some]) => some.length > 0);
}

function useCountOf() {
  const { t } = useLingui();
  return (kind: User['kind'], count: number): string => {
    switch (kind) {
      case 'campaign':
        return t`${plural(count, { one: '# campaign', other: '# campaigns' })}`;
      case 'journey':
        return t`${plural(count, { one: '# journey', other: '# journeys' })}`;
      case 'audience':
        return t`${plural(count, { one: '# audience', other: '# audiences' })}`;
      case 'template':
        return t`${plural(count, { one: '# message', other: '# messages' })}`;
      case 'table':
        return t`${plural(count, { one: '# table', other: '# tables' })}`;
      case 'computed-trait':
        return t`${plural(count, { one: '# computed trait', other: '# computed traits' })}`;
      case 'placement':
        return t`${plural(count, { one: '# placement', other: '# placements' })}`;
      case 'decision':
        return t`${plural(count, { one: '# decision', other: '# decisions' })}`;
      default:
        return t`${plural(count, { one: '# other definition', other: '# other definitions' })}`;
    }
  };
}
