import { useLingui } from '@lingui/react/macro';
import {
  ArrowRightLeft,
  Clock,
  Flag,
  FlaskConical,
  GitBranch,
  GitFork,
  Globe,
  type LucideIcon,
  Mail,
  Merge,
  MousePointerClick,
  Search,
  Shuffle,
  Split,
  UserRoundPen,
} from 'lucide-react';
import type { StepGroup } from '../../canvas/graph.ts';
import type { StepShape } from './queries.ts';

type Look = { readonly icon: LucideIcon; readonly group: StepGroup };

const LOOKS: Readonly<Record<string, Look>> = {
  condition: { icon: GitBranch, group: 'flow' },
  split: { icon: Shuffle, group: 'flow' },
  experiment: { icon: FlaskConical, group: 'flow' },
  cap: { icon: Split, group: 'flow' },
  wait: { icon: Clock, group: 'flow' },
  'wait-for': { icon: MousePointerClick, group: 'flow' },
  email: { icon: Mail, group: 'channel' },
  'update-profile': { icon: UserRoundPen, group: 'data' },
  http: { icon: Globe, group: 'data' },
  lookup: { icon: Search, group: 'data' },
  parallel: { icon: GitFork, group: 'flow' },
  join: { icon: Merge, group: 'flow' },
  jump: { icon: ArrowRightLeft, group: 'flow' },
  end: { icon: Flag, group: 'flow' },
};

export function lookOf(type: string): Look {
  return LOOKS[type] ?? { icon: Flag, group: 'flow' };
}

/** A name of a file as one would write it on a label: `comes-back` is “Comes back”. */
function spoken(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isBestHour(until: unknown): boolean {
  return typeof until === 'object' && until !== null && 'best_hour' in until;
}

/** Steps as people call them, and their ways out. */
export function useStepWords() {
  const { t } = useLingui();
  const kinds: Readonly<Record<string, string>> = {
    condition: t`Choice`,
    split: t`Random split`,
    experiment: t`Experiment`,
    cap: t`The first so many`,
    wait: t`Wait`,
    'wait-for': t`Wait for something`,
    email: t`Email`,
    'update-profile': t`Update profile`,
    http: t`Call`,
    lookup: t`Look up`,
    parallel: t`Branches`,
    join: t`Branches meet`,
    jump: t`Into a journey`,
    end: t`End`,
  };
  const outlets: Readonly<Record<string, string>> = {
    refused: t`not sent`,
    failed: t`failed`,
    'timed-out': t`nothing in time`,
    happened: t`happened`,
    holdout: t`held out`,
    else: t`others`,
  };
  const sent: Readonly<Record<string, string>> = {
    email: t`sent`,
    wait: t`waited`,
    http: t`answered`,
    lookup: t`found`,
    cap: t`let through`,
    'update-profile': t`updated`,
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const detailOf = ({ type, settings, outlets: ways }: StepShape): string => {
    const { template, endpoint, table, journey, until, event, message, audience } = settings;
    const waits = settings.for;
    switch (type) {
      case 'email':
        return t`Template “${text(template) ?? ''}”`;
      case 'wait':
        if (waits !== undefined) return text(waits) ?? '';
        return isBestHour(until) ? t`Until their best hour` : (text(until) ?? t`Until a time`);
      case 'wait-for': {
        const what = text(event) ?? text(audience) ?? text(message) ?? t`One of several`;
        const limit = text(settings.timeout);
        return limit === undefined ? what : t`${what}, ${limit} at most`;
      }
      case 'http':
        return text(endpoint) ?? text(settings.url) ?? '';
      case 'lookup':
        return text(table) ?? '';
      case 'jump':
        return text(journey) ?? '';
      case 'condition':
      case 'split':
      case 'experiment':
      case 'parallel':
        return t`${ways.length} ways`;
      default:
        return '';
    }
  };
  return {
    kindOf: (type: string) => kinds[type] ?? type,
    titleOf: ({ label, node }: Pick<StepShape, 'label' | 'node'>) => label ?? spoken(node),
    /** What sets it apart from others of its kind, or else the kind. */
    detailOf: (step: StepShape) => detailOf(step) || (kinds[step.type] ?? step.type),
    outletOf: (type: string, name: string) => (name === 'next' ? (sent[type] ?? '') : (outlets[name] ?? name)),
  };
}
