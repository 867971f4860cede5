import type { TextCompiler } from '../content/index.ts';
import type { Catalog } from '../data/index.ts';
import { checkName, type Json, type Problem, parseDuration, say, says, unknownName } from '../kernel/index.ts';
import { checkRule } from '../rules/index.ts';
import { checkLiveAudience } from './check-audience.ts';
import { instantOf } from './local-time.ts';
import { below } from './problems.ts';
import { originOfUrl } from './request-url.ts';
import type { Email, Http, Lookup, UpdateProfile } from './steps/act.ts';
import type { Condition, ConditionPath } from './steps/condition.ts';
import type { Step } from './steps/index.ts';
import { type Experiment, HOLDOUT, type Split, shareParts, WHOLE } from './steps/split.ts';
import {
  type Awaited,
  awaitedOf,
  HAPPENED,
  isResult,
  REACTIONS,
  RESULTS,
  TIMED_OUT,
  type Wait,
  type WaitFor,
} from './steps/wait.ts';
import { problemOfPath, problemsOfValue } from './values.ts';

/** What a step is checked against. */
export type StepPlace = {
  readonly steps: Readonly<Record<string, Step>>;
  readonly catalog: Catalog;
  readonly compiler: TextCompiler;
};

/** What is wrong with the settings of a step by themselves; paths are relative to it. */
export function checkStep(step: Step, place: StepPlace): Problem[] {
  switch (step.type) {
    case 'condition':
      return checkCondition(step, place);
    case 'split':
      return checkSplit(step);
    case 'experiment':
      return checkExperiment(step);
    case 'wait':
      return checkWait(step, place);
    case 'wait-for':
      return checkWaitFor(step, place);
    case 'email':
      return checkEmail(step, place);
    case 'update-profile':
      return checkUpdate(step, place);
    case 'http':
      return checkHttp(step, place);
    case 'lookup':
      return checkLookup(step, place);
    case 'jump':
      return [
        ...checkName('journey', step.journey, 'journey', place.catalog.journeys?.keys() ?? [step.journey]),
        ...checkValues('data', step.data, place),
        ...checkText('instance', step.instance, place),
      ];
    case 'parallel':
      if (Object.keys(step.then).length > 1) return [];
      return [{ path: 'then', ...says('A parallel needs two branches or more.') }];
    case 'cap':
    case 'join':
    case 'end':
      return [];
  }
}

function reserved(names: Readonly<Record<string, unknown>>, name: string, path: string): Problem[] {
  if (!Object.hasOwn(names, name)) return [];
  return [
    { path: `${path}.${name}`, ...says('"{name}" is an outlet of its own here; choose another name.', { name }) },
  ];
}

function checkCondition(step: Condition, place: StepPlace): Problem[] {
  const problems = reserved(step.then, 'else', 'then');
  if (Object.keys(step.then).length === 0)
    problems.push({ path: 'then', ...says('A condition needs at least one path.') });
  for (const [name, path] of Object.entries(step.then)) problems.push(...below(`then.${name}`, checkPath(path, place)));
  return problems;
}

function checkPath(path: ConditionPath, place: StepPlace): Problem[] {
  const problems: Problem[] = [];
  const { where, when, time, dates } = path;
  if (where === undefined && when === undefined && time === undefined && dates === undefined) {
    const expected = 'where, when, time or dates; for everyone else there is `else`';
    problems.push({ path: '', ...says('This path asks for nothing.'), expected });
  }
  if (where) problems.push(...below('where', checkRule({ rule: where, catalog: place.catalog })));
  for (const written of Object.keys(when ?? {})) problems.push(...checkInstancePath(`when.${written}`, written, place));
  if (time && time.from === undefined && time.to === undefined && time.days === undefined) {
    problems.push({ path: 'time', ...says('Names no time.'), expected: 'from, to or days' });
  }
  if (dates) problems.push(...below('dates', checkDates(dates)));
  return problems;
}

