import { z } from 'zod';
import type { CallOrder } from '../engine/index.ts';
import { type CallResult, calledBy, type JourneyGraph, lotOf, WHOLE } from '../journeys/index.ts';
import { type Problem, says, suggest } from '../kernel/index.ts';

const CallAnswer = z.strictObject({
  status: z.number().int().min(100).max(599).default(200),
  body: z.json().default({}).describe('What later steps read as `results.STEP.body`'),
  fail_share: z.number().min(0).max(1).default(0).describe('Of so many people the call fails, the same ones each time'),
  failure: z
    .union([z.enum(['unreachable', 'timed-out']), z.number().int().min(400).max(599)])
    .default('unreachable')
    .describe('How it fails: for good, after all tries'),
});

/** What other systems are taken to answer in a simulation, by the key of an endpoint or the beginning of a URL: `https://api.example.com`. */
export const CallAnswers = z.record(z.string().min(1).max(500), CallAnswer);
export type CallAnswers = z.infer<typeof CallAnswers>;

/** Names that no step calls are slips of the pen. */
export function checkAnswers(answers: CallAnswers, graphs: readonly JourneyGraph[]): Problem[] {
  const known = [...new Set(graphs.flatMap(calledBy))].sort();
  return Object.keys(answers).flatMap((name): Problem[] => {
    if (known.includes(name)) return [];
    if (known.length === 0) return [{ path: name, ...says('No step calls anybody.') }];
    const said = says('No step calls "{name}".', { name });
    const near = suggest(name, known);
    return [{ path: name, ...said, expected: known.join(' | '), ...(near === undefined ? {} : { suggestion: near }) }];
  });
}

/** What a call comes to; undefined where nothing is said about it. */
export function answerTo(answers: CallAnswers, { profileId, callKey, request }: CallOrder): CallResult | undefined {
  const answer = Object.hasOwn(answers, request.endpoint) ? answers[request.endpoint] : undefined;
  if (answer === undefined) return undefined;
  const { status, body, fail_share: share, failure } = answer;
  if (lotOf(request.endpoint, callKey, profileId) >= share * WHOLE) return { kind: 'answered', status, body };
  if (failure === 'timed-out') return { kind: 'timed-out' };
  return failure === 'unreachable'
    ? { kind: 'failed', reason: failure }
    : { kind: 'answered', status: failure, body: null };
}
