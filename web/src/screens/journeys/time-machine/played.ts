import type { SimulationInput } from '../../../api/simulation.ts';
import type { World } from './use-world.ts';

/** What the time machine lets run: a version that is saved, or a text that is not. */
export type Played =
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'text'; readonly text: string };

/** What is played instead of the history: pasted events, and what people whom nobody knows have said to email. */
export type Invented = { readonly events: readonly unknown[]; readonly consent: boolean };

/** Everything that a simulation takes beside the journey. */
export type Scene = {
  /** How far back the history goes, or `events`. */
  readonly machine: string;
  readonly invented: Invented | undefined;
  /** Whom to follow. */
  readonly follow: string | undefined;
  readonly world: World;
};

/** The request; undefined while there are no events to play. */
export function inputOf(journey: string, played: Played, scene: Scene): SimulationInput | undefined {
  const { machine, invented, follow, world } = scene;
  const tables = Object.entries(world.tables).filter(([, rows]) => rows.trim() !== '');
  const shared = {
    ...(played.kind === 'text' ? { definitions: played.text } : { key: journey, version: played.version }),
    ...(world.answers.trim() === '' ? {} : { answers: world.answers }),
    ...(tables.length === 0 ? {} : { tables: Object.fromEntries(tables) }),
    follow: follow === undefined ? [] : [follow],
  };
  if (machine !== 'events') return { ...shared, history: machine };
  return invented && { ...shared, events: [...invented.events], new_consent: invented.consent };
}
