import { TokenKind, toValue, Value } from 'liquidjs';
import { DYNAMIC_LINK_TAG, LINK_TAG, PIXEL_TAG, TemplateAborted } from './engine.ts';
import { type Cut, compileOutput, compileTagOutput, compileTokenRead, compileValue } from './expression.ts';
import { cutText, DOTS } from './fast-filters.ts';
import { PUT_CHARACTERS_MAX } from './limits.ts';
import { boundText, compileFor, compileTableRow } from './loops.ts';
import { type Read, type State, setRegister, UNSET, type Write } from './scope.ts';
import { addressTarget, type Place, plainTarget, type Target } from './target.ts';
import { type Branch, type Node, type ValueToken, valueNode } from './tree.ts';
import { equals, isTruthy, numberText, stringify } from './values.ts';

/** What one node becomes: fixed text, or a function of the rendering whose text is followed by `tail`. */
type Piece = { readonly text: string } | { readonly write: Write; readonly tail: string };

/** Compiles a list of nodes to one function that gives its text. */
export function compileNodes(place: Place, nodes: readonly Node[] | undefined): Write {
  const pieces = (nodes ?? []).map((node): Piece => compileNode(place, node) ?? { text: '' });
  return place.compilation.interruptible ? interruptible(pieces) : uninterrupted(pieces);
}

/** After each node, a `break` or `continue` that it (or the node's surroundings) raised ends the list. */
function interruptible(pieces: readonly Piece[]): Write {
  const writes = pieces.map((piece): Write => {
    if ('text' in piece) return () => piece.text;
    const { write, tail } = piece;
    return tail === '' ? write : (state) => write(state) + tail;
  });
  return (state) => {
    let out = '';
    for (const write of writes) {
      out += write(state);
      if (state.signal !== 'none') break;
    }
    return out;
  };
}

/** Text and values in turn: `texts[0] values[0] texts[1] values[1] ... texts[n]`. */
function uninterrupted(pieces: readonly Piece[]): Write {
  const texts: string[] = [''];
  const writes: Write[] = [];
  for (const piece of pieces) {
    if ('text' in piece) {
      texts[texts.length - 1] += piece.text;
    } else {
      writes.push(piece.write);
      texts.push(piece.tail);
    }
  }
  texts.forEach(flatten);
  const [head = ''] = texts;
  const [first, second] = writes;
  const after = texts.slice(1);
  const [afterFirst = '', afterSecond = ''] = after;
  if (!first) return () => head;
  if (!second) return (state) => head + first(state) + afterFirst;
  if (writes.length === 2) return (state) => head + first(state) + afterFirst + second(state) + afterSecond;
  return (state) => {
    let out = head;
    for (let index = 0; index < writes.length; index++) out += (writes[index] as Write)(state) + after[index];
    return out;
  };
}

/**
 * Reading a character makes V8 put a string together that was made of many pieces. Done once here, it need not be done again for each
 * message that the text goes into.
 */
function flatten(text: string): void {
  text.charCodeAt(text.length - 1);
}

function effect(run: (state: State) => void): Piece {
  return {
    write(state) {
      run(state);
      return '';
    },
    tail: '',
  };
}

function compileNode(place: Place, node: Node): Piece | undefined {
  const { compilation, scopes, target } = place;
  if (node.token.kind === TokenKind.HTML) return { text: target.literal(node.str ?? '') };
  if (node.token.kind === TokenKind.Output && node.value) {
    const { read, escaped, cut } = compileOutput(compilation, scopes, node.value);
    return cut ? compileCutPut(target, cut, escaped) : compilePut(target, read, escaped);
  }
  switch (node.name) {
    case 'if':
      return control(compileBranches(place, node, false));
    case 'unless':
      return control(compileBranches(place, node, true));
    case 'case':
      return control(compileCase(place, node));
    case 'for':
      return control(compileFor(place, node, compileNodes));
    case 'tablerow':
      return control(compileTableRow(place, node, compileNodes));
    case 'liquid':
      return control(compileNodes(place, node.templates));
    case 'assign':
      return compileAssign(place, node);
    case 'capture':
      return compileCapture(place, node);
    case 'increment':
      return compileCount(place, node, 1);
    case 'decrement':
      return compileCount(place, node, -1);
    case 'echo': {
      if (!node.value) return undefined;
      const { read, escaped } = compileTagOutput(compilation, scopes, node.value);
      return compilePut(target, read, escaped);
    }
    case 'cycle':
      return compileCycle(place, node);
    case 'raw':
      return { text: target.literal((node.tokens ?? []).map((token) => token.getText()).join('')) };
    case 'break':
    case 'continue': {
      const signal = node.name;
      return effect((state) => {
        state.signal = signal;
      });
    }
    case 'abort':
      return compileAbort(place, node);
    case LINK_TAG:
      // A value line is at most 70 characters, so the number still fits on its line.
      return { write: (state) => state.link, tail: node.token.args + target.tail };
    case PIXEL_TAG:
      return { write: (state) => state.pixel, tail: target.tail };
    case DYNAMIC_LINK_TAG:
      return compileDynamicLink(place, node);
    default:
      // comment and #
      return undefined;
  }
}

function control(write: Write): Piece {
  return { write, tail: '' };
}

function compilePut(target: Target, read: Read, escaped: boolean): Piece {
  const encode = escaped ? target.escaped : target.value;
  return {
    write(state) {
      const value = read(state);
      if (typeof value === 'string') return value.length < LONG_TEXT ? encode(value) : putLong(state, value, encode);
      // No target writes the characters of a number differently.
      return typeof value === 'number' ? numberText(value) : putLong(state, stringify(value), encode);
    },
    tail: target.tail,
  };
}

