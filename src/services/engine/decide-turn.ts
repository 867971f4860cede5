import { type Changes, decide, IdsExhausted, type PersonTurn } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { lockSlots } from '../instances/index.ts';
import type { LiveRules } from '../live/index.ts';
import { loadSuppressed } from './store-people.ts';
import type { TurnTools } from './turn.ts';

type Input = { readonly turns: readonly PersonTurn[]; readonly live: LiveRules; readonly now: Instant };

/** A turn asks for the counters of caps as it comes to them; one that goes on asking is broken. */
const ROUNDS_MAX = 100;

/** Decides, and decides again with what the decision turned out to need: more numbers, the counters of caps. */
export async function decideTurn(tx: Transaction, tools: TurnTools, { turns, live, now }: Input): Promise<Changes> {
  const slots = new Map<string, number>();
  const suppressed = new Map<string, boolean>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const changes = attempt(tools, { turns, rules: live, now, slots, suppressed });
    if (changes === undefined) {
      await tools.instanceIds.refill();
      await tools.messageIds.refill();
      continue;
    }
    const { missing } = changes;
    if (missing.slots.length === 0 && missing.addresses.length === 0) return changes;
    if (missing.slots.length > 0) {
      for (const [name, taken] of await lockSlots(tx, missing.slots)) slots.set(name, taken);
    }
    const found = await loadSuppressed(tx, missing.addresses);
    for (const name of missing.addresses) suppressed.set(name, found.has(name));
  }
  throw new Error('A turn of the engine did not come to an end.');
}

function attempt(tools: TurnTools, input: Omit<Parameters<typeof decide>[0], 'ids'>): Changes | undefined {
  try {
    return decide({ ...input, ids: { instance: tools.instanceIds, message: tools.messageIds } });
  } catch (error) {
    if (error instanceof IdsExhausted) return undefined;
    throw error;
  }
}
