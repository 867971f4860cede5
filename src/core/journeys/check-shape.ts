import { type Problem, say, says, unknownName, type Wording } from '../kernel/index.ts';
import { type StackProblem, stacksOf } from './stacks.ts';
import { END, outletsOf, type Step } from './steps/index.ts';

type Steps = Readonly<Record<string, Step>>;

/** What is wrong with how the steps hang together: targets that do not exist, steps that nobody comes to, loops, joins. */
export function checkShape(steps: Steps, start: string): Problem[] {
  const names = Object.keys(steps);
  const problems: Problem[] = [];
  if (!Object.hasOwn(steps, start))
    problems.push(unknownName({ what: 'step', name: start, path: 'start', known: names }));
  for (const [name, step] of Object.entries(steps)) {
    for (const { target, path } of outletsOf(step)) {
      if (target === undefined || Object.hasOwn(steps, target)) continue;
      const problem = unknownName({
        what: 'step',
        name: target,
        path: `steps.${name}.${path}`,
        known: [...names, END],
      });
      // An `else` may be two outlets.
      if (!problems.some((known) => known.path === problem.path)) problems.push(problem);
    }
  }
  return [...problems, ...unreachable(steps, start), ...loops(steps), ...branchProblems(steps, start)];
}

function targetsOf(steps: Steps, name: string): string[] {
  const step = steps[name];
  if (!step) return [];
  const targets = outletsOf(step).flatMap(({ target }) => (target === undefined ? [] : [target]));
  return [...new Set(targets)].filter((target) => Object.hasOwn(steps, target));
}

function unreachable(steps: Steps, start: string): Problem[] {
  if (!Object.hasOwn(steps, start)) return [];
  const reached = new Set([start]);
  for (const name of reached) for (const target of targetsOf(steps, name)) reached.add(target);
  return Object.keys(steps)
    .filter((name) => !reached.has(name))
    .map((name) => ({ path: `steps.${name}`, ...says('No way leads here from the start.') }));
}

/** Whether a person who comes to the step always stays for a while. */
function lingers(step: Step): boolean {
  if (step.type === 'wait-for') return true;
  if (step.type !== 'wait') return false;
  // A date may have passed, and it may be somebody's best hour; the next time that clocks show a time has never passed.
  const { until } = step;
  return step.for !== undefined || (typeof until === 'object' && ('time' in until || 'days' in until));
}

/** Loops in which nobody ever waits, each once. */
function loops(steps: Steps): Problem[] {
  const claimed = new Set<string>();
  const problems: Problem[] = [];
  for (const name of Object.keys(steps)) {
    if (claimed.has(name)) continue;
    const loop = loopFrom(steps, name);
    if (!loop) continue;
    for (const member of loop) claimed.add(member);
    problems.push({
      path: `steps.${name}`,
      ...says('Loops without waiting: {loop}.', { loop: [...loop, loop[0]].join(' -> ') }),
      expected: 'a wait for some time, a wait until a time of day, or a wait-for somewhere in the loop',
    });
  }
  return problems;
}

/** The shortest way from a step back to itself on which nobody waits. */
function loopFrom(steps: Steps, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    const step = steps[name];
    if (!step || lingers(step)) continue;
    for (const target of targetsOf(steps, name)) {
      if (target === start) return wayTo(cameFrom, start, name);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, name);
      queue.push(target);
    }
  }
  return undefined;
}

function wayTo(cameFrom: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const way = [last];
  for (let at = last; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}

function branchProblems(steps: Steps, start: string): Problem[] {
  const { of, problems } = stacksOf(steps, start);
  const joins = new Map<string, string[]>();
  for (const [name, stack] of of) {
    if (steps[name]?.type !== 'join' || stack.length === 0) continue;
    const key = stack.join(' ');
    joins.set(key, [...(joins.get(key) ?? []), name]);
  }
  const rivals = [...joins].flatMap(([key, names]): Problem[] =>
    names.length < 2
      ? []
      : [
          {
            path: `steps.${names[1]}`,
            ...says('The branches of "{parallel}" come together in several joins ({names}).', {
              parallel: key.split(' ').at(-1) ?? '',
              names: names.join(', '),
            }),
            expected: 'one join for all branches of a parallel',
          },
        ],
  );
  return [...problems.map(stackMessage), ...rivals];
}

function stackMessage(problem: StackProblem): Problem {
  const path = `steps.${problem.node}`;
  switch (problem.kind) {
    case 'no-parallel':
      return { path, ...says('A join without a parallel: no branches come here.'), expected: 'a parallel before it' };
    case 'again':
      return {
        path,
        ...(problem.from === problem.node
          ? says('A branch of this parallel leads back into it: every round would make more branches.')
          : says(
              'A branch of this parallel leads back into it (through "{from}"): every round would make more branches.',
              {
                from: problem.from,
              },
            )),
        expected: 'a join before the way back',
      };
    case 'mixed':
      return {
        path,
        ...says('This join is reached from different depths: {depths}.', { depths: problem.stacks.map(inWords) }),
        expected: 'ways that all lie in the same branches',
      };
  }
}

function inWords(stack: readonly string[]): Wording {
  return stack.length === 0 ? say('outside of any parallel') : say('inside {place}', { place: stack.join(' > ') });
}
