import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/session.ts';
import { Page } from '../../kit/page.tsx';
import { useRoleNames } from '../users/roles.ts';
import { PasskeyList } from './passkey-list.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './session-list.tsx';

/** One's own account: how one signs in, and where one is signed in. */
export function Account() {
  const { t } = useLingui();
  const { data } = useQuery(sessionQuery);
  const roles = useRoleNames();
  const user = data?.user;
  const role = user && roles[user.role].name;
  return (
    <Page
      title={t`Your account`}
      lead={
        user && (
          <Trans>
            {user.name}, {user.email} · {role}
          </Trans>
        )
      }
    >
      <PasskeyList />
      <PasswordForm email={user?.email ?? ''} />
      <SessionList />
    </Page>
  );
}
