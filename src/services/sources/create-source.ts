import { IMPORTED_START } from '../../core/engine/index.ts';
import { WebhookSettings } from '../../core/ingest/index.ts';
import { AppError, invalid, notFound, parseWith, say, says } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { randomSecret, sha256 } from '../../platform/crypto.ts';
import { insertSource, type SourceKind, type SourceRow, selectSource, updateSettings } from './store.ts';

const NAME_CHARS_MAX = 100;

/** How many characters of a key are kept, by which people recognise it. */
export const KEY_HINT_CHARS = 10;

export type NewSource = {
  /** What events of this source are marked with. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Of a webhook: the mapping of its bodies. */
  readonly settings?: unknown;
};

/**
 * Makes a source. `key` is the write key of an SDK, or the last part of a webhook's URL; only its hash is kept, so it can never be
 * shown again. @throws AppError `invalid`; `conflict` when a source of that name is in use.
 */
export async function createSource(ctx: Context, input: NewSource): Promise<SourceRow & { readonly key: string }> {
  const name = input.name.trim();
  if (name === '' || name.length > NAME_CHARS_MAX) {
    throw invalid(say('The source is not valid.'), [
      { path: 'name', ...says('must have 1 to {max} characters.', { max: NAME_CHARS_MAX }) },
    ]);
  }
  if (name.startsWith(IMPORTED_START)) {
    throw invalid(say('The source is not valid.'), [
      { path: 'name', ...says('must not begin with "{start}".', { start: IMPORTED_START }) },
    ]);
  }
  if (input.kind === 'write_key' && input.settings !== undefined) {
    throw invalid(say('The source is not valid.'), [{ path: 'settings', ...says('a write key has no settings.') }]);
  }
  const settings =
    input.kind === 'webhook' ? parseWith(WebhookSettings, input.settings ?? {}, say('The mapping of the webhook')) : {};
  const key = `${input.kind === 'webhook' ? 'hook' : 'wk'}_${randomSecret()}`;
  const row = await insertSource(ctx.db, {
    name,
    kind: input.kind,
    keyHash: sha256(key),
    keyHint: key.slice(0, KEY_HINT_CHARS),
    settings,
    now: ctx.clock.now(),
  });
  if (!row)
    throw new AppError(
      'conflict',
      say('A source "{name}" is in use. Revoke it first, or take another name.', { name }),
    );
  return { ...row, key };
}

/** Changes the mapping of a webhook; other processes follow within seconds. */
export async function changeSettings(ctx: Context, sourceId: number, settings: unknown): Promise<SourceRow> {
  const parsed = parseWith(WebhookSettings, settings, say('The mapping of the webhook'));
  const changed = await updateSettings(ctx.db, sourceId, parsed);
  const row = changed === 0 ? undefined : await selectSource(ctx.db, sourceId);
  if (!row) throw notFound('webhook', String(sourceId));
  return row;
}
