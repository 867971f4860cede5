import { setImmediate as nextTick } from 'node:timers/promises';
import {
  type Changes,
  type DecideInput,
  decide,
  IdsExhausted,
  joinChanges,
  type PersonTurn,
} from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { lockSlots } from '../instances/index.ts';
import type { LiveRules } from '../live/index.ts';
import { loadSuppressed } from './store-people.ts';
import type { TurnTools } from './turn.ts';

type Part = Omit<DecideInput, 'ids'>;
type Input = { readonly turns: readonly PersonTurn[]; readonly live: LiveRules; readonly now: Instant };

/** A part asks for the counters of caps as it comes to them; one that goes on asking is broken. */
const ROUNDS_MAX = 100;
/** People that are decided about before others in this process get a word in: some ten milliseconds. */
const PEOPLE_PER_PART = 50;

/** Decides part by part, and a part again with what its decision turned out to need: more numbers, the counters of caps. */
export async function decideTurn(tx: Transaction, tools: TurnTools, { turns, live, now }: Input): Promise<Changes> {
  const slots = new Map<string, number>();
  const suppressed = new Map<string, boolean>();
  const taken = new Map<string, number>();
  const parts: Changes[] = [];
  for (let at = 0; at < turns.length; at += PEOPLE_PER_PART) {
    if (at > 0) await nextTick();
    const part = { turns: turns.slice(at, at + PEOPLE_PER_PART), rules: live, now, slots, suppressed, taken };
    const changes = await decidePart(tx, tools, part, { slots, suppressed });
    for (const [name, count] of changes.taken) taken.set(name, (taken.get(name) ?? 0) + count);
    parts.push(changes);
  }
  const [only] = parts;
  return only && parts.length === 1 ? only : joinChanges(parts);
}

type Known = { readonly slots: Map<string, number>; readonly suppressed: Map<string, boolean> };

async function decidePart(tx: Transaction, tools: TurnTools, part: Part, known: Known): Promise<Changes> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const changes = attempt(tools, part);
    if (changes === undefined) {
      await tools.instanceIds.refill();
      await tools.messageIds.refill();
      continue;
    }
    const { missing } = changes;
    if (missing.slots.length === 0 && missing.addresses.length === 0) return changes;
    if (missing.slots.length > 0) {
      for (const [name, taken] of await lockSlots(tx, missing.slots)) known.slots.set(name, taken);
    }
    const found = await loadSuppressed(tx, missing.addresses);
    for (const name of missing.addresses) known.suppressed.set(name, found.has(name));
  }
  throw new Error('A turn of the engine did not come to an end.');
}

function attempt(tools: TurnTools, input: Part): Changes | undefined {
  try {
    return decide({ ...input, ids: { instance: tools.instanceIds, message: tools.messageIds } });
  } catch (error) {
    if (error instanceof IdsExhausted) return undefined;
    throw error;
  }
}
