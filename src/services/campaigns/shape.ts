import { type ActivityShape, type Schedule, shapeOf } from '../../core/campaigns/index.ts';
import type { LanguageCode } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { getDefinition, readDocuments } from '../definitions/index.ts';
import { mustBeCampaign } from './must-be-campaign.ts';
import { findRun } from './store.ts';

/** A campaign as a graph to draw. */
export type CampaignShape = {
  readonly key: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly version: number;
  /** Absent: as soon as it is published. */
  readonly schedule: Schedule | null;
  readonly activities: readonly ActivityShape[];
};

/**
 * The graph that a run moves through, or else that of a saved version: the draft or the newest when none is named.
 * @throws AppError `not_found`.
 */
export async function showShape(
  ctx: Context,
  of: {
    readonly key: string;
    readonly version?: number | undefined;
    readonly runId?: number | undefined;
    readonly language: LanguageCode;
  },
): Promise<CampaignShape> {
  const { key, version, runId } = of;
  const saved =
    runId === undefined
      ? await getDefinition(ctx, { kind: 'campaign', key, version })
      : await findRun(ctx.db, key, runId);
  const body = mustBeCampaign(saved.body);
  return {
    key,
    name: body.name ?? null,
    description: body.description ?? null,
    version: saved.version,
    schedule: body.schedule ?? null,
    activities: shapeOf(body, of.language),
  };
}

/** The graph of a text that is being written; empty while it is no YAML. */
export function shapeOfText(text: string, language: LanguageCode): readonly ActivityShape[] {
  return shapeOf(readDocuments(text)[0]?.value, language);
}
