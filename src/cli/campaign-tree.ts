import type { ActivityView, OutletView, RunView, SummaryView } from '../services/campaigns/index.ts';
import { formatCount, formatTree, type Tree } from './output.ts';

/** A run as a person reads it: its state, the tree of activities with the count on every arrow, and the account of each send. */
export function formatRun(run: RunView): string {
  const reason = run.reason === null ? '' : `: ${run.reason}`;
  const head = `${run.name ?? run.campaign_key} - ${run.mode} run ${run.run_id} is ${run.state}${reason}`;
  const sends = run.sends.map(
    (send) => `\n${send.activity}: send ${send.send_id} is ${send.state}\n${formatSummary(send.summary)}`,
  );
  return [head, '', formatTree(treesOf(run)), ...sends].join('\n');
}

/** The activities from the ones that start a branch; what several arrows lead to is shown once, where it is met first. */
function treesOf(run: RunView): Tree[] {
  const byName = new Map(run.activities.map((activity) => [activity.activity, activity]));
  const targets = new Set(run.activities.flatMap((it) => it.outlets.flatMap((outlet) => outlet.target ?? [])));
  const shown = new Set<string>();
  const tree = (activity: ActivityView): Tree => {
    shown.add(activity.activity);
    const children = activity.outlets.map((outlet) => outletTree(outlet));
    return { label: `${activity.activity} (${activity.type})`, note: noteOf(activity), children };
  };
  const outletTree = (outlet: OutletView): Tree => {
    const target = outlet.target === null ? undefined : byName.get(outlet.target);
    const again = target !== undefined && shown.has(target.activity);
    const label = again ? `${outlet.outlet} -> ${target.activity}` : outlet.outlet;
    return {
      label,
      ...(outlet.row_count === null ? {} : { count: outlet.row_count }),
      ...(outlet.dimension === null || outlet.dimension === 'profiles' ? {} : { note: outlet.dimension }),
      children: target === undefined || again ? [] : [tree(target)],
    };
  };
  return run.activities.filter((activity) => !targets.has(activity.activity)).map(tree);
}

function noteOf(activity: ActivityView): string {
  const due = activity.due_at === null || activity.state !== 'waiting' ? '' : ` until ${activity.due_at.toISOString()}`;
  const error = activity.error === null ? '' : `: ${activity.error}`;
  return `${activity.state}${due}${error}`;
}

function formatSummary(summary: SummaryView): string {
  const reasons = (by: Readonly<Record<string, number>>) =>
    Object.entries(by)
      .map(([reason, count]) => `${formatCount(count)} ${reason}`)
      .join(', ');
  const account: [string, number, string][] = [
    ['targeted', summary.targeted, ''],
    ['excluded', summary.excluded, reasons(summary.excluded_by)],
    ['queued', summary.queued, ''],
    ['in flight', summary.sending, ''],
    ['sent', summary.sent, ''],
    ['failed', summary.failed, reasons(summary.failed_by)],
    ['uncertain', summary.uncertain, reasons(summary.uncertain_by)],
  ];
  const [targeted, ...parts] = account.map(([label, count, note]) => ({ label, count, note }));
  const people = (name: string, { human, machine }: { human: number; machine: number }) =>
    `  ${name}: ${formatCount(human)} people, ${formatCount(machine)} machines`;
  const tree = formatTree(targeted ? [{ ...targeted, children: parts }] : []);
  const links = summary.links.map((link) => people(link.url, link));
  const reactions = [
    people('opened', summary.opened),
    people('clicked', summary.clicked),
    `  unsubscribed: ${formatCount(summary.unsubscribed)}`,
  ];
  return [tree, ...reactions, ...links].join('\n');
}
