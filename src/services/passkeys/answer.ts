import { z } from 'zod';

const CHARACTERS_MAX = 20_000;
const Base64Url = z
  .string()
  .min(1)
  .max(CHARACTERS_MAX)
  .regex(/^[\w-]+={0,2}$/);

const Credential = {
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** What a browser answers that has made a passkey: `PublicKeyCredential.toJSON()`, of which we keep what we read. */
export const NewCredential = z
  .object({
    ...Credential,
    response: z.object({
      clientDataJSON: Base64Url,
      attestationObject: Base64Url,
      transports: z.array(z.string().max(40)).max(10).default([]),
    }),
  })
  .describe('What `PublicKeyCredential.toJSON()` gives in the browser');
export type NewCredential = z.infer<typeof NewCredential>;

/** What a browser answers that has signed a challenge with a passkey. */
export const SignedChallenge = z.object({
  ...Credential,
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url,
  }),
});
export type SignedChallenge = z.infer<typeof SignedChallenge>;

const ClientData = z.object({ challenge: z.string() });

/** The challenge that an answer claims to be about; undefined when it is no answer at all. */
export function challengeIn(answer: NewCredential | SignedChallenge): string | undefined {
  try {
    const text = Buffer.from(answer.response.clientDataJSON, 'base64url').toString('utf8');
    return ClientData.safeParse(JSON.parse(text)).data?.challenge;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
