import { invalid, say, says, suggest } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { raiseEpoch } from '../live/index.ts';
import { chooseVersion, type VersionAddress } from './find-version.ts';
import { existsJourney, lockVersions, selectBody, setWinner } from './store.ts';

/**
 * Ends an experiment: from now on everybody who comes to it takes one branch. None: the branches are dealt again.
 * @throws AppError `not_found`, `invalid` when the step is no experiment or has no such branch.
 */
export async function setExperimentWinner(
  ctx: Context,
  input: VersionAddress & { readonly node: string; readonly branch: string | null },
): Promise<{ readonly key: string; readonly version: number; readonly winners: Readonly<Record<string, string>> }> {
  return ctx.db.transaction(async (tx) => {
    const row = await chooseVersion(await lockVersions(tx, input.key), input, () => existsJourney(tx, input.key));
    const version = { key: row.journey_key, version: row.version };
    const steps = (await selectBody(tx, version))?.steps ?? {};
    const step = steps[input.node];
    if (step?.type !== 'experiment') {
      const names = Object.keys(steps).filter((name) => steps[name]?.type === 'experiment');
      throw invalid(say('There is no such experiment.'), [problem('node', input.node, names)]);
    }
    const branches = Object.keys(step.then);
    if (input.branch !== null && !branches.includes(input.branch)) {
      throw invalid(say('The experiment has no such branch.'), [problem('branch', input.branch, branches)]);
    }
    const { [input.node]: _before, ...others } = row.winners;
    const winners = input.branch === null ? others : { ...others, [input.node]: input.branch };
    await setWinner(tx, version, winners, ctx.clock.now());
    await raiseEpoch(tx);
    return { ...version, winners };
  });
}

function problem(path: string, given: string, known: readonly string[]) {
  const near = suggest(given, known);
  return {
    path,
    ...says('There is no "{given}".', { given }),
    expected: known.join(' | '),
    ...(near === undefined ? {} : { suggestion: near }),
  };
}
