import type { Context } from 'liquidjs';
import type { Engine } from './engine.ts';
import { type Node, type ValueToken, walk } from './tree.ts';

/** What a slot holds before its variable is assigned. */
export const UNSET: unique symbol = Symbol('unset');

/** One rendering. Variables that the template itself makes live in slots whose numbers are known when it is compiled. */
export type State = {
  readonly env: Readonly<Record<string, unknown>>;
  readonly slots: unknown[];
  /** A `break` or `continue` on its way to its loop. */
  signal: 'none' | 'break' | 'continue';
  iterations: number;
  /** Characters of values put out so far; short ones need no counting. */
  written: number;
  /** Positions of `cycle` tags and ends of loops, by liquidjs's own keys. */
  registers: Map<string, unknown> | undefined;
  /** The tracking addresses of this message, encoded for this part. */
  readonly link: string;
  readonly pixel: string;
  readonly trackedUrl: (url: string) => string;
};

export type Read = (state: State) => unknown;
export type Write = (state: State) => string;

/** The names that one loop makes while its body runs. */
export type LoopScope = {
  readonly names: ReadonlyMap<string, number>;
  /** Which of the names some expression reads: a loop object nobody reads is not made. */
  readonly read: Set<string>;
};

/** A path that the template reads from its variables, and where. */
export type VariableRead = {
  readonly path: readonly (string | number)[];
  /** The path goes on with a name known only when rendering. */
  readonly open: boolean;
  readonly line: number;
  readonly column: number;
  /** A `default` filter catches a missing value. */
  readonly guarded: boolean;
};

export type UnknownFilter = { readonly name: string; readonly line: number; readonly column: number };

/** What is known while one part is compiled. */
export type Compilation = {
  readonly engine: Engine;
  readonly defaults: ReadonlyMap<string, unknown>;
  /** What is done to an address that Liquid made, before it is tracked. */
  readonly prepareUrl: (url: string) => string;
  /** Slots of `assign` and `capture`. */
  readonly assigned: ReadonlyMap<string, number>;
  /** Slots of `increment` and `decrement`. */
  readonly counters: ReadonlyMap<string, number>;
  readonly reads: VariableRead[];
  readonly unknownFilters: UnknownFilter[];
  /** Some `break` or `continue` exists: sequences look for one after each node. */
  readonly interruptible: boolean;
  /** Some loop says `offset: continue`: loops remember where they ended. */
  readonly continues: boolean;
  slots: number;
  /** Where the lines of the text that was last asked about begin. */
  lines: { readonly input: string; readonly starts: readonly number[] } | undefined;
};

export type Scopes = readonly LoopScope[];

export function createCompilation(
  engine: Engine,
  nodes: readonly Node[],
  defaults: ReadonlyMap<string, unknown>,
  prepareUrl: (url: string) => string,
): Compilation {
  const assigned = new Map<string, number>();
  const counters = new Map<string, number>();
  let slots = 0;
  let interruptible = false;
  let continues = false;
  for (const node of walk(nodes)) {
    const into = madeBy(node);
    if (into === 'assigned') addName(assigned, node.name === 'assign' ? node.key : node.variable);
    if (into === 'counters') addName(counters, node.variable);
    if (node.name === 'break' || node.name === 'continue') interruptible = true;
    for (const token of Object.values(node.hash?.hash ?? {})) {
      if (token?.getText().includes('continue')) continues = true;
    }
  }
  function addName(names: Map<string, number>, name: string | undefined): void {
    if (name !== undefined && !names.has(name)) names.set(name, slots++);
  }
  return {
    engine,
    defaults,
    prepareUrl,
    assigned,
    counters,
    reads: [],
    unknownFilters: [],
    interruptible,
    continues,
    slots,
    lines: undefined,
  };
}

function madeBy(node: Node): 'assigned' | 'counters' | undefined {
  if (node.name === 'assign' || node.name === 'capture') return 'assigned';
  if (node.name === 'increment' || node.name === 'decrement') return 'counters';
  return undefined;
}

