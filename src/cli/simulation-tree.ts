import type { AudienceReport, DayReport, JourneyReport, SimulationReport } from '../core/simulation/index.ts';
import { formatCount, formatTable, formatTree, type Tree } from './output.ts';

/** What a simulation came to, as a person reads it. */
export function formatSimulation(report: SimulationReport): string {
  const sections = [
    headline(report),
    ...report.journeys.map(formatJourney),
    formatMessages(report),
    formatAudiences(report.audiences),
    formatDays(report.days),
    formatProblems(report),
    formatTrace(report),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
const second = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

function headline({ from, until, events, ignored, people }: SimulationReport): string {
  const left = ignored === 0 ? '' : `, ${formatCount(ignored)} more were outside of this time`;
  const created = people.created === 0 ? '' : `, ${formatCount(people.created)} of them new`;
  const merged = people.merged === 0 ? '' : `, ${formatCount(people.merged)} merged`;
  const all = formatCount(people.known + people.created);
  return `From ${day(from)} to ${day(until)}: ${formatCount(events)} events${left}; ${all} people${created}${merged}. Nothing was sent or stored.`;
}

function formatJourney(journey: JourneyReport): string {
  const version = journey.version > 0 ? `, version ${journey.version}` : '';
  return [
    `Journey ${journey.key}${version}`,
    `  ${formatCount(journey.entered)} entered, ${formatCount(journey.inside)} are still inside`,
    ...counts('  refused', journey.refused),
    ...counts('  ended', journey.ended),
    '',
    formatTree([treeOf(journey)]),
  ].join('\n');
}

function counts(title: string, of: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(of)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${formatCount(count)} ${name}`);
  return parts.length === 0 ? [] : [`${title}: ${parts.join(', ')}`];
}

/** Each step once, under the first way that leads to it, with how many went that way. */
function treeOf(journey: JourneyReport): Tree {
  const nodes = new Map(journey.nodes.map((node) => [node.node, node]));
  const shown = new Set<string>();
  const walk = (name: string, way: string, count: number | undefined): Tree => {
    const node = nodes.get(name);
    if (!node) return { label: `${way}${name}`, count };
    if (shown.has(name)) return { label: `${way}${name}, above`, count };
    shown.add(name);
    const waiting = node.waiting > 0 ? `${formatCount(node.waiting)} wait here` : '';
    const ended = node.ended > 0 ? `${formatCount(node.ended)} ended here` : '';
    const ways = node.outlets.map((outlet) => ({ ...outlet, count: node.left[outlet.name] ?? 0 }));
    return {
      label: `${way}${name} ${node.does}`,
      count: count ?? node.entered,
      note: [waiting, ended].filter((part) => part !== '').join(', '),
      children: ways.flatMap((out) => {
        if (out.target !== null) return [walk(out.target, `${out.name} → `, out.count)];
        return out.count > 0 ? [{ label: `${out.name}, nothing follows`, count: out.count }] : [];
      }),
    };
  };
  return walk(journey.start, '', undefined);
}

function formatMessages({ messages }: SimulationReport): string {
  if (messages.length === 0) return '';
  const reasons = [...new Set(messages.flatMap(({ excluded }) => Object.keys(excluded)))].sort();
  const columns: Record<string, (row: (typeof messages)[number]) => string | number> = {
    message: ({ journey, step }) => `${journey}, ${step}`,
    template: ({ template }) => template,
    sent: ({ queued }) => queued,
  };
  for (const reason of reasons) columns[reason] = ({ excluded }) => excluded[reason] ?? 0;
  return formatTable(messages, columns);
}

function formatAudiences(audiences: readonly AudienceReport[]): string {
  const moved = audiences.filter(({ entered, left, members }) => entered + left + members > 0);
  if (moved.length === 0) return '';
  return formatTable(moved, {
    audience: ({ key }) => key,
    entered: ({ entered }) => entered,
    left: ({ left }) => left,
    'members at the end': ({ members }) => members,
  });
}

function formatDays(days: readonly DayReport[]): string {
  if (days.length === 0) return '';
  return formatTable(days, {
    day: (row) => row.day,
    entered: ({ entered }) => entered,
    sent: ({ messages }) => messages,
    'not sent': ({ excluded }) => excluded,
    'came into audiences': ({ audienceEntered }) => audienceEntered,
    'left them': ({ audienceLeft }) => audienceLeft,
  });
}

function formatProblems({ deadLetters, calls }: SimulationReport): string {
  const made =
    calls === 0
      ? []
      : [
          `${formatCount(calls)} calls would have been made; of those for which no answer was given each was taken to be answered.`,
        ];
  const broken = counts('not processed', deadLetters);
  return [...made, ...broken].join('\n');
}

function formatTrace({ trace }: SimulationReport): string {
  return trace.map(({ at, text }) => `${second(at)}  ${text}`).join('\n');
}
