import { i18n } from '@lingui/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, type Problem, Unreachable } from './client.ts';
import type { paths } from './schema.d.ts';

type Operation = paths['/api/simulations']['post'];
export type SimulationInput = NonNullable<Operation['requestBody']>['content']['application/json'];
export type Simulated = Operation['responses'][200]['content']['application/json'];

export type Simulation =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly before: Simulated | undefined }
  | { readonly kind: 'done'; readonly simulated: Simulated }
  | { readonly kind: 'failed'; readonly error: unknown };

type Line = { readonly done?: number; readonly simulated?: Simulated; readonly problem?: Problem };

/** One simulation at a time: begun, told about while it runs, ended before its time. */
export function useSimulation() {
  const [simulation, setSimulation] = useState<Simulation>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
  }, []);
  useEffect(() => cancel, [cancel]);
  const run = useCallback(
    async (input: SimulationInput) => {
      cancel();
      const controller = new AbortController();
      running.current = controller;
      const tell = (next: (old: Simulation) => Simulation) => {
        if (running.current === controller) setSimulation(next);
      };
      tell((old) => ({ kind: 'running', done: 0, before: old.kind === 'done' ? old.simulated : undefined }));
      try {
        for await (const line of linesOf(input, controller.signal)) tell((old) => withLine(old, line));
      } catch (error) {
        tell(() => ({ kind: 'failed', error }));
      }
    },
    [cancel],
  );
  const stop = useCallback(() => {
    cancel();
    setSimulation({ kind: 'idle' });
  }, [cancel]);
  return { simulation, run, stop };
}

function withLine(old: Simulation, { done, simulated, problem }: Line): Simulation {
  if (problem) return { kind: 'failed', error: new ApiError(problem) };
  if (simulated) return { kind: 'done', simulated };
  return old.kind === 'running' ? { ...old, done: done ?? old.done } : old;
}

/** The answer line by line, as it comes. */
async function* linesOf(input: SimulationInput, signal: AbortSignal): AsyncGenerator<Line> {
  const response = await fetch('/api/simulations/lines', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': i18n.locale },
    body: JSON.stringify(input),
    signal,
  }).catch((cause: unknown) => {
    throw new Unreachable('The server cannot be reached.', { cause });
  });
  if (!response.ok || !response.body) throw new ApiError((await response.json()) as Problem);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}
