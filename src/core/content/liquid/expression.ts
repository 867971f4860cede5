import { type Context, TokenKind, toValue, toValueSync } from 'liquidjs';
import { createContext, escapeOutput } from './engine.ts';
import { SHORT_WAYS } from './fast-filters.ts';
import { FILTER_ALLOCATION_MAX } from './limits.ts';
import {
  type Compilation,
  compileComputedRoot,
  compileContext,
  compileRoot,
  positionOf,
  type Read,
  type Root,
  type Scopes,
  type State,
} from './scope.ts';
import type { FilterNode, ValueNode, ValueToken } from './tree.ts';
import { contains, equals, isTruthy, ordered } from './values.ts';

/** An expression: how to read it, and its value when that is fixed. */
type Expression = { readonly read: Read; readonly constant?: { readonly value: unknown } };

const NOTHING: Expression = constant(undefined);

function constant(value: unknown): Expression {
  return { read: () => value, constant: { value } };
}

/** Whether the value goes through HTML escaping when it is put out, and what it is before that. */
export type CompiledOutput = { readonly read: Read; readonly escaped: boolean; readonly cut?: Cut };

/**
 * An output that ends in `truncate: n`. The text and the dots after it are put out one after the other: V8 would have to join them
 * before it can escape them.
 */
export type Cut = {
  /** The value before it is cut. */
  readonly read: Read;
  readonly length: number;
  /** What the filter makes of a value that is not simply cut. */
  readonly whole: (state: State, value: unknown) => unknown;
};

/** Compiles `a | filter: b` as an output puts it out: the escaping that liquidjs appends is taken off and reported. */
export function compileOutput(compilation: Compilation, scopes: Scopes, value: ValueNode): CompiledOutput {
  const last = value.filters.at(-1);
  const appended = last !== undefined && last.handler === escapeOutput;
  const filters = appended ? value.filters.slice(0, -1) : value.filters;
  const cut = compileCut(compilation, scopes, value.initial, filters);
  const read = cut
    ? (state: State) => cut.whole(state, cut.read(state))
    : compileValue(compilation, scopes, { initial: value.initial, filters });
  return { read, escaped: appended, ...(cut ? { cut } : {}) };
}

function compileCut(
  compilation: Compilation,
  scopes: Scopes,
  initial: ValueNode['initial'],
  filters: readonly FilterNode[],
): Cut | undefined {
  const last = filters.at(-1);
  const [argument] = last?.args ?? [];
  if (last?.name !== 'truncate' || last.args.length !== 1 || !argument || isPair(argument)) return undefined;
  const length = argument.content;
  if (typeof length !== 'number') return undefined;
  const read = compileValue(compilation, scopes, { initial, filters: filters.slice(0, -1) });
  let given: unknown;
  const filtered = compileFilter(compilation, scopes, () => given, last);
  return {
    read,
    length,
    whole(state, value) {
      given = value;
      return filtered(state);
    },
  };
}

/** Like `compileOutput` for the tags that escape by themselves: `echo` and `cycle`. */
export function compileTagOutput(compilation: Compilation, scopes: Scopes, value: ValueNode): CompiledOutput {
  const escaped = compilation.engine.html && !value.filters.at(-1)?.raw;
  return { read: compileValue(compilation, scopes, value), escaped };
}

/** Compiles `a | filter: b` to a closure. */
export function compileValue(compilation: Compilation, scopes: Scopes, value: ValueNode): Read {
  const guarded = value.filters[0]?.name === 'default';
  let read = compilePostfix(compilation, scopes, value.initial.postfix, guarded).read;
  for (const filter of value.filters) read = compileFilter(compilation, scopes, read, filter);
  return read;
}

function compilePostfix(
  compilation: Compilation,
  scopes: Scopes,
  postfix: readonly ValueToken[],
  guarded: boolean,
): Expression {
  const operands: Expression[] = [];
  for (const token of postfix) {
    if (token.kind !== TokenKind.Operator) {
      operands.push(compileToken(compilation, scopes, token, guarded));
      continue;
    }
    const right = operands.pop() ?? NOTHING;
    if (token.operator === 'not') operands.push({ read: (state) => !isTruthy(right.read(state)) });
    else operands.push({ read: binary(token.operator ?? '', (operands.pop() ?? NOTHING).read, right) });
  }
  // Liquid ignores what follows a complete expression.
  return operands[0] ?? NOTHING;
}

