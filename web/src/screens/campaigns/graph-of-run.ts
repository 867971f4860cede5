import { useLingui } from '@lingui/react/macro';
import type { CanvasArrow, CanvasStep, Graph } from '../../canvas/graph.ts';
import type { TextProblem } from '../../definition-editor/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { accountOf } from '../../report/accounts.ts';
import { kindOf, useKindNames } from './kinds.ts';
import type { ActivityShape, RunActivity, RunSend, RunView } from './queries.ts';
import { useSettingsHint } from './settings-words.ts';
import { useActivityStates } from './states.tsx';

export const PEOPLE = 'profiles';

/** The name of an arrow: in addresses, and as `activity.outlet` in the API's errors. */
export const arrowId = (activity: string, outlet: string) => `${activity}.${outlet}`;

type Input = {
  readonly activities: readonly ActivityShape[];
  readonly run: RunView | undefined;
  readonly problems: ReadonlyMap<string, readonly TextProblem[]>;
};

/** What the canvas and the outline draw: the activities of a campaign, with states and counts when a run is looked at. */
export function useGraphOfRun(): (input: Input) => Graph {
  const step = useStep();
  const arrows = useArrows();
  return ({ activities, run, problems }) => {
    const ran = new Map(run?.activities.map((one) => [one.activity, one]));
    return {
      steps: activities.map((shape) => {
        const activity = ran.get(shape.activity);
        const send = run?.sends.find((one) => one.send_id === activity?.send_id);
        return step(shape, activity, send, problems.get(shape.activity)?.length);
      }),
      arrows: activities.flatMap((shape) => arrows(shape, activities, run)),
    };
  };
}

function useStep() {
  const { t } = useLingui();
  const format = useFormat();
  const kindName = useKindNames();
  const hint = useSettingsHint();
  const states = useActivityStates();
  const newsOf = (activity: RunActivity | undefined, send: RunSend | undefined): string | undefined => {
    if (send) {
      const { held, queued, sending, sent, targeted, excluded } = accountOf(send);
      if (held > 0 && send.state === 'paused') {
        return send.paused_with_run
          ? t`${format.number(held)} held, the run is paused`
          : t`${format.number(held)} held, the send is paused`;
      }
      if (held > 0) return t`${format.number(held)} ready, waits for you`;
      if (queued + sending > 0) return t`${format.number(sent)} of ${format.number(targeted - excluded)} sent`;
      if (targeted > 0) return t`${format.number(sent)} sent`;
    }
    if (activity?.state === 'failed') return activity.error ?? states.failed;
    if (activity?.state === 'waiting' && activity.due_at) return t`waits until ${format.moment(activity.due_at)}`;
    return undefined;
  };
  return (
    shape: ActivityShape,
    activity: RunActivity | undefined,
    send: RunSend | undefined,
    problems: number | undefined,
  ): CanvasStep => {
    const { group, icon } = kindOf(shape.type);
    const kind = [kindName(shape.type), hint(shape)].filter((word) => word !== undefined).join(' · ');
    return {
      id: shape.activity,
      title: shape.label ?? shape.activity,
      detail: newsOf(activity, send) ?? kind,
      group,
      icon,
      tone: toneOf(activity, send),
      state: activity && states[activity.state],
      account: send && send.summary.targeted > 0 ? accountOf(send) : undefined,
      problems,
    };
  };
}

function toneOf(activity: RunActivity | undefined, send: RunSend | undefined): CanvasStep['tone'] {
  if (!activity) return 'quiet';
  if (send?.state === 'prepared') return 'waiting';
  if (send?.state === 'paused') return send.paused_with_run ? 'quiet' : 'waiting';
  switch (activity.state) {
    case 'done':
      return send?.state === 'sending' ? 'live' : 'done';
    case 'running':
    case 'waiting':
      return 'live';
    case 'failed':
      return 'wrong';
    case 'pending':
    case 'skipped':
      return 'idle';
    case 'stopped':
      return 'quiet';
  }
}

