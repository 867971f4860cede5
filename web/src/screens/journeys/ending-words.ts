import { useLingui } from '@lingui/react/macro';

/** Why somebody left, in a few words; `exits` are those of the definition, in the words of the server. */
export function useEndingWords(exits: readonly string[]): (reason: string) => string {
  const { t } = useLingui();
  const known: Readonly<Record<string, string>> = {
    '': t`finished`,
    finished: t`finished`,
    'timed-out': t`inside for too long`,
    over: t`the journey was over`,
    discarded: t`let go in a pause`,
    forced: t`began anew`,
    stopped: t`stopped`,
    merged: t`became one with another`,
    loop: t`went in a circle`,
    error: t`broke`,
  };
  return (reason) => {
    const exit = reason.startsWith('exit:') ? exits[Number(reason.slice(5))] : undefined;
    return exit ?? known[reason] ?? reason;
  };
}
