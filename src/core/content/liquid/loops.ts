import { compileTokenRead } from './expression.ts';
import { LOOP_ITERATIONS_MAX, OUTPUT_CHARACTERS_MAX } from './limits.ts';
import { type LoopScope, type Read, type State, setRegister, type Write } from './scope.ts';
import type { Place } from './target.ts';
import type { Node } from './tree.ts';
import { LoopDrop, TableRowDrop, toEnumerable } from './values.ts';

/** Thrown when a rendering does more than any real message needs. */
export class TemplateLimit extends Error {}

/** Compiles the nodes of a loop's body; handed in, because a body may hold loops again. */
type CompileBody = (place: Place, nodes: readonly Node[] | undefined) => Write;

export function compileFor(place: Place, node: Node, compileBody: CompileBody): Write {
  const { compilation, scopes } = place;
  const variable = node.variable ?? '';
  const collectionText = node.collection?.getText() ?? '';
  const read = compileTokenRead(compilation, scopes, node.collection);
  const itemSlot = compilation.slots++;
  const loopSlot = compilation.slots++;
  const continueSlot = compilation.slots++;
  const { pick, usesContinue } = compileModifiers(place, node, continueSlot);
  const scope: LoopScope = {
    names: new Map([
      ['forloop', loopSlot],
      [variable, itemSlot],
    ]),
    read: new Set(),
  };
  const body = compileBody({ ...place, scopes: [...scopes, scope] }, node.templates);
  const otherwise = compileBody(place, node.elseTemplates);
  const usesLoop = scope.read.has('forloop');
  const continueKey = `continue-${variable}-${collectionText}`;
  return (state) => {
    const all = toEnumerable(read(state));
    if (all.length === 0) return otherwise(state);
    if (usesContinue) state.slots[continueSlot] = state.registers?.get(continueKey) || {};
    const items = pick ? pick(state, all, continueKey) : all;
    if (!pick && compilation.continues) setRegister(state, continueKey, all.length);
    const loop = usesLoop ? new LoopDrop(items.length, collectionText, variable) : undefined;
    state.slots[loopSlot] = loop;
    let out = '';
    for (const item of items) {
      bound(state, out);
      state.slots[itemSlot] = item;
      state.signal = 'none';
      out += body(state);
      if (hasBroken(state)) break;
      if (loop) loop.i++;
    }
    state.signal = 'none';
    return out;
  };
}

function hasBroken(state: State): boolean {
  return state.signal === 'break';
}

function bound(state: State, out: string): void {
  state.iterations += 1;
  if (state.iterations > LOOP_ITERATIONS_MAX) {
    throw new TemplateLimit(`Its loops run more than ${LOOP_ITERATIONS_MAX} times.`);
  }
  boundText(out.length);
}

/** Stops a rendering whose text grows out of all bounds, before it is encoded or kept. */
export function boundText(characters: number): void {
  if (characters > OUTPUT_CHARACTERS_MAX) {
    throw new TemplateLimit(`It becomes longer than ${OUTPUT_CHARACTERS_MAX} characters.`);
  }
}

type Pick = (state: State, all: readonly unknown[], continueKey: string) => readonly unknown[];

/** `offset`, `limit` and `reversed`, always in that order. */
function compileModifiers(place: Place, node: Node, slot: number): { pick?: Pick; usesContinue: boolean } {
  const { compilation, scopes } = place;
  const hash = node.hash?.hash ?? {};
  if (Object.keys(hash).length === 0) return { usesContinue: false };
  const scope: LoopScope = { names: new Map([['continue', slot]]), read: new Set() };
  const readOf = (name: string): Read | undefined => {
    if (!Object.hasOwn(hash, name)) return undefined;
    const token = hash[name];
    return token === undefined ? () => true : compileTokenRead(compilation, [...scopes, scope], token);
  };
  const offset = readOf('offset');
  const limit = readOf('limit');
  const reversed = readOf('reversed');
  if (limit && !offset && !reversed && !compilation.continues) {
    const pick: Pick = (state, all) => {
      const count = limit(state) as number | undefined;
      return count === undefined || all.length <= count ? all : all.slice(0, count);
    };
    return { pick, usesContinue: false };
  }
  const pick: Pick = (state, all, continueKey) => {
    // As liquidjs: whatever was written goes to slice, and a missing value counts as not written.
    const from = offset?.(state) as number | undefined;
    const count = limit?.(state) as number | undefined;
    let items = from === undefined ? all : all.slice(from);
    if (count !== undefined) items = items.slice(0, count);
    if (reversed?.(state) !== undefined) items = [...items].reverse();
    if (compilation.continues) setRegister(state, continueKey, (from || 0) + items.length);
    return items;
  };
  return { pick, usesContinue: scope.read.has('continue') };
}

export function compileTableRow(place: Place, node: Node, compileBody: CompileBody): Write {
  const { compilation, scopes, target } = place;
  const variable = node.variable ?? '';
  const read = compileTokenRead(compilation, scopes, node.collection);
  const hash = node.args?.hash ?? {};
  const argument = (name: string): Read => {
    if (!Object.hasOwn(hash, name)) return () => undefined;
    const token = hash[name];
    return token === undefined ? () => true : compileTokenRead(compilation, scopes, token);
  };
  const [offset, limit, cols] = [argument('offset'), argument('limit'), argument('cols')];
  const itemSlot = compilation.slots++;
  const loopSlot = compilation.slots++;
  const names = new Map([
    ['tablerowloop', loopSlot],
    [variable, itemSlot],
  ]);
  const body = compileBody({ ...place, scopes: [...scopes, { names, read: new Set() }] }, node.templates);
  const markup = target.literal;
  return (state) => {
    const all = toEnumerable(read(state));
    const from = (offset(state) || 0) as number;
    const given = limit(state) as number | undefined;
    const items = all.slice(from, from + (given === undefined ? all.length : given));
    const loop = new TableRowDrop(
      items.length,
      (cols(state) || items.length) as number,
      node.collection?.getText() ?? '',
      variable,
    );
    state.slots[loopSlot] = loop;
    let out = '';
    for (const item of items) {
      bound(state, out);
      state.slots[itemSlot] = item;
      if (loop.col0() === 0) out += markup(`${loop.row() === 1 ? '' : '</tr>'}<tr class="row${loop.row()}">`);
      out += `${markup(`<td class="col${loop.col()}">`)}${body(state)}${markup('</td>')}`;
      loop.i++;
    }
    return items.length > 0 ? out + markup('</tr>') : out;
  };
}