function checkDates({ from, to }: NonNullable<ConditionPath['dates']>): Problem[] {
  if (from === undefined && to === undefined) return [{ path: '', ...says('Names no date.'), expected: 'from or to' }];
  const problems = [...checkDay('from', from), ...checkDay('to', to)];
  if (problems.length === 0 && from !== undefined && to !== undefined && from >= to) {
    problems.push({ path: 'to', ...says('It ends before it begins.') });
  }
  return problems;
}

/** The form of a date is right by the schema; whether the calendar has it is seen here. */
export function checkDay(path: string, local: string | undefined): Problem[] {
  if (local === undefined || instantOf(local, 'UTC') !== undefined) return [];
  return [{ path, ...says('The calendar has no day {day}.', { day: local.slice(0, 10) }) }];
}

function checkInstancePath(path: string, written: string, { steps }: StepPlace): Problem[] {
  const problem = problemOfPath(path, written);
  if (problem) return [problem];
  const [root, step = ''] = written.split('.');
  if (root !== 'results') return [];
  return checkName('step', step, path, Object.keys(steps));
}

function total(parts: Readonly<Record<string, { readonly share: string }>>): number {
  return Object.values(parts).reduce((sum, { share }) => sum + shareParts(share), 0);
}

function percent(parts: number): string {
  return `${(parts / WHOLE) * 100}%`;
}

function checkSplit(step: Split): Problem[] {
  const problems = reserved(step.then, 'else', 'then');
  const sum = total(step.then);
  if (sum > WHOLE)
    problems.push({ path: 'then', ...says('The shares make {sum}.', { sum: percent(sum) }), expected: '100% at most' });
  if (sum < WHOLE && step.else === undefined) {
    const said = says('The shares make {sum}; say where the rest goes.', { sum: percent(sum) });
    problems.push({ path: 'else', ...said, expected: 'the name of a step, or end' });
  }
  return problems;
}

function checkExperiment(step: Experiment): Problem[] {
  const problems = reserved(step.then, HOLDOUT, 'then');
  const sum = total(step.then);
  if (sum !== WHOLE) {
    problems.push({
      path: 'then',
      ...says('The shares of the variants make {sum}.', { sum: percent(sum) }),
      expected: '100%',
    });
  }
  if (step.holdout !== undefined && shareParts(step.holdout) >= WHOLE) {
    problems.push({ path: 'holdout', ...says('Everybody is held out.') });
  }
  if (step.holdout === undefined && step.holdout_next !== undefined) {
    problems.push({ path: 'holdout_next', ...says('Nobody is held out.'), expected: 'holdout: a share such as "10%"' });
  }
  if (step.winner !== undefined) problems.push(...checkName('variant', step.winner, 'winner', Object.keys(step.then)));
  return problems;
}

function checkWait(step: Wait, place: StepPlace): Problem[] {
  const { until } = step;
  if ((step.for === undefined) === (until === undefined)) {
    const said = until === undefined ? says('A wait needs an end.') : says('A wait has one end, not two.');
    return [{ path: '', ...said, expected: 'for: 3d, or until: 2026-12-01T09:00, a trait, or a time of day' }];
  }
  if (typeof until === 'string') return checkDay('until', until);
  if (until === undefined) return [];
  return 'value' in until ? checkInstancePath('until.value', until.value, place) : [];
}

