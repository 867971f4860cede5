import { WebhookSettings } from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import { sameBytes, sha256 } from '../../platform/crypto.ts';
import { type SourceKind, selectKeys, selectSettingsOf } from './store.ts';

/** How long a key that was revoked elsewhere may still be taken. */
const FRESH_MS = 5_000;

/** Where a request comes from. */
export type Source = {
  /** None: the key of the environment. */
  readonly sourceId: number | undefined;
  readonly name: string;
  readonly kind: SourceKind;
  /** Of a webhook. */
  readonly settings: WebhookSettings | undefined;
};

export type SourceDirectory = {
  /** Whose key this is; undefined when it is nobody's. */
  find(key: string): Promise<Source | undefined>;
};

type Loaded = { readonly byHash: ReadonlyMap<string, Source>; readonly at: number };

/**
 * The sources of the installation, kept in memory, so that a request costs no statement. An unknown key makes it look again, one
 * statement at a time however many such requests come.
 */
export function createSourceDirectory(ctx: Context): SourceDirectory {
  const { writeKey } = ctx.config;
  const ofEnvironment = writeKey === undefined ? undefined : sha256(writeKey);
  let loaded: Loaded | undefined;
  let loading: Promise<Loaded> | undefined;

  function load(): Promise<Loaded> {
    loading ??= readSources(ctx)
      .then((fresh) => {
        loaded = fresh;
        return fresh;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  return {
    async find(key) {
      const hash = sha256(key);
      if (ofEnvironment && sameBytes(hash, ofEnvironment)) return ENVIRONMENT;
      const hex = hash.toString('hex');
      if (loaded && ctx.clock.now() - loaded.at < FRESH_MS) {
        const known = loaded.byHash.get(hex);
        if (known) return known;
        // A look that began before this key was made does not show it.
        await loading;
      }
      return (await load()).byHash.get(hex);
    },
  };
}

const ENVIRONMENT: Source = {
  sourceId: undefined,
  name: 'CARILLON_WRITE_KEY',
  kind: 'write_key',
  settings: undefined,
};

async function readSources(ctx: Context): Promise<Loaded> {
  const at = ctx.clock.now();
  const rows = await selectKeys(ctx.db);
  const byHash = new Map(
    rows.map(({ source_id, name, kind, settings, key_hash }) => [
      key_hash,
      { sourceId: source_id, name, kind, settings: kind === 'webhook' ? WebhookSettings.parse(settings) : undefined },
    ]),
  );
  return { byHash, at };
}

/** The mapping of the webhook of this name, also of one that was revoked. */
export async function settingsOf(ctx: Context, name: string): Promise<WebhookSettings | undefined> {
  const row = await selectSettingsOf(ctx.db, name);
  return row && WebhookSettings.parse(row.settings);
}
