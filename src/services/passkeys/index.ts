export { addPasskey } from './add.ts';
export { NewCredential, SignedChallenge } from './answer.ts';
export { challengeToAdd, challengeToSignIn, type OpenSite } from './challenge.ts';
export { listPasskeys, removePasskey } from './manage.ts';
export { type PasskeySignIn, signInWithPasskey } from './sign-in.ts';
