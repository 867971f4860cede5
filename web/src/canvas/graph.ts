import type { LucideIcon } from 'lucide-react';
import type { Account } from '../kit/account-bar.tsx';

/** What a step is for: choosing people, reaching them, keeping data, steering. Its tile shows it. */
export type StepGroup = 'targeting' | 'channel' | 'data' | 'flow';

/** How a step stands: `idle` has not begun, `quiet` has nothing to say. */
export type StepTone = 'done' | 'live' | 'waiting' | 'wrong' | 'idle' | 'quiet';

export type CanvasStep = {
  readonly id: string;
  /** What its author calls it. */
  readonly title: string;
  /** Its kind, or the news of it. */
  readonly detail: string;
  readonly group: StepGroup;
  readonly icon: LucideIcon;
  readonly tone: StepTone;
  /** The tone as a word, said to those who do not see the badge. */
  readonly state?: string | undefined;
  /** What became of its messages, when it sends. */
  readonly account?: Account | undefined;
  /** How many came here, and a word beside it: a share, or who is here now. */
  readonly figure?:
    | { readonly value: number; readonly note?: string | undefined; readonly isLive?: boolean }
    | undefined;
  /** The part of all that came this far, 0 to 1, drawn as a line. */
  readonly share?: number | undefined;
  /** How many problems its definition has. */
  readonly problems?: number | undefined;
};

/** `rows` are not people, `off` was not gone yet, `live` is being gone now, `unreal` is a simulation. */
export type ArrowTone = 'people' | 'rows' | 'off' | 'live' | 'unreal';

export type CanvasArrow = {
  readonly id: string;
  readonly from: string;
  /** Null: it leaves the flow. */
  readonly to: string | null;
  /** How those leave that go nowhere: sideways, dashed; or at the end, into a dot. */
  readonly exit?: 'side' | 'end';
  /** How many are on it; undefined while nobody has come that far. */
  readonly count?: number | undefined;
  /** The words after the count: `people`, `clicked`. */
  readonly label?: string | undefined;
  readonly tone?: ArrowTone;
  /** What it opens is said; without it the count is only read. */
  readonly canOpen?: boolean;
};

export type Graph = { readonly steps: readonly CanvasStep[]; readonly arrows: readonly CanvasArrow[] };

/** What a view of a graph is given; canvas and outline take the same. */
export type GraphProps = Graph & {
  readonly label: string;
  readonly chosen?: string | undefined;
  readonly chosenArrow?: string | undefined;
  readonly onStep?: (id: string) => void;
  readonly onArrow?: (id: string) => void;
};
