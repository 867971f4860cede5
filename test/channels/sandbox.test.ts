import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandboxChannel } from '../../src/channels/sandbox/index.ts';
import { getSandboxMessage, listSandboxMessages } from '../../src/services/sandbox/index.ts';
import { createTestContext, TEST_START, type TestContext } from '../support/context.ts';
import { describeEmailChannel, emailTo } from './conformance.ts';

describeEmailChannel('the sandbox', async () => {
  const ctx = await createTestContext();
  const channel = createSandboxChannel(ctx);
  return {
    channel,
    async delivered() {
      const rows = await listSandboxMessages(ctx, { limit: 10_000 });
      return Promise.all(
        rows.map(async (row) => ({
          recipient: row.recipient,
          raw: (await getSandboxMessage(ctx, { bucket: row.bucket, messageId: row.message_id })).raw,
        })),
      );
    },
    async close() {
      await channel.close();
      await ctx.close();
    },
  };
});

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
});
afterAll(() => ctx.close());

it('a message that is handed over again is in the mailbox once', async () => {
  const channel = createSandboxChannel(ctx);
  const email = emailTo('again@example.com');
  const results = await Promise.all([channel.send(email), channel.send(email)]);
  results.push(await channel.send(email));
  expect(results.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent']);
  expect(await listSandboxMessages(ctx, { recipient: 'AGAIN@example.com', limit: 10 })).toMatchObject([
    { message_id: Number(email.key), recipient: email.to, bytes: email.raw.length, received_at: new Date(TEST_START) },
  ]);
});

it('a mailbox that cannot be reached is a reason to try again, not an error', async () => {
  const broken = await createTestContext();
  const channel = createSandboxChannel(broken);
  await broken.close();
  expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
  expect(await channel.check()).toMatchObject({ ok: false });
});
