import { Context, Liquid, type TagToken, type TopLevelToken, toValueSync, Value } from 'liquidjs';
import { escapeHtml } from './escape.ts';
import { installFilters } from './filters.ts';
import { FILTER_ALLOCATION_MAX } from './limits.ts';
import { stringify } from './values.ts';

export type EngineSettings = {
  readonly html: boolean;
  readonly locale: string;
  readonly timeZone: string;
};

/** liquidjs with our settings: it parses, and its filters run; the compiled closures do the rest. */
export type Engine = {
  readonly liquid: Liquid;
  readonly html: boolean;
  /** Filters see this one; it is reset before each rendering, and renderings never overlap. */
  readonly context: Context;
};

/** Tags that would read other templates from disk; fragments are expanded before parsing instead. */
const WITHOUT = ['include', 'render', 'layout', 'block'];

/** Put into the source by the link rewriter; authors cannot use these names, the check knows only the author's tags. */
export const LINK_TAG = 'carillon_link';
export const DYNAMIC_LINK_TAG = 'carillon_dynamic_link';
export const PIXEL_TAG = 'carillon_pixel';

/** Thrown by `{% abort "reason" %}`. */
export class TemplateAborted extends Error {}

/**
 * A Liquid engine. Its own interpreter (`liquid.parseAndRenderSync`) stays usable: it is the oracle that the compiled
 * closures are tested against.
 */
export function createEngine(settings: EngineSettings): Engine {
  const liquid = new Liquid({
    ...(settings.html ? { outputEscape: escapeOutput } : {}),
    ownPropertyOnly: true,
    relativeReference: false,
    memoryLimit: FILTER_ALLOCATION_MAX,
    locale: 'en-US',
  });
  for (const name of WITHOUT) delete (liquid.tags as Record<string, unknown>)[name];
  installFilters(liquid, settings);
  installTags(liquid);
  return { liquid, html: settings.html, context: createContext(liquid, {}) };
}

/** A context of liquidjs's own over the given variables. */
export function createContext(liquid: Liquid, variables: object): Context {
  return new Context(variables, liquid.options, { sync: true }, { liquid });
}

/** The filter that liquidjs appends to outputs of HTML; the compiler knows it by identity and does it faster. */
export function escapeOutput(value: unknown): string {
  return escapeHtml(stringify(value));
}

/** What liquidjs hands to `parse` as `this`. */
type TagThis = { value?: Value; templates?: unknown[]; liquid: Liquid };

function installTags(liquid: Liquid): void {
  liquid.registerTag('abort', {
    parse(this: TagThis, token: TagToken) {
      if (token.args.trim() !== '') this.value = new Value(token.args, liquid);
    },
    render(this: TagThis, context: Context) {
      throw new TemplateAborted(this.value ? stringify(toValueSync(this.value.value(context))) : '');
    },
  });
  liquid.registerTag(LINK_TAG, { render: () => '' });
  liquid.registerTag(PIXEL_TAG, { render: () => '' });
  liquid.registerTag(DYNAMIC_LINK_TAG, {
    parse(this: TagThis, _token: TagToken, remaining: TopLevelToken[]) {
      const templates: unknown[] = [];
      this.templates = templates;
      const stream = liquid.parser
        .parseStream(remaining)
        .on(`tag:end${DYNAMIC_LINK_TAG}`, () => {
          stream.stop();
        })
        .on('template', (template) => {
          templates.push(template);
        })
        .on('end', () => {
          throw new Error('A tag inside an address is not closed there.');
        });
      stream.start();
    },
    render: () => '',
  });
}
