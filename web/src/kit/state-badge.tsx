import { Badge, type MantineColor } from '@mantine/core';
import { Check, CircleAlert, CircleDot, Clock, FlaskConical, type LucideIcon, Pause, Square } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a state means for the eye: colour only for what lives, waits for a person, went wrong or is not real. */
export type Tone = 'live' | 'waiting' | 'wrong' | 'unreal' | 'paused' | 'done' | 'quiet';

const LOOKS: Record<Tone, { readonly color: MantineColor; readonly icon: LucideIcon }> = {
  live: { color: 'teal', icon: CircleDot },
  waiting: { color: 'brass', icon: Clock },
  wrong: { color: 'red', icon: CircleAlert },
  unreal: { color: 'violet', icon: FlaskConical },
  paused: { color: 'gray', icon: Pause },
  done: { color: 'gray', icon: Check },
  quiet: { color: 'gray', icon: Square },
};

/** A state, always as a word and a shape too. */
export function StateBadge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const { color, icon: Icon } = LOOKS[tone];
  return (
    <Badge color={color} leftSection={<Icon size={12} aria-hidden />}>
      {children}
    </Badge>
  );
}
