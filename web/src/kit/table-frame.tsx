import { Table } from '@mantine/core';
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Holds a table. Where there is less room than the table needs it scrolls inside, by keyboard too, and the page stays as wide as it is. */
export function TableFrame({ minWidth, children }: { readonly minWidth: number; readonly children: ReactNode }) {
  const viewport = useRef<HTMLDivElement>(null);
  const scrolls = useOverflow(viewport);
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportRef: viewport, viewportProps: scrolls ? { tabIndex: 0 } : {} }}
    >
      {children}
    </Table.ScrollContainer>
  );
}

/** Whether what is in a box is wider than the box. */
function useOverflow(box: RefObject<HTMLElement | null>): boolean {
  const [overflows, setOverflows] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setOverflows(element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    look();
    return () => observer.disconnect();
  }, [box]);
  return overflows;
}
