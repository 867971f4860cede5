import type { Instant } from '../../core/kernel/index.ts';
import {
  type Identity,
  normaliseIdentity,
  normalisePhone,
  type PhoneOptions,
  type ProfileInput,
  type ProfileOutcome,
} from '../../core/profiles/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { resolveProfileRows } from './resolve.ts';
import { type MergeRow, mergeProfiles } from './store-merge.ts';

type Options = PhoneOptions & { readonly now: Instant; readonly source: string; readonly overRefusal?: boolean };

/**
 * Creates or updates people set-wise, in the order given; answers one outcome per input. Inputs that name two different profiles, or
 * hold an address that cannot be one, are rejected with the reason and change nothing.
 */
export async function upsertProfiles(
  tx: Transaction,
  inputs: readonly ProfileInput[],
  options: Options,
): Promise<ProfileOutcome[]> {
  const outcomes: (ProfileOutcome | undefined)[] = [];
  const rows: { line: number; identities: Identity[]; columns: Record<string, string | null>; input: ProfileInput }[] =
    [];
  inputs.forEach((input, line) => {
    const read = readInput(input, options);
    if ('kind' in read) outcomes[line] = read;
    else rows.push({ line, input, ...read });
  });
  const resolved = new Map(
    (await resolveProfileRows(tx, rows, { now: options.now, bucketsLocked: false })).map((row) => [row.line, row]),
  );
  const merge: MergeRow[] = [];
  for (const row of rows) {
    const found = resolved.get(row.line);
    if (found) {
      const { input, columns, line } = row;
      merge.push({
        line,
        ...found.owner,
        linked: found.linked && !found.created,
        columns,
        traits: input.traits,
        consents: input.consents,
      });
    } else {
      const detail = `${row.identities.map((one) => `${one.namespace} ${one.value}`).join(', ')} name different people`;
      outcomes[row.line] = { kind: 'rejected', reason: 'identity_conflict', detail };
    }
  }
  const { source, overRefusal = false, now } = options;
  for (const row of await mergeProfiles(tx, merge, { source, overRefusal, now })) {
    outcomes[row.line] = { kind: row.kind, bucket: row.bucket, profileId: row.profile_id };
  }
  return outcomes as ProfileOutcome[];
}

type ReadInput = { readonly identities: Identity[]; readonly columns: Record<string, string | null> };

function readInput(input: ProfileInput, options: PhoneOptions): ReadInput | ProfileOutcome {
  const identities: Identity[] = [];
  const columns: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(input.columns)) columns[name] = value?.trim() || null;
  for (const [namespace, value] of Object.entries(input.identities)) {
    const form = normaliseIdentity(namespace, value, options);
    if (form === undefined) {
      return { kind: 'rejected', reason: 'invalid_identity', detail: `${value} cannot be a ${namespace}` };
    }
    identities.push({ namespace, value: form });
    if (namespace === 'email' && columns.email === undefined) columns.email = value.trim();
    if (namespace === 'phone' && columns.phone === undefined) columns.phone = form;
  }
  if (typeof columns.phone === 'string') {
    const phone = normalisePhone(columns.phone, options);
    if (phone === undefined) return { kind: 'rejected', reason: 'invalid_phone', detail: columns.phone };
    columns.phone = phone;
  }
  return { identities, columns };
}