function checkWaitFor(step: WaitFor, place: StepPlace): Problem[] {
  const kinds = (['event', 'message', 'audience', 'any'] as const).filter((kind) => step[kind] !== undefined);
  if (kinds.length !== 1) {
    const said =
      kinds.length === 0
        ? says('Says not what it waits for.')
        : says('Waits for several things at once: {kinds}.', { kinds: kinds.join(', ') });
    return [{ path: '', ...said, expected: 'event, message with reaction, audience, or several of them under any' }];
  }
  const awaited = awaitedOf(step);
  if (step.message !== undefined && step.reaction === undefined) {
    return [{ path: 'reaction', ...says('Say which reaction.'), expected: [...REACTIONS, ...RESULTS].join(' | ') }];
  }
  if (awaited.size === 0) return [{ path: 'any', ...says('Says not what it waits for.') }];
  const problems = [...strangers(step), ...checkOutlets(step, [...awaited.keys()])];
  for (const [name, each] of awaited) {
    problems.push(...below(step.any === undefined ? '' : `any.${name}`, checkAwaited(each, place)));
  }
  return problems.map((problem) => ({ ...problem, path: problem.path.replace(/^\./, '') }));
}

/** Settings beside one thing that belong to another. */
function strangers(step: WaitFor): Problem[] {
  const owners = { where: 'event', same: 'event', reaction: 'message', machine: 'message', on: 'audience' } as const;
  return (Object.entries(owners) as [keyof typeof owners, (typeof owners)[keyof typeof owners]][])
    .filter(([setting, owner]) => step[setting] !== undefined && step[owner] === undefined)
    .map(([setting, owner]) => ({ path: setting, ...says('"{setting}" belongs to "{owner}".', { setting, owner }) }));
}

function checkOutlets(step: WaitFor, names: readonly string[]): Problem[] {
  const problems = step.any === undefined ? [] : reserved(step.any, TIMED_OUT, 'any');
  const known = [...new Set([...names, HAPPENED, TIMED_OUT])];
  for (const name of Object.keys(step.then)) {
    if (!known.includes(name)) problems.push(unknownName({ what: 'outlet', name, path: `then.${name}`, known }));
  }
  const late = step.then[TIMED_OUT] !== undefined;
  if (late && step.timeout === undefined) {
    problems.push({ path: 'timeout', ...says('It never times out.'), expected: 'a duration such as 1d' });
  }
  const missing = names.filter((name) => step.then[name] === undefined && step.then[HAPPENED] === undefined);
  if (!late && step.timeout !== undefined) missing.push(TIMED_OUT);
  for (const name of missing) {
    const path = `then.${name}`;
    problems.push({ path, ...says('Say where "{name}" leads.', { name }), expected: 'the name of a step, or end' });
  }
  return problems;
}

function checkAwaited(awaited: Awaited, { steps, catalog }: StepPlace): Problem[] {
  if ('audience' in awaited) return checkLiveAudience(awaited.audience, 'audience', catalog);
  if ('event' in awaited) return [];
  const { message, reaction, machine } = awaited;
  if (isResult(reaction)) {
    if (machine !== undefined)
      return [{ path: 'machine', ...says('Nobody does "{reaction}", neither man nor machine.', { reaction }) }];
    if (typeof message !== 'string' || message === '*') {
      const said = says('"{reaction}" is known of the messages of this journey\'s own steps only.', { reaction });
      return [{ path: 'message', ...said, expected: 'a step of type email' }];
    }
  }
  if (message === '*') return [];
  if (typeof message === 'object') {
    if ('campaign' in message) return checkName('campaign', message.campaign, 'message.campaign', catalog.campaigns);
    return checkName('journey', message.journey, 'message.journey', catalog.journeys?.keys() ?? [message.journey]);
  }
  const senders = Object.keys(steps).filter((name) => steps[name]?.type === 'email');
  if (steps[message] === undefined || senders.includes(message)) return checkName('step', message, 'message', senders);
  const expected = senders.length === 0 ? 'a step of type email' : senders.join(' | ');
  return [{ path: 'message', ...says('The step "{step}" sends nothing.', { step: message }), expected }];
}

function checkEmail(step: Email, place: StepPlace): Problem[] {
  const { channels, templates } = place.catalog;
  const problems = checkName('template', step.template, 'template', templates);
  if (step.channel !== undefined) problems.push(...checkName('channel', step.channel, 'channel', channels));
  else if (channels.length !== 1) {
    problems.push({
      path: 'channel',
      ...(channels.length === 0 ? says('There is no channel yet.') : says('There are several channels; name one.')),
      ...(channels.length === 0 ? {} : { expected: channels.join(' | ') }),
    });
  }
  return [...problems, ...checkValues('data', step.data, place), ...checkText('address', step.address, place)];
}

