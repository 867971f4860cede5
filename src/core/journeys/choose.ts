import type { JsonObject } from '../kernel/index.ts';
import { type Draft, draftScope } from './draft.ts';
import type { GraphNode, JourneyGraph, Scope } from './graph.ts';
import type { World } from './input.ts';
import { type FoundZone, instantOf, localNow, zoneFor } from './local-time.ts';
import type { Condition, ConditionPath } from './steps/condition.ts';

/** The zone in which a step reads times, and a word about it when the person's was not to be had. */
export function stepZone(
  setting: string | undefined,
  graph: JourneyGraph,
  world: World,
): FoundZone & { readonly detail: JsonObject } {
  const found = zoneFor(setting ?? graph.zone, world.facts.profile.time_zone, graph.fallbackZone);
  return { ...found, detail: found.fallback ? { zone: found.zone, zone_of: 'journey' } : {} };
}

/** The first path of a condition that holds; `answers` are those of its rules that were asked of the database, in order. */
export function choosePath(
  node: GraphNode,
  step: Condition,
  draft: Draft,
  answers: readonly boolean[],
): { readonly outlet: string; readonly detail: JsonObject } {
  let scope: Scope | undefined;
  let detail: JsonObject = {};
  let asked = 0;
  for (const [name, path] of Object.entries(step.then)) {
    const rule = node.rules.get(name);
    const answer = rule?.kind === 'asked' ? answers[asked++] : undefined;
    const zone = path.time || path.dates ? stepZone(path.zone, draft.graph, draft.world) : undefined;
    if (zone) detail = { ...detail, ...zone.detail };
    const when = node.whens.get(name);
    // Only few conditions ask the instance, so what they would see is not put together for all.
    if (when) scope ??= draftScope(draft);
    const holds =
      (when === undefined || scope === undefined || when(scope, draft.now)) &&
      (zone === undefined || clockHolds(path, zone.zone, draft.now)) &&
      (rule === undefined || (rule.kind === 'live' ? liveHolds(rule.streaming, draft) : answer === true));
    if (holds) return { outlet: name, detail };
  }
  return { outlet: 'else', detail };
}

function liveHolds(
  rule: { test(facts: World['facts'], metrics: World['metrics'], now: number): boolean },
  { world, now }: Draft,
): boolean {
  return rule.test(world.facts, world.metrics, now);
}

function clockHolds({ time, dates }: ConditionPath, zone: string, now: number): boolean {
  if (time) {
    const local = localNow(now, zone);
    if (time.days !== undefined && !time.days.includes(local.weekday)) return false;
    if (!inDay(time.from, time.to, local.time)) return false;
  }
  if (!dates) return true;
  const from = dates.from === undefined ? undefined : instantOf(dates.from, zone);
  const to = dates.to === undefined ? undefined : instantOf(dates.to, zone);
  return (from === undefined || now >= from) && (to === undefined || now < to);
}

/** From `from` up to, but without, `to`; over midnight when `to` is the earlier. Times of one form compare as texts. */
function inDay(from: string | undefined, to: string | undefined, time: string): boolean {
  if (from === undefined || to === undefined)
    return (from === undefined || time >= from) && (to === undefined || time < to);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}
