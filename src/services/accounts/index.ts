export { removeUser, setRole } from './change-user.ts';
export { ADDRESS_HEADER, AUTH_PATH, type Auth, createAuth } from './create-auth.ts';
export { createOwner, createUser, NewUser } from './create-user.ts';
export { findSession, type SignedIn } from './find-session.ts';
export { listAudit, listUsers, needsOwner } from './list-users.ts';
export { recordAudit } from './record-audit.ts';
export { endSession, endSessions, listSessions } from './sessions.ts';
