import { useLingui } from '@lingui/react/macro';
import {
  CircleDot,
  CircleHelp,
  Clock,
  Combine,
  CopyMinus,
  type LucideIcon,
  Mail,
  Replace,
  Save,
  Split,
  Target,
  Users,
} from 'lucide-react';
import type { StepGroup } from '../../canvas/graph.ts';

const KINDS: Readonly<Record<string, { readonly group: StepGroup; readonly icon: LucideIcon }>> = {
  'build-audience': { group: 'targeting', icon: Users },
  'read-audience': { group: 'targeting', icon: Target },
  combine: { group: 'targeting', icon: Combine },
  deduplicate: { group: 'targeting', icon: CopyMinus },
  'change-dimension': { group: 'targeting', icon: Replace },
  split: { group: 'targeting', icon: Split },
  email: { group: 'channel', icon: Mail },
  'save-audience': { group: 'data', icon: Save },
  wait: { group: 'flow', icon: Clock },
  end: { group: 'flow', icon: CircleDot },
};
const UNKNOWN = { group: 'flow', icon: CircleHelp } as const;

/** What the canvas shows of a type of activity; of one that does not exist, that. */
export function kindOf(type: string): { readonly group: StepGroup; readonly icon: LucideIcon } {
  return KINDS[type] ?? UNKNOWN;
}

/** The types of activities in the reader's language. */
export function useKindNames(): (type: string) => string {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    'build-audience': t`Build audience`,
    'read-audience': t`Read audience`,
    combine: t`Combine`,
    deduplicate: t`Deduplication`,
    'change-dimension': t`Change dimension`,
    split: t`Split`,
    email: t`Email`,
    'save-audience': t`Save audience`,
    wait: t`Wait`,
    end: t`End`,
  };
  return (type) => names[type] ?? type;
}
