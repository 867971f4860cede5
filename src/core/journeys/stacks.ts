import { outletsOf, type Step } from './steps/index.ts';

/** The parallels that a position stands in, outermost first. */
export type Stack = readonly string[];

export type StackProblem =
  /** A way leads back into a parallel from inside one of its branches: each round would make more positions. */
  | { readonly kind: 'again'; readonly node: string; readonly from: string }
  /** A join is reached in ways that do not agree on which parallel it closes. */
  | { readonly kind: 'mixed'; readonly node: string; readonly stacks: readonly Stack[] }
  | { readonly kind: 'no-parallel'; readonly node: string };

export type Stacks = {
  /** Of every step that can be reached; that of the first way found. */
  readonly of: ReadonlyMap<string, Stack>;
  readonly problems: readonly StackProblem[];
};

/** More ways into one step than this are not told apart. */
const WAYS_MAX = 50;

/** In which parallels each step lies, found by walking every way from the start. */
export function stacksOf(steps: Readonly<Record<string, Step>>, start: string): Stacks {
  const seen = new Map<string, Map<string, Stack>>();
  const problems = new Map<string, StackProblem>();
  const queue: { name: string; stack: Stack }[] = [{ name: start, stack: [] }];
  for (const { name, stack } of queue) {
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (!step) continue;
    const known = seen.get(name) ?? new Map<string, Stack>();
    seen.set(name, known);
    if (known.has(stack.join(' ')) || known.size >= WAYS_MAX) continue;
    known.set(stack.join(' '), stack);
    const inner = innerStack(name, step, stack, problems);
    if (!inner) continue;
    for (const { target } of outletsOf(step)) if (target !== undefined) queue.push({ name: target, stack: inner });
  }
  for (const [name, stacks] of seen) {
    if (steps[name]?.type !== 'join' || stacks.size < 2) continue;
    problems.set(`mixed ${name}`, { kind: 'mixed', node: name, stacks: [...stacks.values()] });
  }
  const of = new Map([...seen].map(([name, stacks]) => [name, [...stacks.values()][0] ?? []]));
  return { of, problems: [...problems.values()] };
}

/** The stack behind a step; undefined when what follows makes no sense. */
function innerStack(name: string, step: Step, stack: Stack, problems: Map<string, StackProblem>): Stack | undefined {
  if (step.type === 'parallel') {
    if (!stack.includes(name)) return [...stack, name];
    problems.set(`again ${name}`, { kind: 'again', node: name, from: stack.at(-1) ?? name });
    return undefined;
  }
  if (step.type !== 'join') return stack;
  if (stack.length > 0) return stack.slice(0, -1);
  problems.set(`no-parallel ${name}`, { kind: 'no-parallel', node: name });
  return stack;
}
