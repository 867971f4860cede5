import { Trans, useLingui } from '@lingui/react/macro';
import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LogOut, UserRound } from 'lucide-react';
import { askSignIn } from '../api/client.ts';
import type { User } from '../api/session.ts';
import { chooseLanguage, LANGUAGES, type Language } from '../i18n/index.ts';
import { forgetKeptTexts } from '../kit/kept-text.ts';

/** Whoever comes next finds nothing of what was on the screen or half typed. */
function leave(): void {
  forgetKeptTexts();
  window.location.assign('/');
}

/** Who is signed in; their account, language, theme, and the way out. */
export function AccountMenu({ user, onGo }: { readonly user: User; readonly onGo: () => void }) {
  const { t, i18n } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  // What the server said it said in the other language.
  const choose = (language: Language) => void chooseLanguage(language).then(() => queries.invalidateQueries());
  const signOut = useMutation({ mutationFn: () => askSignIn('sign-out', {}), onSuccess: leave });
  const schemes = { auto: t`As the system`, light: t`Light`, dark: t`Dark` } as const;
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton p="xs">
          <Group gap="sm" wrap="nowrap">
            <Avatar size={26} radius="xl" color="teal" name={user.name} aria-hidden />
            <Text size="md" truncate>
              {user.name}
              <VisuallyHidden>{t`: account, language, theme`}</VisuallyHidden>
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<UserRound size={14} aria-hidden />} onClick={onGo}>
          <Trans>Your account</Trans>
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>
          <Trans>Language</Trans>
        </Menu.Label>
        <Menu.RadioGroup value={i18n.locale} onChange={(language) => choose(language as Language)}>
          {Object.entries(LANGUAGES).map(([language, label]) => (
            <Menu.RadioItem key={language} value={language} lang={language} closeMenuOnClick>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>
          <Trans>Theme</Trans>
        </Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as keyof typeof schemes)}>
          {Object.entries(schemes).map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={() => signOut.mutate()}>
          <Trans>Sign out</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
