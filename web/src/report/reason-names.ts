import { useLingui } from '@lingui/react/macro';

/** Why somebody got no message, in words; a reason that a provider made up stays as it is. */
export function useReasonNames(): (reason: string) => string {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    no_profile: t`No longer a person we know`,
    duplicate: t`Same person twice`,
    no_address: t`No address`,
    invalid_address: t`Malformed address`,
    suppressed: t`Suppressed address`,
    no_consent: t`No consent`,
    stopped: t`Stopped before it left`,
    cancelled: t`Cancelled`,
    deadline: t`Tried until its deadline`,
    mailbox_unknown: t`No such mailbox`,
    domain_unknown: t`No such domain`,
    mailbox_moved: t`The mailbox has moved`,
    mailbox_disabled: t`The mailbox is closed`,
    mailbox_full: t`Mailbox full`,
    mailbox_unavailable: t`Mailbox not available`,
    domain_refuses_mail: t`The domain takes no mail`,
    address_refused: t`Address refused`,
    sender_refused: t`Sender refused`,
    message_too_large: t`Message too large`,
    content_refused: t`Content refused`,
    policy: t`Refused as policy`,
    refused: t`Refused`,
    greylisted: t`Asked to come back later`,
    deferred: t`Put off by the server`,
    connection_lost: t`Connection lost before the answer`,
    render_failed: t`The message could not be made`,
    hard_bounce: t`Bounced for good`,
    merged: t`Merged into another person`,
    deleted: t`The person was deleted`,
  };
  return (reason) => names[reason] ?? reason.replaceAll('_', ' ');
}
