import type { Json, JsonObject } from '../kernel/index.ts';
import { awaitsResult, failed } from './act.ts';
import { happened } from './awaited.ts';
import { choosePath } from './choose.ts';
import { type Draft, type Move, setResult } from './draft.ts';
import type { CallResult, Outcome } from './effect.ts';
import type { GraphAwaited, GraphNode } from './graph.ts';
import type { AdvanceInput } from './input.ts';
import type { Position } from './instance.ts';
import { TIMED_OUT } from './steps/wait.ts';
import { waitUntilHour } from './until.ts';

/** What an input makes of a position that waits; undefined when it does not concern it. */
export function resolvePosition(
  draft: Draft,
  node: GraphNode,
  position: Position,
  input: AdvanceInput,
): Move | undefined {
  switch (input.kind) {
    case 'timer':
      return isDue(draft, position) ? timeUp(position) : undefined;
    case 'event':
    case 'audience':
    case 'reaction':
      return position.awaits === 'input' ? awaitedInput(draft, node, input) : undefined;
    case 'settled':
      if (position.awaits === 'input') return awaitedInput(draft, node, input);
      return position.awaits === 'message' && position.ref === String(input.messageId) ? settled(input) : undefined;
    case 'response':
      return position.awaits === 'response' && position.ref === input.callKey
        ? responded(draft, node, input.result)
        : undefined;
    case 'answer':
      return position.awaits === 'lookup' && position.ref === input.callKey
        ? answered(draft, node, input.answer)
        : undefined;
    case 'continue':
      return position.awaits === 'outcome' && position.ref === input.key
        ? continued(draft, node, input.outcome)
        : undefined;
    case 'start':
    case 'profile':
    case 'end':
      return undefined;
  }
}

/** Only a wait and a wait-for are moved on by time; a step whose turn it is begins by itself. */
function isDue({ now }: Draft, { awaits, dueAt }: Position): boolean {
  return (awaits === undefined || awaits === 'input') && dueAt !== undefined && dueAt <= now;
}

function timeUp(position: Position): Move {
  const { awaits, why } = position;
  return {
    kind: 'leave',
    outlet: awaits === 'input' ? TIMED_OUT : 'next',
    ...(why === undefined ? {} : { detail: why }),
  };
}

function awaitedInput(draft: Draft, node: GraphNode, input: WaitedFor): Move | undefined {
  const place = { instance: draft.before, instancePath: draft.graph.entry.instance, now: draft.now };
  for (const [outlet, awaited] of node.awaited) {
    if (!happened(awaited, input, place)) continue;
    setResult(draft, node.name, resultOf(input, awaited));
    return { kind: 'leave', outlet };
  }
  return undefined;
}

type WaitedFor = Extract<AdvanceInput, { kind: 'event' | 'audience' | 'reaction' | 'settled' }>;

function resultOf(input: WaitedFor, awaited: GraphAwaited): Json {
  switch (input.kind) {
    case 'event':
      return { event: input.name, at: input.occurredAt, properties: input.properties };
    case 'audience':
      return { audience: input.audience, change: input.change };
    case 'reaction':
      return { reaction: input.reaction };
    case 'settled':
      return { reaction: awaited.kind === 'result' ? awaited.result : input.state, reason: input.reason };
  }
}

function settled(input: Extract<AdvanceInput, { kind: 'settled' }>): Move {
  const detail: JsonObject = { message: input.messageId, ...(input.reason === null ? {} : { reason: input.reason }) };
  switch (input.state) {
    case 'failed':
      return { kind: 'leave', outlet: 'failed', detail };
    case 'excluded':
      return { kind: 'leave', outlet: 'refused', detail };
    case 'sent':
      return { kind: 'leave', outlet: 'next', detail };
    case 'uncertain':
      // It may have gone out; what is done for those who got nothing is not for them.
      return { kind: 'leave', outlet: 'next', detail: { ...detail, uncertain: true } };
  }
}

function responded(draft: Draft, node: GraphNode, result: CallResult): Move {
  switch (result.kind) {
    case 'answered': {
      setResult(draft, node.name, { status: result.status, body: result.body });
      if (result.status >= 200 && result.status < 300) {
        return { kind: 'leave', outlet: 'next', detail: { status: result.status } };
      }
      return failed(draft, node, 'failed', { reason: 'status', status: result.status });
    }
    case 'failed':
      return failed(draft, node, 'failed', {
        reason: result.reason,
        ...(result.error === undefined ? {} : { error: result.error }),
      });
    case 'timed-out':
      return failed(draft, node, 'timed-out', { reason: 'timed-out' });
  }
}

function answered(draft: Draft, node: GraphNode, answer: Json | undefined): Move {
  if (node.step.type === 'condition') {
    const holds = Array.isArray(answer) ? (answer as readonly Json[]).map((each) => each === true) : [];
    return { kind: 'leave', ...choosePath(node, node.step, draft, holds) };
  }
  if (node.step.type === 'wait') return waitUntilHour(draft, node.step, answer);
  const row = answer ?? null;
  setResult(draft, node.name, row);
  return row === null
    ? { kind: 'leave', outlet: 'else', detail: { reason: 'no-row' } }
    : { kind: 'leave', outlet: 'next' };
}

function continued(draft: Draft, node: GraphNode, outcome: Outcome): Move {
  switch (outcome.kind) {
    case 'queued':
      return queued(draft, node, outcome.messageId);
    case 'refused':
      return { kind: 'leave', outlet: 'refused', detail: { reason: outcome.reason } };
    case 'applied':
      return { kind: 'leave', outlet: 'next' };
    case 'slot':
      return { kind: 'leave', outlet: outcome.taken ? 'next' : 'else' };
  }
}

function queued(draft: Draft, node: GraphNode, messageId: number | undefined): Move {
  // What was done with an older message of the step says nothing about this one.
  const { [node.name]: _, ...others } = draft.reacted;
  draft.reacted = others;
  if (messageId === undefined) return { kind: 'leave', outlet: 'next', detail: { dry_run: true } };
  draft.messages = { ...draft.messages, [node.name]: [...(draft.messages[node.name] ?? []), messageId] };
  if (awaitsResult(node)) return { kind: 'stay', awaits: 'message', ref: String(messageId) };
  return { kind: 'leave', outlet: 'next', detail: { message: messageId } };
}