function useArrows() {
  const { t } = useLingui();
  const words: Readonly<Record<string, string>> = { complement: t`left over`, holdout: t`held out` };
  return (shape: ActivityShape, all: readonly ActivityShape[], run: RunView | undefined): CanvasArrow[] => {
    const activity = run?.activities.find((one) => one.activity === shape.activity);
    const isTest = run?.mode === 'test';
    const drawn = shape.outlets.map(({ outlet, target }): CanvasArrow => {
      const ran = activity?.outlets.find((one) => one.outlet === outlet);
      const dimension = ran?.dimension === PEOPLE ? t`people` : (ran?.dimension ?? undefined);
      const named = outlet === 'next' ? undefined : (words[outlet] ?? outlet);
      const next = run?.activities.find((one) => one.activity === target);
      const leaves = target === null || !all.some((one) => one.activity === target);
      return {
        id: arrowId(shape.activity, outlet),
        from: shape.activity,
        to: leaves ? null : target,
        exit: leaves && outlet in words ? 'side' : 'end',
        count: ran?.row_count ?? undefined,
        label: named ?? (ran?.row_count === null || ran === undefined ? undefined : dimension),
        tone: arrowTone({
          hasRun: ran !== undefined && ran.row_count !== null,
          dimension: ran?.dimension,
          next,
          isTest,
        }),
        canOpen: ran?.row_count !== null && ran !== undefined,
      };
    });
    const missing = run && missingOf(shape, run);
    if (missing === undefined || missing <= 0) return drawn;
    const label = shape.type === 'deduplicate' ? t`duplicates` : t`left out`;
    return [
      ...drawn,
      { id: `${shape.activity}.missing`, from: shape.activity, to: null, exit: 'side', count: missing, label },
    ];
  };
}

function arrowTone(arrow: {
  readonly hasRun: boolean;
  readonly dimension: string | null | undefined;
  readonly next: RunActivity | undefined;
  readonly isTest: boolean;
}): NonNullable<CanvasArrow['tone']> {
  if (!arrow.hasRun) return 'off';
  if (arrow.next?.state === 'running') return 'live';
  if (arrow.dimension !== PEOPLE) return 'rows';
  return arrow.isTest ? 'unreal' : 'people';
}

/** Who came in and went on by no arrow, where what is taken away has none of its own. */
function missingOf({ activity, type, settings, outlets }: ActivityShape, run: RunView): number | undefined {
  if (outlets.some(({ outlet }) => outlet === 'complement')) return undefined;
  const out = run.activities.find((one) => one.activity === activity)?.outlets.find(({ outlet }) => outlet === 'next');
  if (out?.row_count === null || out?.row_count === undefined) return undefined;
  const inbound = inboundOf(run, activity);
  if (type === 'deduplicate') return inbound.reduce((sum, { count }) => sum + count, 0) - out.row_count;
  if (type !== 'combine' || settings.mode !== 'exclusion') return undefined;
  const primary = String(settings.primary);
  const from = inbound.find(({ arrow, from: source }) => arrow === primary || source === primary);
  return from && from.count - out.row_count;
}

/** The arrows that lead to an activity, with how many came by each. */
export function inboundOf(
  run: RunView,
  activity: string,
): readonly { readonly arrow: string; readonly from: string; readonly count: number }[] {
  return run.activities.flatMap((source) =>
    source.outlets.flatMap(({ outlet, target, row_count }) =>
      target === activity && row_count !== null
        ? [{ arrow: arrowId(source.activity, outlet), from: source.activity, count: row_count }]
        : [],
    ),
  );
}

/** An activity and everything that its arrows lead to, in the order of the run. */
export function downstreamOf(run: RunView, from: string): readonly string[] {
  const reached = new Set([from]);
  for (const activity of reached) {
    const outlets = run.activities.find((one) => one.activity === activity)?.outlets ?? [];
    for (const { target } of outlets) if (target !== null) reached.add(target);
  }
  return run.activities.map(({ activity }) => activity).filter((activity) => reached.has(activity));
}