function binary(operator: string, left: Read, { read: right, constant: fixed }: Expression): Read {
  switch (operator) {
    case '==': {
      if (fixed && typeof fixed.value === 'string') {
        const text = fixed.value;
        return (state) => {
          const value = left(state);
          return typeof value === 'object' ? equals(value, text) : value === text;
        };
      }
      return (state) => equals(left(state), right(state));
    }
    case '!=':
      return (state) => !equals(left(state), right(state));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return fixed && typeof fixed.value === 'number'
        ? compareWith(operator, left, fixed.value)
        : (state) => ordered(operator, left(state), right(state));
    case 'contains':
      return (state) => contains(left(state), right(state));
    case 'and':
      return (state) => isTruthy(left(state)) && isTruthy(right(state));
    case 'or':
      return (state) => isTruthy(left(state)) || isTruthy(right(state));
    default:
      throw new Error(`Unknown operator "${operator}".`);
  }
}

/** Numbers are compared at once; anything else by Liquid's rules. */
function compareWith(operator: '<' | '<=' | '>' | '>=', left: Read, number: number): Read {
  switch (operator) {
    case '<':
      return (state) => {
        const value = left(state);
        return typeof value === 'number' ? value < number : ordered(operator, value, number);
      };
    case '<=':
      return (state) => {
        const value = left(state);
        return typeof value === 'number' ? value <= number : ordered(operator, value, number);
      };
    case '>':
      return (state) => {
        const value = left(state);
        return typeof value === 'number' ? value > number : ordered(operator, value, number);
      };
    case '>=':
      return (state) => {
        const value = left(state);
        return typeof value === 'number' ? value >= number : ordered(operator, value, number);
      };
  }
}

/** Compiles a literal, a path or a range, as tags take them. */
export function compileTokenRead(compilation: Compilation, scopes: Scopes, token: ValueToken | undefined): Read {
  return compileToken(compilation, scopes, token, false).read;
}

function compileToken(
  compilation: Compilation,
  scopes: Scopes,
  token: ValueToken | undefined,
  guarded: boolean,
): Expression {
  if (!token) return NOTHING;
  if ('content' in token) return constant(token.content);
  if (token.kind === TokenKind.PropertyAccess) return { read: compilePath(compilation, scopes, token, guarded) };
  if (token.kind === TokenKind.Range) return { read: compileRange(compilation, scopes, token) };
  return NOTHING;
}

function compileRange(compilation: Compilation, scopes: Scopes, token: ValueToken): Read {
  const low = compileTokenRead(compilation, scopes, token.lhs);
  const high = compileTokenRead(compilation, scopes, token.rhs);
  const { memoryLimit } = compilation.engine.context;
  return (state) => {
    const from = toValue(low(state)) as number;
    const to = toValue(high(state)) as number;
    memoryLimit.use(to - from + 1);
    const numbers: number[] = [];
    for (let value = +from; value < +to + 1 && numbers.length <= FILTER_ALLOCATION_MAX; value++) numbers.push(value);
    return numbers;
  };
}

function compilePath(compilation: Compilation, scopes: Scopes, token: ValueToken, guarded: boolean): Read {
  const props = (token.props ?? []).map((prop) => compileToken(compilation, scopes, prop, false));
  if (token.variable) {
    const literal = { read: compileTokenRead(compilation, scopes, token.variable), external: false };
    return compileSteps(compilation, literal, props);
  }
  const [first, ...rest] = props;
  const name = first?.constant?.value;
  if (typeof name !== 'string') {
    const root = compileComputedRoot(compilation, scopes, (state) => toValue(first?.read(state)));
    compilation.reads.push({ path: [], open: true, ...positionOf(compilation, token), guarded });
    return compileSteps(compilation, { read: root, external: false }, rest);
  }
  const root = compileRoot(compilation, scopes, name);
  const read = compileSteps(compilation, root, rest);
  if (!root.external) return read;
  const path = fixedPath(name, rest);
  const open = path.length <= rest.length;
  compilation.reads.push({ path, open, ...positionOf(compilation, token), guarded });
  const replacement = open ? undefined : compilation.defaults.get(path.join('.'));
  if (replacement === undefined) return read;
  return (state) => {
    const value = read(state);
    return value === undefined || value === null || value === '' ? replacement : value;
  };
}

