import { Table } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** Holds a table. Where there is less room than the table needs it scrolls inside, by keyboard too, and the page stays as wide as it is. */
export function TableFrame({ minWidth, children }: { readonly minWidth: number; readonly children: ReactNode }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scrolls = width > 0 && width < minWidth;
  return (
    <div ref={ref}>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={scrolls ? { viewportProps: { tabIndex: 0 } } : undefined}
      >
        {children}
      </Table.ScrollContainer>
    </div>
  );
}