/** `slots` are unset, as many as the part has. */
export function newState(
  slots: unknown[],
  env: Readonly<Record<string, unknown>>,
  rest: Pick<State, 'link' | 'pixel' | 'trackedUrl'>,
): State {
  return {
    env,
    slots: slots.length === 0 ? slots : slots.slice(),
    signal: 'none',
    iterations: 0,
    written: 0,
    registers: undefined,
    link: rest.link,
    pixel: rest.pixel,
    trackedUrl: rest.trackedUrl,
  };
}

export function setRegister(state: State, key: string, value: unknown): void {
  state.registers ??= new Map();
  state.registers.set(key, value);
}

/** How the first name of a path is read; `slot` or `variable` say where, so that the step after it can be read at once. */
export type Root = {
  readonly read: Read;
  readonly slot?: number;
  /** A name among the given variables that nothing in the template hides. */
  readonly variable?: string;
  /** What is read was given, not made by the template. */
  readonly external: boolean;
};

/** Reads the variable a path starts with, looking where liquidjs looks: loops, then assigned names, then the given ones. */
export function compileRoot(compilation: Compilation, scopes: Scopes, name: string): Root {
  for (let index = scopes.length - 1; index >= 0; index--) {
    const scope = scopes[index];
    const slot = scope?.names.get(name);
    if (slot !== undefined) {
      scope?.read.add(name);
      return { read: (state) => state.slots[slot], slot, external: false };
    }
  }
  const external = compileExternal(compilation, name);
  const assigned = compilation.assigned.get(name);
  const counter = compilation.counters.get(name);
  if (assigned === undefined && counter === undefined) {
    return { read: external, external: true, ...(hasOwnMeaning(name) ? {} : { variable: name }) };
  }
  const read: Read = (state) => {
    if (assigned !== undefined && state.slots[assigned] !== UNSET) return state.slots[assigned];
    if (counter !== undefined && state.slots[counter] !== UNSET) return state.slots[counter];
    return external(state);
  };
  return { read, external: false };
}

/** Names that liquidjs answers by itself. */
function hasOwnMeaning(name: string): boolean {
  return name in Object.prototype || name === 'size' || name === 'first' || name === 'last';
}

function compileExternal({ engine }: Compilation, name: string): Read {
  const { context } = engine;
  if (hasOwnMeaning(name)) {
    // They go the whole of liquidjs's way.
    return ({ env }) => context.readProperty(name in env ? env : {}, name);
  }
  return ({ env }) => {
    const value = env[name];
    return typeof value === 'function' ? undefined : value;
  };
}

/** A root whose name is computed: `[row.which].total`. */
export function compileComputedRoot(compilation: Compilation, scopes: Scopes, name: Read): Read {
  for (const scope of scopes) for (const each of scope.names.keys()) scope.read.add(each);
  return (state) => {
    const key = name(state);
    if (typeof key !== 'string' && typeof key !== 'number') return undefined;
    return compileRoot(compilation, scopes, String(key)).read(state);
  };
}

/** The same variables as a context of liquidjs's own, for the filters that evaluate Liquid expressions themselves. */
export function compileContext(
  compilation: Compilation,
  scopes: Scopes,
  create: (env: object) => Context,
): (state: State) => Context {
  for (const scope of scopes) for (const each of scope.names.keys()) scope.read.add(each);
  return (state) => {
    const env: Record<string, unknown> = { ...state.env };
    copySlots(compilation.counters, state, env);
    const context = create(env);
    copySlots(compilation.assigned, state, context.bottom() as Record<string, unknown>);
    for (const scope of scopes) {
      const values: Record<string, unknown> = Object.create(null);
      copySlots(scope.names, state, values);
      context.push(values);
    }
    context.setRegister('now', compilation.engine.context.getRegister('now'));
    return context;
  };
}

function copySlots(names: ReadonlyMap<string, number>, state: State, into: Record<string, unknown>): void {
  for (const [name, slot] of names) {
    const value = state.slots[slot];
    if (value !== UNSET) into[name] = value;
  }
}

/** Where a token stands, from 1. liquidjs counts from the beginning each time; a template has thousands of them. */
export function positionOf(compilation: Compilation, { input, begin }: ValueToken): { line: number; column: number } {
  if (compilation.lines?.input !== input) compilation.lines = { input, starts: lineStarts(input) };
  const { starts } = compilation.lines;
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= begin) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: begin - (starts[low] ?? 0) + 1 };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
