import { Role } from '../../core/accounts/index.ts';
import type { Auth } from './create-auth.ts';

/** Who is signed in. */
export type SignedIn = {
  readonly userId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
};

/** The person whose session the cookies name, or undefined. */
export async function findSession(auth: Auth, headers: Headers): Promise<SignedIn | undefined> {
  const session = await auth.api.getSession({ headers });
  if (!session) return undefined;
  const { id, name, email, role } = session.user;
  return { userId: id, sessionId: session.session.id, name, email, role: Role.parse(role) };
}
