import { api, ask, askSignIn } from './client.ts';
import type { paths } from './schema.d.ts';

type NewPasskey = paths['/api/account/passkeys']['post']['requestBody']['content']['application/json'];

/**
 * Why there was no passkey. `no`: the person, or the device for them, did not want to; `known`: the device has one already; `blocked`:
 * the browser does not let this page.
 */
export class PasskeyRefusal extends Error {
  readonly kind: 'no' | 'known' | 'blocked';
  constructor(kind: PasskeyRefusal['kind'], cause: unknown) {
    super(`The browser made no use of a passkey: ${kind}.`, { cause });
    this.kind = kind;
  }
}

/** Whether this browser has passkeys, as it tells of them since 2025. */
export function hasPasskeys(): boolean {
  return 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Has the device make a passkey, and the server keep it. @throws PasskeyRefusal */
export async function addPasskey(name: string): Promise<void> {
  const asked = await ask(api.POST('/api/account/passkeys/challenge'));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    asked as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const made = await inBrowser(() => navigator.credentials.create({ publicKey }));
  const credential = made.toJSON() as unknown as NewPasskey['credential'];
  await ask(api.POST('/api/account/passkeys', { body: { name, credential } }));
}

/** Signs in with whatever passkey the person chooses. @throws PasskeyRefusal */
export async function signInWithPasskey(): Promise<void> {
  await enter(await challenge(), {});
}

/** A challenge holds for five minutes; a page may stand open for longer. */
const RENEW_MS = 4 * 60_000;

/**
 * Has the browser name passkeys among what it knows for the email field, and signs in with the one that is chosen there. Resolves with
 * whether somebody came in; false once `signal` aborts, or when this cannot be had: nobody asked for it.
 */
export async function waitForPasskey(signal: AbortSignal): Promise<boolean> {
  if (!hasPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return false;
  while (!signal.aborted) {
    const round = AbortSignal.any([signal, AbortSignal.timeout(RENEW_MS)]);
    const asked = await challenge().catch(() => undefined);
    if (!asked) return false;
    try {
      await enter(asked, { mediation: 'conditional', signal: round });
      return true;
    } catch (error) {
      if (round.aborted) continue;
      if (error instanceof PasskeyRefusal) return false;
      throw error;
    }
  }
  return false;
}

async function challenge(): Promise<PublicKeyCredentialRequestOptions> {
  const asked = await askSignIn('sign-in/passkey/challenge', {});
  return PublicKeyCredential.parseRequestOptionsFromJSON(asked as PublicKeyCredentialRequestOptionsJSON);
}

async function enter(publicKey: PublicKeyCredentialRequestOptions, options: CredentialRequestOptions): Promise<void> {
  const signed = await inBrowser(() => navigator.credentials.get({ publicKey, ...options }));
  await askSignIn('sign-in/passkey', signed.toJSON());
}

async function inBrowser(use: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await use();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'InvalidStateError') throw new PasskeyRefusal('known', error);
    if (name === 'SecurityError' || name === 'NotSupportedError') throw new PasskeyRefusal('blocked', error);
    if (name !== 'NotAllowedError' && name !== 'AbortError') throw error;
    throw new PasskeyRefusal('no', error);
  }
  throw new PasskeyRefusal('no', undefined);
}
