import { z } from 'zod';
import { say, type Wording } from '../kernel/index.ts';

/** The life of a run; the diagram is in docs/states.md. */
export const RunState = z.enum([
  'scheduled',
  'running',
  'waiting',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'failed',
  'completed',
]);
export type RunState = z.infer<typeof RunState>;

export const RunMode = z.enum(['test', 'live']);
export type RunMode = z.infer<typeof RunMode>;

/** The life of a task: one execution of one activity. It is `pending` until the transaction that executes it commits. */
export const TaskState = z.enum(['pending', 'waiting', 'done', 'failed', 'skipped', 'stopped']);
export type TaskState = z.infer<typeof TaskState>;

/** What a person may ask of a run. */
export type RunCommand = 'pause' | 'resume' | 'stop' | 'restart';

/**
 * What happens to a run by itself. `due`: its start has come. `busy`: something can be executed; `idle`: everything left waits for
 * a time, a confirmation or a send; `still`: no activity is being executed any more; `failed`: an activity failed; `aborted`: it
 * failed and the campaign's policy is to stop; `finished`: nothing is left to do.
 */
export type RunEvent = 'due' | 'busy' | 'idle' | 'still' | 'failed' | 'aborted' | 'finished';

type Moves = { readonly [Input in RunCommand | RunEvent]?: RunState };

/** Every move there is; an event that is not listed changes nothing, a command that is not listed is refused. */
export const RUN_MOVES: { readonly [State in RunState]: Moves } = {
  scheduled: { due: 'running', stop: 'stopping' },
  running: {
    idle: 'waiting',
    finished: 'completed',
    failed: 'failed',
    aborted: 'stopping',
    pause: 'pausing',
    stop: 'stopping',
  },
  waiting: {
    busy: 'running',
    finished: 'completed',
    failed: 'failed',
    aborted: 'stopping',
    pause: 'pausing',
    stop: 'stopping',
    restart: 'running',
  },
  pausing: {
    still: 'paused',
    finished: 'completed',
    failed: 'failed',
    aborted: 'stopping',
    resume: 'running',
    stop: 'stopping',
  },
  paused: { finished: 'completed', resume: 'running', stop: 'stopping', restart: 'running' },
  stopping: { still: 'stopped' },
  stopped: {},
  failed: { resume: 'running', stop: 'stopping', restart: 'running' },
  completed: { restart: 'running' },
};

export type Advance =
  | { readonly kind: 'moved'; readonly state: RunState }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: Wording };

const COMMANDS: ReadonlySet<string> = new Set<RunCommand>(['pause', 'resume', 'stop', 'restart']);

/** The only place where the life of a run is decided. */
export function advanceRun(state: RunState, input: RunCommand | RunEvent): Advance {
  const next = RUN_MOVES[state][input];
  if (next !== undefined) return { kind: 'moved', state: next };
  if (!COMMANDS.has(input)) return { kind: 'unchanged' };
  return { kind: 'refused', reason: refusal(state, input) };
}

function refusal(state: RunState, input: string): Wording {
  if (state === 'stopped') return say('A stopped run stays stopped; duplicate the campaign or publish it again.');
  if (input === 'restart')
    return say('A run that is {state} cannot be restarted; pause it first.', { state: say(state) });
  return say('A run that is {state} cannot {command}.', { state: say(state), command: input });
}