/** From so many characters on a value counts before it is encoded: a short text that is put out often is bounded by what it becomes. */
const LONG_TEXT = 256;

function putLong(state: State, text: string, encode: (text: string) => string): string {
  state.written += text.length;
  if (state.written > PUT_CHARACTERS_MAX) boundText(state.written);
  return encode(text);
}

function compileCutPut(target: Target, { read, length, whole }: Cut, escaped: boolean): Piece {
  const encode = escaped ? target.escaped : target.value;
  return {
    write(state) {
      const value = read(state);
      const text = cutText(value, length);
      // An encoded line has room for the dots behind the text.
      return text === undefined
        ? putLong(state, stringify(whole(state, value)), encode)
        : putLong(state, text, encode) + DOTS;
    },
    tail: target.tail,
  };
}

function compileBranches(place: Place, node: Node, unless: boolean): Write {
  const { compilation, scopes } = place;
  const [first, ...rest] = (node.branches ?? []).map((branch) => ({
    test: compileValue(compilation, scopes, branch.value),
    write: compileNodes(place, branch.templates),
  }));
  const otherwise = compileNodes(place, node.elseTemplates);
  if (!first) return otherwise;
  if (rest.length === 0) {
    return (state) => (isTruthy(first.test(state)) === unless ? otherwise(state) : first.write(state));
  }
  return (state) => {
    if (isTruthy(first.test(state)) !== unless) return first.write(state);
    for (const branch of rest) if (isTruthy(branch.test(state))) return branch.write(state);
    return otherwise(state);
  };
}

/** Every branch that matches is written, as in liquidjs; most templates have one. */
function compileCase(place: Place, node: Node): Write {
  const { compilation, scopes } = place;
  const target = node.value ? compileValue(compilation, scopes, node.value) : () => undefined;
  const branches = (node.branches ?? []).map((branch: Branch) => ({
    values: branch.values.map((token) => compileTokenRead(compilation, scopes, token)),
    write: compileNodes(place, branch.templates),
  }));
  const otherwise = compileNodes(place, node.elseTemplates);
  return (state) => {
    const value = toValue(target(state));
    let out = '';
    let hit = false;
    for (const branch of branches) {
      if (!branch.values.some((read) => equals(value, read(state)))) continue;
      hit = true;
      out += branch.write(state);
    }
    return hit ? out : otherwise(state);
  };
}

function compileAssign({ compilation, scopes }: Place, node: Node): Piece | undefined {
  const slot = compilation.assigned.get(node.key ?? '');
  if (slot === undefined || !node.value) return undefined;
  const read = compileValue(compilation, scopes, node.value);
  return effect((state) => {
    state.slots[slot] = read(state);
  });
}

function compileCapture({ compilation, scopes }: Place, node: Node): Piece | undefined {
  const slot = compilation.assigned.get(node.variable ?? '');
  if (slot === undefined) return undefined;
  // What is captured is text like any other value: it is encoded when it is put out, not here.
  const write = compileNodes({ compilation, scopes, target: plainTarget }, node.templates);
  return effect((state) => {
    const text = write(state);
    boundText(text.length);
    state.slots[slot] = text;
  });
}

function compileCount({ compilation, target }: Place, node: Node, step: 1 | -1): Piece | undefined {
  const name = node.variable ?? '';
  const slot = compilation.counters.get(name);
  if (slot === undefined) return undefined;
  return {
    write(state) {
      const kept = state.slots[slot] === UNSET ? state.env[name] : state.slots[slot];
      const value = typeof kept === 'number' ? kept : 0;
      state.slots[slot] = value + step;
      return target.value(String(step === 1 ? value : value - 1));
    },
    tail: target.tail,
  };
}

function compileCycle({ compilation, scopes, target }: Place, node: Node): Piece {
  const candidates = (node.candidates ?? []).map((token) =>
    compileTagOutput(compilation, scopes, valueNode(new Value(asFilteredValue(token), compilation.engine.liquid))),
  );
  const group = compileTokenRead(compilation, scopes, node.group);
  const texts = (node.candidates ?? []).map((token) => token.getText()).join(',');
  return {
    write(state) {
      const key = `cycle:${group(state)}:${texts}`;
      const index = Number(state.registers?.get(key) ?? 0);
      setRegister(state, key, (index + 1) % candidates.length);
      const candidate = candidates[index];
      const value = toValue(candidate?.read(state));
      if (candidate?.escaped) return putLong(state, stringify(value), target.escaped);
      // liquidjs writes nothing for a candidate that JavaScript counts as false: 0, say.
      return value ? putLong(state, stringify(value), target.value) : '';
    },
    tail: target.tail,
  };
}

/** liquidjs keeps the candidates of a cycle as tokens and makes their values when rendering; we make them once. */
function asFilteredValue(token: ValueToken): ConstructorParameters<typeof Value>[0] {
  return token as unknown as ConstructorParameters<typeof Value>[0];
}

function compileAbort({ compilation, scopes }: Place, node: Node): Piece {
  const reason = node.value ? compileValue(compilation, scopes, node.value) : () => '';
  return effect((state) => {
    throw new TemplateAborted(stringify(reason(state)) || 'The template aborted.');
  });
}

function compileDynamicLink({ compilation, scopes, target }: Place, node: Node): Piece {
  const { html } = compilation.engine;
  const write = compileNodes({ compilation, scopes, target: html ? addressTarget : plainTarget }, node.templates);
  const put = html ? target.escaped : target.value;
  const off = node.token.args?.trim() === 'off';
  return {
    write(state) {
      const url = compilation.prepareUrl(write(state).trim());
      return put(off || !/^https?:/i.test(url) ? url : state.trackedUrl(url));
    },
    tail: target.tail,
  };
}
