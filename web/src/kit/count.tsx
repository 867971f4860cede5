import { Anchor, Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';

/** How many, in figures that stand under each other; it leads to those it counts where they can be seen. */
export function Count(props: {
  readonly value: number;
  /** What is counted, behind the number. */
  readonly children?: ReactNode;
  readonly to?: LinkProps['to'];
  readonly params?: LinkProps['params'];
  readonly search?: LinkProps['search'];
  readonly onOpen?: () => void;
  readonly strong?: boolean;
}) {
  const { value, children, to, params, search, onOpen, strong } = props;
  const format = useFormat();
  const weight = strong ? 600 : undefined;
  const shown = (
    <>
      <Text span inherit fw={weight} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {format.number(value)}
      </Text>
      {children !== undefined && <> {children}</>}
    </>
  );
  if (to !== undefined) {
    const target = { to, ...(params && { params }), ...(search && { search }) } as LinkProps;
    return (
      <Anchor component={Link} inherit {...(target as object)}>
        {shown}
      </Anchor>
    );
  }
  if (onOpen) {
    return (
      <Anchor component="button" type="button" inherit onClick={onOpen}>
        {shown}
      </Anchor>
    );
  }
  return <span>{shown}</span>;
}
