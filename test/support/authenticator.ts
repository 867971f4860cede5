import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };
const ES256 = -7;

type Wish = {
  readonly origin: string;
  readonly challenge: string;
  /** Of the site that the device thinks it is at; that of the origin unless told. */
  readonly site?: string;
  /** Whether the device knows who holds it. */
  readonly isVerified?: boolean;
  readonly counter?: number;
};

/** A device that keeps one passkey, as far as a server can tell: keys, signatures and a counter by hand. */
export function createAuthenticator(userId: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const credentialId = randomBytes(32);
  let counter = 0;

  const authenticatorData = (wish: Wish, flags: number, rest: readonly Buffer[] = []) => {
    const site = wish.site ?? new URL(wish.origin).hostname;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(wish.counter ?? ++counter);
    const known = FLAGS.present | (wish.isVerified === false ? 0 : FLAGS.verified) | flags;
    return Buffer.concat([sha256(site), Buffer.from([known]), count, ...rest]);
  };
  const credential = <Response>(response: Response) => ({
    id: credentialId.toString('base64url'),
    rawId: credentialId.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    /** What the browser answers to a challenge to make a passkey. */
    make(wish: Wish) {
      const key = map(
        [int(1), int(2)],
        [int(3), int(ES256)],
        [int(-1), int(1)],
        [int(-2), bytes(Buffer.from(x, 'base64url'))],
        [int(-3), bytes(Buffer.from(y, 'base64url'))],
      );
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const data = authenticatorData(wish, FLAGS.attested, [Buffer.alloc(16), length, credentialId, key]);
      const attestation = map([text('fmt'), text('none')], [text('attStmt'), map()], [text('authData'), bytes(data)]);
      return credential({
        clientDataJSON: clientData('webauthn.create', wish).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      });
    },
    /** What the browser answers to a challenge to sign in. */
    sign(wish: Wish) {
      const data = authenticatorData(wish, 0);
      const client = clientData('webauthn.get', wish);
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, sha256(client)]), privateKey).toString('base64url'),
        userHandle: Buffer.from(userId).toString('base64url'),
      });
    },
  };
}

function clientData(type: string, { challenge, origin }: Wish): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The few forms of CBOR (RFC 8949) that a passkey is written in. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const int = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value]);
const text = (value: string) => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const map = (...entries: (readonly [Buffer, Buffer])[]) => Buffer.concat([head(5, entries.length), ...entries.flat()]);
