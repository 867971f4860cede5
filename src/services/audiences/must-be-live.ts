import { checkName, invalid, type Problem, say, says } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { loadPublished } from '../tables/index.ts';
import { getAudience } from './get.ts';

/**
 * That the comings and goings of audiences can be told: each exists, is published, and is kept by the engine.
 * @throws AppError `invalid` with the reason of each that is not; paths begin with `path`.
 */
export async function mustBeLive(ctx: Context, keys: readonly string[], path: string): Promise<void> {
  if (keys.length === 0) return;
  const { audiences } = await loadPublished(ctx.db);
  const problems: Problem[] = [];
  for (const [index, key] of keys.entries()) {
    const at = `${path}.${index}`;
    const unknown = checkName('audience', key, at, audiences);
    problems.push(...(unknown.length > 0 ? unknown : await whyNotLive(ctx, key, at)));
  }
  if (problems.length > 0) throw invalid(say('The request is not valid.'), problems);
}

async function whyNotLive(ctx: Context, key: string, path: string): Promise<Problem[]> {
  const { members, why } = await getAudience(ctx, key);
  if (members === 'live') return [];
  const [reason] = why;
  const problem = reason?.wording ?? say('Campaigns and files fill it.');
  return [{ path, ...says('The audience "{key}" cannot be kept in real time: {problem}', { key, problem }) }];
}
