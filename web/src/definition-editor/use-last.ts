import { useRef } from 'react';

/** What there was last: a value that is missing for a while, as one made of a text that is being typed, keeps its predecessor. */
export function useLast<Value>(value: Value | undefined): Value | undefined {
  const last = useRef<Value>(undefined);
  last.current = value ?? last.current;
  return last.current;
}
