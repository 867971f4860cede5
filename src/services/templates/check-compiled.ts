import type { FragmentDefinition, TemplateDefinition } from '../../core/content/index.ts';
import { AppError, type Problem } from '../../core/kernel/index.ts';
import { compileDefinition } from './load.ts';

/**
 * What only compiling a template finds: MJML that is not closed, or elements and attributes that MJML does not know and would leave
 * out of the mail without a word. Lines are those of the body with its fragments put in.
 */
export async function checkCompiled(
  definition: TemplateDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition>,
): Promise<readonly Problem[]> {
  try {
    const { warnings } = await compileDefinition(definition, fragments, {});
    return warnings;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
    return error.problems.length > 0 ? error.problems : [{ path: '', message: error.message, wording: error.wording }];
  }
}
