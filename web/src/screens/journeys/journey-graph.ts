import { useLingui } from '@lingui/react/macro';
import { LogIn } from 'lucide-react';
import { useMemo } from 'react';
import type { ArrowTone, CanvasArrow, CanvasStep, Graph } from '../../canvas/graph.ts';
import { useFormat } from '../../i18n/format.ts';
import { useEndingWords } from './ending-words.ts';
import { atTheDoor, firstComers, type JourneyFlow, type StepFlow } from './flow.ts';
import type { StepShape } from './queries.ts';
import { lookOf, useStepWords } from './step-words.ts';

/** The place before the first step, where people come in. */
export const ENTRY = '@entry';

/** What is drawn of a journey. */
export type Drawn = {
  readonly start: string;
  readonly entry: string;
  readonly exits: readonly string[];
  readonly steps: readonly StepShape[];
};
/** The way of one person: the steps where they were, and the ways out that they took as `step outlet`. */
export type Path = {
  readonly steps: ReadonlySet<string>;
  readonly ways: ReadonlySet<string>;
  /** Where they stand. */
  readonly here: ReadonlySet<string>;
};
type Options = {
  readonly mode: 'arrived' | 'here';
  readonly tone: ArrowTone;
  readonly path?: Path | undefined;
  /** How many problems steps have in the file. */
  readonly problems?: ReadonlyMap<string, number>;
};

/** A journey as the canvas draws it: each step with how many came, each arrow as wide as the people who took it. */
export function useJourneyGraph(drawn: Drawn | undefined, flow: JourneyFlow | undefined, options: Options): Graph {
  const words = useDrawnWords(drawn?.exits ?? []);
  const { mode, tone, path, problems } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: words change with the language, which draws everything anew.
  return useMemo(() => {
    if (!drawn) return { steps: [], arrows: [] };
    const drawing = { drawn, flow, mode, tone, path, words, ...(problems === undefined ? {} : { problems }) };
    return {
      steps: [entryStep(drawing), ...drawn.steps.map((step) => canvasStep(drawing, step))],
      arrows: [
        entryArrow(drawing),
        ...exitArrows(drawing, ENTRY, flow && atTheDoor(flow)),
        ...drawn.steps.flatMap((step) => [
          ...wayArrows(drawing, step),
          ...exitArrows(drawing, step.node, flow?.steps.get(step.node)?.ended),
        ]),
      ],
    };
  }, [drawn, flow, mode, tone, path, problems]);
}

/** Everything that is said on the canvas. */
function useDrawnWords(exits: readonly string[]) {
  const { t } = useLingui();
  const format = useFormat();
  const ending = useEndingWords(exits);
  return {
    ...useStepWords(),
    entry: t`Entry`,
    cameIn: t`came in`,
    entered: t`entered`,
    cameBy: t`the person came by here`,
    standsHere: t`the person stands here`,
    hereNow: t`here now`,
    wentOn: t`went on`,
    here: (count: number) => t`${format.number(count)} here now`,
    leftBecause: (reason: string) => t`left: ${shortened(ending(reason))}`,
    share: format.share,
  };
}

type Drawing = Omit<Options, 'path'> & {
  readonly drawn: Drawn;
  readonly flow: JourneyFlow | undefined;
  readonly path: Path | undefined;
  readonly words: ReturnType<typeof useDrawnWords>;
};

function canvasStep(drawing: Drawing, step: StepShape): CanvasStep {
  const { flow, path, words } = drawing;
  const here = flow?.steps.get(step.node);
  const isOnPath = path?.steps.has(step.node) ?? false;
  return {
    id: step.node,
    title: words.titleOf(step),
    detail: words.detailOf(step),
    ...lookOf(step.type),
    problems: drawing.problems?.get(step.node),
    tone: path?.here.has(step.node) ? 'live' : isOnPath ? 'done' : 'quiet',
    state: path?.here.has(step.node) ? words.standsHere : isOnPath ? words.cameBy : undefined,
    ...(here === undefined ? {} : figureOf(drawing, here)),
  };
}

function figureOf(
  { flow, mode, words }: Drawing,
  { entered, waiting }: StepFlow,
): Pick<CanvasStep, 'figure' | 'share'> {
  const total = flow?.entered ?? 0;
  const share = total === 0 ? 0 : entered / total;
  const isLive = waiting > 0;
  if (mode === 'here') return { figure: { value: waiting, note: words.hereNow, isLive }, share };
  return { figure: { value: entered, note: isLive ? words.here(waiting) : words.share(share), isLive }, share };
}

function entryStep({ drawn, flow, path, words }: Drawing): CanvasStep {
  return {
    id: ENTRY,
    title: words.entry,
    detail: drawn.entry,
    icon: LogIn,
    group: 'targeting',
    tone: path === undefined ? 'quiet' : 'done',
    ...(flow === undefined
      ? {}
      : { figure: { value: flow.entered, note: words.cameIn }, share: flow.entered > 0 ? 1 : 0 }),
  };
}

function entryArrow({ drawn, flow, path, tone, words }: Drawing): CanvasArrow {
  const count = flow && firstComers(drawn, flow);
  return {
    id: ENTRY,
    from: ENTRY,
    to: drawn.start,
    count,
    label: words.entered,
    tone: path?.steps.has(drawn.start) ? 'live' : toneOf(tone, count),
  };
}

/** Ways out that lead to the same step are one arrow. */
function wayArrows(drawing: Drawing, { node, type, outlets }: StepShape): CanvasArrow[] {
  const { flow, path, tone, words } = drawing;
  const here = flow?.steps.get(node);
  const targets = [...new Set(outlets.map(({ target }) => target))];
  const goesOn = targets.some((target) => target !== null);
  return targets.flatMap((target): CanvasArrow[] => {
    const ways = outlets.filter((way) => way.target === target);
    const count = here && ways.reduce((sum, { name }) => sum + (here.left[name] ?? 0), 0);
    // A way out that leads nowhere and that nobody took says nothing.
    if (target === null && !count && !ways.some(({ name }) => name === 'next')) return [];
    // Where people went already, the ways that nobody took need no words.
    const taken = ways.filter(({ name }) => (here?.left[name] ?? 0) > 0);
    const names = (taken.length > 0 ? taken : ways).map(({ name }) => words.outletOf(type, name)).filter(Boolean);
    const isOnPath = ways.some(({ name }) => path?.ways.has(`${node} ${name}`));
    return [
      {
        id: `${node} ${ways.map(({ name }) => name).join(' ')}`,
        from: node,
        to: target,
        ...(target === null ? { exit: goesOn ? ('side' as const) : ('end' as const) } : {}),
        count,
        label: names.length > 2 ? words.wentOn : names.join(', '),
        tone: isOnPath ? 'live' : toneOf(tone, count),
      },
    ];
  });
}

function exitArrows(
  { words }: Drawing,
  node: string,
  ended: Readonly<Record<string, number>> | undefined,
): CanvasArrow[] {
  return Object.entries(ended ?? {}).flatMap(([reason, count]): CanvasArrow[] => {
    if (count <= 0 || reason === '' || reason === 'finished') return [];
    const label = words.leftBecause(reason);
    return [{ id: `${node} exit ${reason}`, from: node, to: null, exit: 'side', count, label, tone: 'off' }];
  });
}

function toneOf(tone: ArrowTone, count: number | undefined): ArrowTone {
  return count === undefined || count === 0 ? 'off' : tone;
}

const WORDS_MAX = 34;

function shortened(text: string): string {
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX - 1).trimEnd()}…` : text;
}
