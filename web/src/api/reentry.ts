/** Told when a request finds that the session has ended. */
const listeners = new Set<() => void>();
let waiting: { readonly back: Promise<void>; readonly comeBack: () => void } | undefined;

/** The session has ended: resolves when the person has signed in again. */
export function untilSignedIn(): Promise<void> {
  if (!waiting) {
    let comeBack: () => void = () => undefined;
    const back = new Promise<void>((resolve) => {
      comeBack = resolve;
    });
    waiting = { back, comeBack };
    for (const listener of listeners) listener();
  }
  return waiting.back;
}

/** Lets the requests go on that waited for it. */
export function goOnSignedIn(): void {
  waiting?.comeBack();
  waiting = undefined;
}

/** Calls `listener` whenever the session turns out to have ended, until the returned function is called. */
export function whenSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
