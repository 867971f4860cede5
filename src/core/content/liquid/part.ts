import type { Engine } from './engine.ts';
import { OUTPUT_CHARACTERS_MAX } from './limits.ts';
import { TemplateLimit } from './loops.ts';
import { compileNodes } from './nodes.ts';
import { createCompilation, newState, type State, UNSET, type UnknownFilter, type VariableRead } from './scope.ts';
import { plainTarget, type Target } from './target.ts';
import { nodesOf } from './tree.ts';

/** What one rendering of a part is given; `link` and `pixel` are encoded for the part's target. */
export type PartInput = Pick<State, 'env' | 'link' | 'pixel' | 'trackedUrl'> & { readonly now: number };

export type CompiledPart = {
  /** Throws TemplateAborted, TemplateLimit, or what a filter throws. */
  readonly render: (input: PartInput) => string;
  readonly reads: readonly VariableRead[];
  readonly unknownFilters: readonly UnknownFilter[];
};

export type PartSettings = {
  readonly engine: Engine;
  readonly target?: Target;
  readonly defaults?: ReadonlyMap<string, unknown>;
  readonly prepareUrl?: (url: string) => string;
};

/**
 * Compiles Liquid to closures over its parse tree: no code is generated, nothing is evaluated as JavaScript, and the output is
 * that of liquidjs's interpreter, character by character.
 * @throws the parse error of liquidjs.
 */
export function compilePart(source: string, settings: PartSettings): CompiledPart {
  const { engine, target = plainTarget } = settings;
  const nodes = nodesOf(engine.liquid.parse(source));
  const prepareUrl = settings.prepareUrl ?? ((url: string) => url);
  const compilation = createCompilation(engine, nodes, settings.defaults ?? new Map(), prepareUrl);
  const write = compileNodes({ compilation, scopes: [], target }, nodes);
  const { context } = engine;
  const memory = context.memoryLimit as unknown as { base: number };
  const slots: unknown[] = new Array(compilation.slots).fill(UNSET);
  return {
    render(input) {
      memory.base = 0;
      context.setRegister('now', input.now);
      const text = write(newState(slots, input.env, input));
      if (text.length > OUTPUT_CHARACTERS_MAX) {
        throw new TemplateLimit(`It becomes longer than ${OUTPUT_CHARACTERS_MAX} characters.`);
      }
      return text;
    },
    reads: compilation.reads,
    unknownFilters: compilation.unknownFilters,
  };
}
