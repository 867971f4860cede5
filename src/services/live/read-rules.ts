import { indexAudiences, type LiveAudience } from '../../core/audiences/index.ts';
import {
  type ComputedTrait,
  ComputedTraitDefinition,
  checkComputedTrait,
  compileComputed,
} from '../../core/computed/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import { compileJourney, eventNamesOf, JourneyDefinition, streamingOf, TestPlan } from '../../core/journeys/index.ts';
import { AppError, type Problem } from '../../core/kernel/index.ts';
import {
  type Conditions,
  compileShared,
  compileStreaming,
  type ExternalCondition,
  type Metric,
  type StreamingRule,
  streamingProblems,
} from '../../core/metrics/index.ts';
import { checkRule, Rule } from '../../core/rules/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { readPolicy } from '../profiles/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { type LiveJourney, type LiveRules, versionName } from './live-rules.ts';
import { type JourneyRow, selectAudiences, selectComputed, selectJourneys, selectOver } from './store.ts';

/** The rules that are published now, compiled. */
export async function readRules(db: Queryable): Promise<Omit<LiveRules, 'epoch'>> {
  const catalog = await loadCatalog(db);
  const audienceRows = (await selectAudiences(db)).flatMap((row) => streamingAudience(row, catalog));
  const journeyRows = await selectJourneys(db);
  const compiled = compileShared(
    (conditions) => ({
      audiences: indexAudiences(
        audienceRows.map(({ rule, ...row }) => ({ ...row, rule: compileStreaming(rule, catalog, conditions) })),
      ),
      journeys: journeyRows.map((row) => liveJourney(row, catalog, conditions)),
    }),
    rulesOf,
  );
  const rules = rulesOf(compiled);
  const computed = (await selectComputed(db)).flatMap((body) => liveComputed(body, catalog));
  const kept = [...rules.flatMap((rule) => rule.metrics), ...computed.flatMap(({ metric }) => metric ?? [])];
  const metrics = new Map(kept.map((metric) => [metric.id, metric] as const));
  return {
    catalog,
    ...compiled,
    over: new Map((await selectOver(db)).map(({ key, version, ...over }) => [versionName(key, version), over])),
    computed,
    identity: await readPolicy(db),
    metrics,
    metricsByEvent: byEvent(metrics.values()),
    externals: new Map<string, ExternalCondition>(rules.flatMap((rule) => [...rule.needs.external])),
    asksMessages: rules.some((rule) => rule.needs.messages),
  };
}

/** Why an audience's rule does not stream, if it does not; a rule whose words have lost their meaning since does not either. */
export function whyNotLive(rule: Rule, catalog: Catalog): readonly Problem[] {
  try {
    const problems = checkRule({ rule, catalog });
    return problems.length > 0 ? problems : streamingProblems(rule, catalog);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ path: '', message: error.message, wording: error.wording }];
  }
}

type AudienceRow = Pick<LiveAudience, 'key' | 'version'>;

function streamingAudience(
  { key, version, rule }: AudienceRow & { readonly rule: unknown },
  catalog: Catalog,
): (AudienceRow & { readonly rule: Rule })[] {
  const parsed = Rule.safeParse(rule);
  return parsed.success && whyNotLive(parsed.data, catalog).length === 0 ? [{ key, version, rule: parsed.data }] : [];
}

/** A trait of rows whose words have lost their meaning since is none. */
function liveComputed(body: unknown, catalog: Catalog): ComputedTrait[] {
  const definition = ComputedTraitDefinition.parse(body);
  return checkComputedTrait(definition, catalog).length > 0 ? [] : [compileComputed(definition)];
}

function liveJourney(row: JourneyRow, catalog: Catalog, conditions: Conditions | undefined): LiveJourney {
  const { key, version, state, hold, closed, winners } = row;
  const plan = row.test === null ? undefined : TestPlan.parse(row.test);
  return {
    key,
    version,
    state,
    hold,
    open: !closed && (state === 'live' || state === 'paused' || state === 'dry_run' || state === 'test'),
    dryRun: state === 'dry_run',
    winners,
    graph: compileJourney(JourneyDefinition.parse(row.body), version, catalog, { plan, conditions }),
  };
}

function byEvent(metrics: Iterable<Metric>): Map<string, Metric[]> {
  const index = new Map<string, Metric[]>();
  for (const metric of metrics) {
    for (const name of new Set(metric.events)) {
      const known = index.get(name);
      if (known) known.push(metric);
      else index.set(name, [metric]);
    }
  }
  return index;
}

/** The names of every event that some rule or journey looks at; a test looks at what is made for it. */
export function watchedEvents({ metricsByEvent, journeys }: Pick<LiveRules, 'metricsByEvent' | 'journeys'>): string[] {
  return [
    ...new Set([
      ...metricsByEvent.keys(),
      ...journeys.flatMap(({ graph }) => (graph.test ? [] : [...eventNamesOf(graph)])),
    ]),
  ].sort();
}

/** The rules of audiences and journeys together. */
export function rulesOf({ audiences, journeys }: Pick<LiveRules, 'audiences' | 'journeys'>): StreamingRule[] {
  return [...audiences.all.map(({ rule }) => rule), ...journeys.flatMap(({ graph }) => streamingOf(graph))];
}
