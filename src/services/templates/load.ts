import {
  type CompiledTemplate,
  type CompileOptions,
  compileTemplate,
  type FragmentDefinition,
  type TemplateDefinition,
} from '../../core/content/index.ts';
import { notFound, type Problem } from '../../core/kernel/index.ts';
import { sha256 } from '../../platform/crypto.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { convertTemplate } from './convert.ts';
import { selectFragments, selectTemplate } from './store.ts';

export type LoadedTemplate = {
  readonly version: number;
  readonly definition: TemplateDefinition;
  readonly template: CompiledTemplate;
  readonly warnings: readonly Problem[];
};

export type LoadOptions = CompileOptions & {
  /** Becomes `utm_campaign` of a template that adds UTM parameters but names no campaign. */
  readonly campaign?: string;
};

/** Compiled templates, by everything that went into them: an entry is never stale. */
const compiled = new Map<string, Promise<Omit<LoadedTemplate, 'version'>>>();
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
  if (!row) throw notFound(version === undefined ? 'published template' : `version ${version} of template`, key);
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
export async function compileDefinition(
  definition: TemplateDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition>,
  options: LoadOptions,
): Promise<Omit<LoadedTemplate, 'version'>> {
  const name = sha256(JSON.stringify([definition, [...fragments.values()], options])).toString('base64');
  const kept = compiled.get(name);
  if (kept) {
    compiled.delete(name);
    compiled.set(name, kept);
    return kept;
  }
  const made = compileNow(definition, fragments, options);
  compiled.set(name, made);
  // A template that failed once is tried again: what was wrong may have been the machine.
  made.catch(() => compiled.delete(name));
  for (const oldest of compiled.keys()) {
    if (compiled.size <= COMPILED_MAX) break;
    compiled.delete(oldest);
  }
  return made;
}

async function compileNow(
  definition: TemplateDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition>,
  { campaign, ...options }: LoadOptions,
): Promise<Omit<LoadedTemplate, 'version'>> {
  const { source, warnings } = await convertTemplate(definition, fragments);
  const addsUtm = Object.keys(definition.utm).length > 0;
  const utm = addsUtm && campaign !== undefined ? { utm: { campaign, ...options.utm } } : {};
  return { definition, template: compileTemplate(source, { ...options, ...utm }), warnings };
}