function fixedPath(name: string, rest: readonly Expression[]): (string | number)[] {
  const path: (string | number)[] = [name];
  for (const step of rest) {
    const value = step.constant?.value;
    if (typeof value !== 'string' && typeof value !== 'number') break;
    path.push(value);
  }
  return path;
}

function compileSteps(compilation: Compilation, root: Root, steps: readonly Expression[]): Read {
  const { context } = compilation.engine;
  let read = root.read;
  for (const [index, step] of steps.entries()) {
    const object = read;
    const key = step.constant?.value;
    if (typeof key === 'string' && !(key in Object.prototype)) {
      read = index === 0 ? firstStep(context, root, key) : (state) => property(context, object(state), key);
    } else {
      const name = step.read;
      read = (state) => context.readProperty(object(state) as object, toValue(name(state)) as string);
    }
  }
  return read;
}

/** `row.total` and `line.price`: most paths, so they are read without a call in between. */
function firstStep(context: Context, { read, slot, variable }: Root, key: string): Read {
  if (slot !== undefined) return ({ slots }) => property(context, slots[slot], key);
  if (variable === undefined) return (state) => property(context, read(state), key);
  return ({ env }) => {
    const from = env[variable];
    return typeof from === 'function' ? undefined : property(context, from, key);
  };
}

function property(context: Context, from: unknown, key: string): unknown {
  if (from === undefined || from === null) return from;
  const value = (from as Record<string, unknown>)[key];
  // What is not simply there (`size`, `first`, loop objects) is found by liquidjs's own rules.
  return value === undefined || typeof value === 'function' ? context.readProperty(from, key) : value;
}

/** These evaluate a Liquid expression given as text, so they need all variables. */
const EXPRESSION_FILTERS = new Set([
  'where_exp',
  'reject_exp',
  'group_by_exp',
  'has_exp',
  'find_exp',
  'find_index_exp',
]);

function compileFilter(compilation: Compilation, scopes: Scopes, value: Read, filter: FilterNode): Read {
  const { engine } = compilation;
  const { handler } = filter;
  if (filter.handler !== escapeOutput && !(filter.name in engine.liquid.filters)) {
    compilation.unknownFilters.push({ name: filter.name, ...positionOf(compilation, filter.token) });
  }
  const expressions = filter.args.map((argument) => compileArgument(compilation, scopes, argument));
  const args = expressions.map((each) => each.read);
  const call = { context: engine.context, token: filter.token, liquid: engine.liquid };
  if (EXPRESSION_FILTERS.has(filter.name)) {
    const contextOf = compileContext(compilation, scopes, (env) => createContext(engine.liquid, env));
    return (state) =>
      settle(handler.apply({ ...call, context: contextOf(state) }, [value(state), ...args.map((each) => each(state))]));
  }
  const [first, second] = args;
  const short = filter.args.some(isPair) || args.length > 2 ? undefined : SHORT_WAYS.get(filter.name);
  if (short) {
    const count = args.length;
    const whole = (given: unknown, one: unknown, two: unknown) =>
      settle(handler.apply(call, [given, ...[one, two].slice(0, count)]));
    if (expressions.every((each) => each.constant)) {
      const [one, two] = expressions.map((each) => each.constant?.value);
      return (state) => {
        const given = value(state);
        return short(given, one, two, count) ?? whole(given, one, two);
      };
    }
    return (state) => {
      const given = value(state);
      const one = first?.(state);
      const two = second?.(state);
      return short(given, one, two, count) ?? whole(given, one, two);
    };
  }
  if (!first) return (state) => settle(handler.call(call, value(state)));
  if (!second) return (state) => settle(handler.call(call, value(state), first(state)));
  if (args.length === 2) return (state) => settle(handler.call(call, value(state), first(state), second(state)));
  return (state) => settle(handler.apply(call, [value(state), ...args.map((each) => each(state))]));
}

function compileArgument(compilation: Compilation, scopes: Scopes, argument: FilterNode['args'][number]): Expression {
  if (!isPair(argument)) return compileToken(compilation, scopes, argument, false);
  const [name, token] = argument;
  const read = compileTokenRead(compilation, scopes, token);
  return { read: (state) => [name, read(state)] };
}

function isPair(argument: FilterNode['args'][number]): argument is readonly [string, ValueToken | undefined] {
  return Array.isArray(argument);
}

/** Some filters of liquidjs are generators; run to their end they give their value. */
function settle(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'next' in value ? toValueSync(value as Generator) : value;
}
