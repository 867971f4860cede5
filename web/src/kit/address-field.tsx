import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

const SETTLED_MS = 150;

/**
 * A field whose text stands in the address. What is typed shows at once, and the address follows a moment later: it changes too slowly
 * for somebody who types fast.
 */
export function AddressField(
  props: Omit<TextInputProps, 'value' | 'onChange'> & {
    readonly value: string;
    readonly onSettle: (value: string) => void;
  },
) {
  const { value, onSettle, ...rest } = props;
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const router = useRouter();
  const settle = useDebouncedCallback((text: string, path: string) => {
    // Whoever has gone on to another screen meanwhile is not called back.
    if (router.latestLocation.pathname !== path) return;
    told.current = text;
    onSettle(text);
  }, SETTLED_MS);
  useEffect(() => {
    // Our own text coming back is older than what was typed meanwhile; another one is a way back or a link.
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        settle(event.currentTarget.value, router.latestLocation.pathname);
      }}
    />
  );
}
