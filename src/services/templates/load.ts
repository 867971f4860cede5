import {
  type CompiledTemplate,
  type CompileOptions,
  compileTemplate,
  type FragmentDefinition,
  type TemplateDefinition,
  type TemplateSource,
} from '../../core/content/index.ts';
import { notFound, type Problem, say } from '../../core/kernel/index.ts';
import { sha256 } from '../../platform/crypto.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { convertTemplate } from './convert.ts';
import { selectFragments, selectTemplate } from './store.ts';

export type LoadedTemplate = {
  readonly version: number;
  readonly definition: TemplateDefinition;
  /** The definition with its fragments put in and MJML made HTML: compiling it again needs nothing else. */
  readonly source: TemplateSource;
  readonly template: CompiledTemplate;
  readonly warnings: readonly Problem[];
};

export type LoadOptions = CompileOptions & {
  /** Becomes `utm_campaign` of a template that adds UTM parameters but names no campaign. */
  readonly campaign?: string;
};

/** Compiled templates, by everything that went into them: an entry is never stale. */
type Compiled = { readonly template: CompiledTemplate };
const compiled = new Map<string, Promise<Compiled>>();
const COMPILED_MAX = 200;

/**
 * A template ready to make messages: the given version, or the newest published one; compiled once.
 * @throws AppError `not_found`, or `invalid` when it does not compile.
 */
export async function loadCompiledTemplate(
  db: Queryable,
  key: string,
  version?: number,
  options: LoadOptions = {},
): Promise<LoadedTemplate> {
  const row = await selectTemplate(db, key, version);
  if (!row)
    throw notFound(
      version === undefined ? 'published template' : say('version {version} of template', { version }),
      key,
    );
  const fragments = await loadFragments(db, row.body, false);
  return { version: row.version, ...(await compileDefinition(row.body, fragments, options)) };
}

/** The fragments of the installation; none are read for a template that uses none. */
export async function loadFragments(
  db: Queryable,
  definition: TemplateDefinition,
  drafts: boolean,
): Promise<ReadonlyMap<string, FragmentDefinition>> {
  const bodies = [definition.subject, definition.preheader, definition.mjml, definition.html, definition.text];
  if (!bodies.some((body) => body?.includes('fragment'))) return new Map();
  return new Map((await selectFragments(db, drafts)).map((fragment) => [fragment.key, fragment]));
}

/** Compiles a definition, or finds it compiled: the newest `COMPILED_MAX` are kept. */
export function compileDefinition(
  definition: TemplateDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition>,
  options: LoadOptions,
): Promise<Omit<LoadedTemplate, 'version'>> {
  return findCompiled([definition, [...fragments.values()], options], async () => {
    const { source, warnings } = await convertTemplate(definition, fragments);
    return { definition, source, template: compileTemplate(source, optionsFor(source, options)), warnings };
  });
}

/** The same for what was kept of a template when a send was prepared, whatever has become of its fragments since. */
export async function compileSource(source: TemplateSource, options: LoadOptions): Promise<CompiledTemplate> {
  const made = await findCompiled([source, options], async () => ({
    template: compileTemplate(source, optionsFor(source, options)),
  }));
  return made.template;
}

async function findCompiled<T extends Compiled>(inputs: readonly unknown[], make: () => Promise<T>): Promise<T> {
  const name = sha256(JSON.stringify(inputs)).toString('base64');
  // Whatever went in makes the name, so what is found under it is what `make` would give.
  const made = (compiled.get(name) as Promise<T> | undefined) ?? make();
  compiled.delete(name);
  compiled.set(name, made);
  // A template that failed once is tried again: what was wrong may have been the machine.
  made.catch(() => compiled.delete(name));
  for (const oldest of compiled.keys()) {
    if (compiled.size <= COMPILED_MAX) break;
    compiled.delete(oldest);
  }
  return made;
}

function optionsFor(source: TemplateSource, { campaign, ...options }: LoadOptions): CompileOptions {
  const addsUtm = Object.keys(source.utm ?? {}).length > 0;
  return { ...options, ...(addsUtm && campaign !== undefined ? { utm: { campaign, ...options.utm } } : {}) };
}
