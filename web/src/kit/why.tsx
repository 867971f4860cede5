import { useLingui } from '@lingui/react/macro';
import { Popover, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { KeyboardEvent, ReactNode } from 'react';

/**
 * A count, a state or an absence that can be asked "why?", by a click or with W while it has the focus. The answer opens beside it, or
 * wherever `onAsk` shows it.
 */
export function Why(
  props: { readonly children: ReactNode } & (
    | { readonly answer: ReactNode; readonly onAsk?: undefined }
    | { readonly onAsk: () => void; readonly answer?: undefined }
  ),
) {
  const [opened, { toggle, close }] = useDisclosure();
  const ask = props.onAsk ?? toggle;
  const question = <Question onAsk={ask}>{props.children}</Question>;
  if (props.onAsk) return question;
  return (
    <Popover
      opened={opened}
      onDismiss={close}
      width={320}
      position="bottom-start"
      shadow="md"
      withRoles={false}
      trapFocus
    >
      <Popover.Target>{question}</Popover.Target>
      <Popover.Dropdown fz="md">{opened && props.answer}</Popover.Dropdown>
    </Popover>
  );
}

function Question({ onAsk, children, ...rest }: { readonly onAsk: () => void; readonly children: ReactNode }) {
  const { t } = useLingui();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'w' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onAsk();
  };
  return (
    <UnstyledButton
      className="why"
      fz="inherit"
      c="inherit"
      onClick={onAsk}
      onKeyDown={onKeyDown}
      aria-keyshortcuts="w"
      {...rest}
    >
      {children}
      <VisuallyHidden>{t`: why?`}</VisuallyHidden>
    </UnstyledButton>
  );
}