function checkUpdate(step: UpdateProfile, place: StepPlace): Problem[] {
  const problems = checkValues('set', step.set, place);
  if (Object.keys(step.set).length === 0 && step.consents.length === 0) {
    problems.push({ path: '', ...says('Changes nothing.'), expected: 'set or consents' });
  }
  for (const name of ['created_at', 'updated_at', 'id']) {
    if (!Object.hasOwn(step.set, name)) continue;
    problems.push({ path: `set.${name}`, ...says('"{name}" is kept by Carillon and cannot be set.', { name }) });
  }
  return problems;
}

function checkHttp(step: Http, place: StepPlace): Problem[] {
  const problems = [
    ...checkWhere(step, place),
    ...checkText('path', step.path, place),
    ...checkValues('query', step.query, place),
    ...checkValues('headers', step.headers, place),
    ...problemsOfValue('body', step.body ?? null, place),
  ];
  const timeout = parseDuration(step.timeout) ?? 0;
  if (timeout < 1_000 || timeout > 30_000) {
    problems.push({
      path: 'timeout',
      ...says('{timeout} is no timeout of a call.', { timeout: step.timeout }),
      expected: '1s to 30s',
    });
  }
  if (step.body !== undefined && step.method === 'GET') {
    problems.push({ path: 'body', ...says('A GET has no body.'), expected: 'query, or method: POST' });
  }
  return problems;
}

function checkWhere(step: Http, place: StepPlace): Problem[] {
  if ((step.endpoint === undefined) === (step.url === undefined)) {
    const said = step.url === undefined ? says('Says not what it calls.') : says('Names an endpoint and a url.');
    return [{ path: '', ...said, expected: 'endpoint, with a path behind it; or url' }];
  }
  if (step.endpoint !== undefined) {
    const query = /[?#]/.test(step.path ?? '') ? [queryInPath('path')] : [];
    return [...checkName('endpoint', step.endpoint, 'endpoint', place.catalog.endpoints ?? [step.endpoint]), ...query];
  }
  if (originOfUrl(step.url) === undefined) {
    const expected = 'https://api.example.com/… with Liquid behind the host only';
    return [{ path: 'url', ...says('The host of a url must be written out.'), expected }];
  }
  if (step.path !== undefined) return [{ path: 'path', ...says('Write the path into the url.') }];
  const query = /[?#]/.test(step.url ?? '') ? [queryInPath('url')] : [];
  return [...query, ...problemsOfValue('url', step.url ?? '', place)];
}

function queryInPath(path: string): Problem {
  return { path, ...says('Must end before "?" and "#".'), expected: 'the parameters under query' };
}

function checkLookup(step: Lookup, place: StepPlace): Problem[] {
  const table = place.catalog.tables.get(step.table);
  if (!table) return checkName('table', step.table, 'table', place.catalog.tables.keys());
  const problems = checkValues('key', step.key, place);
  for (const name of Object.keys(step.key)) {
    problems.push(
      ...checkName(say('key column of {table}', { table: step.table }), name, `key.${name}`, table.primaryKey),
    );
  }
  for (const name of table.primaryKey) {
    if (Object.hasOwn(step.key, name)) continue;
    problems.push({ path: `key.${name}`, ...says('The primary key needs this column.') });
  }
  return problems;
}

function checkValues(path: string, values: Readonly<Record<string, Json>>, place: StepPlace): Problem[] {
  return problemsOfValue(path, values, place);
}

function checkText(path: string, text: string | undefined, place: StepPlace): Problem[] {
  return text === undefined ? [] : problemsOfValue(path, text, place);
}
