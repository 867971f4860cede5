import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone: panels become drawers there, and a graph begins as an outline. */
export function usePhone(): boolean {
  return useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
}
