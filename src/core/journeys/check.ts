import { createTextCompiler } from '../content/index.ts';
import type { Catalog } from '../data/index.ts';
import { checkName, type Problem, parseDuration, says } from '../kernel/index.ts';
import { streamingProblems } from '../metrics/index.ts';
import { checkRule } from '../rules/index.ts';
import { checkLiveAudience } from './check-audience.ts';
import { checkShape } from './check-shape.ts';
import { checkDay, checkStep } from './check-steps.ts';
import { type JourneyDefinition, STEPS_IN_JOURNEY_MAX } from './definition.ts';
import type { Entry, Exit } from './entry.ts';
import { below } from './problems.ts';

/** Everything wrong with a journey, at once; the path of each problem names the step: `steps.nudge.template`. */
export function checkJourney(definition: JourneyDefinition, catalog: Catalog): Problem[] {
  const { steps, start } = definition;
  const size = checkSize(definition);
  if (size.length > 0) return size;
  const place = { steps, catalog, compiler: createTextCompiler() };
  return [
    ...below('entry', checkEntry(definition.entry, catalog)),
    ...definition.exit.flatMap((exit, index) => below(`exit.${index}`, checkExit(exit, catalog))),
    ...checkSpan(definition),
    ...checkShape(steps, start),
    ...Object.entries(steps).flatMap(([name, step]) => below(`steps.${name}`, checkStep(step, place))),
    ...checkWaits(definition),
    ...checkJumps(definition, catalog),
    ...Object.keys(definition.layout ?? {}).flatMap((name) =>
      checkName('step', name, `layout.${name}`, Object.keys(steps)),
    ),
  ];
}

function checkSize({ steps }: JourneyDefinition): Problem[] {
  const count = Object.keys(steps).length;
  if (count === 0) return [{ path: 'steps', ...says('A journey needs at least one step.') }];
  if (count <= STEPS_IN_JOURNEY_MAX) return [];
  return [
    {
      path: 'steps',
      ...says('A journey holds at most {max} steps; this one has {count}.', { max: STEPS_IN_JOURNEY_MAX, count }),
    },
  ];
}

function checkEntry(entry: Entry, catalog: Catalog): Problem[] {
  if ('audience' in entry)
    return checkLiveAudience(entry.audience, 'audience', catalog, 'read: the audience on a schedule');
  if (!('read' in entry)) return [];
  const problems = checkName('audience', entry.read, 'read', catalog.audiences);
  if (!('schedule' in entry) || entry.schedule === undefined) return problems;
  const { schedule } = entry;
  if ('once' in schedule) return [...problems, ...checkDay('schedule.once', schedule.once)];
  if (!('every' in schedule)) return problems;
  if (schedule.days !== undefined && schedule.every !== 'week') {
    problems.push({ path: 'schedule.days', ...says('Weekdays belong to every: week.') });
  }
  if (schedule.day !== undefined && schedule.every !== 'month') {
    problems.push({ path: 'schedule.day', ...says('A day of the month belongs to every: month.') });
  }
  return problems;
}

function checkExit(exit: Exit, catalog: Catalog): Problem[] {
  if ('audience' in exit) return checkLiveAudience(exit.audience, 'audience', catalog);
  if (!('rule' in exit)) return [];
  const problems = below('rule', checkRule({ rule: exit.rule, catalog }));
  if (problems.length > 0) return problems;
  return below('rule', streamingProblems(exit.rule, catalog)).map((problem) => ({
    ...problem,
    ...says('This cannot be judged in real time: {problem}', { problem: problem.wording }),
  }));
}

function checkSpan({ starts_at, ends_at }: JourneyDefinition): Problem[] {
  const problems = [...checkDay('starts_at', starts_at), ...checkDay('ends_at', ends_at)];
  if (problems.length === 0 && starts_at !== undefined && ends_at !== undefined && starts_at >= ends_at) {
    problems.push({ path: 'ends_at', ...says('It ends before it starts.') });
  }
  return problems;
}

/** Waits that nobody can see the end of. */
function checkWaits({ steps, timeout }: JourneyDefinition): Problem[] {
  const longest = parseDuration(timeout) ?? 0;
  return Object.entries(steps).flatMap(([name, step]) => {
    if (step.type !== 'wait' && step.type !== 'wait-for') return [];
    const [setting, duration] = step.type === 'wait' ? ['for', step.for] : ['timeout', step.timeout];
    if (duration === undefined || (parseDuration(duration) ?? 0) < longest) return [];
    const said = says('Nobody stays for {duration}: who is inside for {timeout} leaves.', { duration, timeout });
    return [
      { path: `steps.${name}.${setting}`, ...said, expected: 'a shorter time, or a longer timeout of the journey' },
    ];
  });
}

/** Jumps that lead back to this journey, directly or through others: people would go round for ever. */
function checkJumps(definition: JourneyDefinition, catalog: Catalog): Problem[] {
  return Object.entries(definition.steps).flatMap(([name, step]) => {
    if (step.type !== 'jump') return [];
    const way = wayBack(definition, step.journey, catalog);
    if (!way) return [];
    const circle = [definition.key, ...way].join(' -> ');
    return [{ path: `steps.${name}.journey`, ...says('Jumps lead in a circle: {circle}.', { circle }) }];
  });
}

function wayBack(definition: JourneyDefinition, first: string, catalog: Catalog): string[] | undefined {
  const seen = new Set([first]);
  const queue: string[][] = [[first]];
  for (const way of queue) {
    const last = way.at(-1) ?? first;
    if (last === definition.key) return way;
    for (const next of catalog.journeys?.get(last)?.jumps ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return undefined;
}
