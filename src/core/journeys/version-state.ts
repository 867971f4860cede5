import { z } from 'zod';
import { say, type Wording } from '../kernel/index.ts';

/** The life of one version of a journey; the diagram is in docs/states.md. */
export const VersionState = z.enum(['live', 'paused', 'closed', 'stopped', 'finished', 'dry_run', 'test']);
export type VersionState = z.infer<typeof VersionState>;

/** What happens, while a version is paused, to people who come to a step that acts. */
export const HoldMode = z.enum(['hold', 'discard']);
export type HoldMode = z.infer<typeof HoldMode>;

/** What a person may ask of a version. */
export type VersionCommand = 'pause' | 'resume' | 'close' | 'stop';

/**
 * What happens to a version by itself. `replaced`: another version has gone live; `empty`: nobody is left in a closed one; `over`:
 * its end has come; `published`: the version that was tried in a dry run goes live;
 * `retired`: the journey was archived while nobody was in it.
 */
export type VersionEvent = 'replaced' | 'empty' | 'over' | 'published' | 'retired';

type Moves = { readonly [Input in VersionCommand | VersionEvent]?: VersionState };

/**
 * Every move there is. A paused version that was closed before, or is closed or replaced meanwhile, stays paused and resumes as
 * closed.
 */
export const VERSION_MOVES: { readonly [State in VersionState]: Moves } = {
  live: {
    pause: 'paused',
    close: 'closed',
    replaced: 'closed',
    stop: 'stopped',
    over: 'finished',
    retired: 'finished',
  },
  paused: {
    resume: 'live',
    close: 'paused',
    replaced: 'paused',
    stop: 'stopped',
    over: 'finished',
    retired: 'finished',
  },
  closed: { pause: 'paused', stop: 'stopped', empty: 'finished', over: 'finished', retired: 'finished' },
  stopped: {},
  finished: {},
  dry_run: { stop: 'stopped', over: 'finished', published: 'live', retired: 'finished' },
  test: { stop: 'stopped', over: 'finished', retired: 'finished' },
};

export type VersionMove =
  | { readonly kind: 'moved'; readonly state: VersionState }
  | { readonly kind: 'refused'; readonly reason: Wording };

/** The only place where the life of a version is decided. `closed`: nobody may enter it any more. */
export function moveVersion(
  version: { readonly state: VersionState; readonly closed: boolean },
  input: VersionCommand | VersionEvent,
): VersionMove {
  const state = VERSION_MOVES[version.state][input];
  if (state === undefined) return { kind: 'refused', reason: refusal(version.state, input) };
  return { kind: 'moved', state: state === 'live' && version.closed ? 'closed' : state };
}

function refusal(state: VersionState, input: VersionCommand | VersionEvent): Wording {
  if (state === 'stopped' || state === 'finished') {
    return say('A {state} version stays {state}; publish the journey again to put a new one in force.', {
      state: say(state),
    });
  }
  if (state === 'dry_run')
    return say('A dry run cannot {command}; stop it, or publish the version.', { command: input });
  if (state === 'test') return say('A test cannot {command}; stop it.', { command: input });
  return say('A version that is {state} cannot {command}.', { state: say(state), command: input });
}
