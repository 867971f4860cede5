import { judgeRecipient } from '../deliveries/index.ts';
import type { Effect, JourneyInstance, Outcome } from '../journeys/index.ts';
import { changeConsents, changeProfile, type Desk, hasSlot, isSuppressed, judge, movesOf, takeSlot } from './desk.ts';
import type { EngineJourney } from './journey-index.ts';
import { readUpdate } from './profile-patch.ts';

type Wanted = {
  readonly journey: EngineJourney;
  readonly instance: JourneyInstance;
  readonly effect: Effect;
  readonly depth: number;
};

/** Carries out what a step wants, as far as that changes what is known now; answers what became of it. In a dry run nothing leaves. */
export function applyEffect(desk: Desk, wanted: Wanted): Outcome | undefined {
  const { instance, effect, depth } = wanted;
  const { bucket, profileId } = desk.person;
  const { instanceId, dryRun } = instance;
  switch (effect.kind) {
    case 'send':
      return dryRun ? { kind: 'queued', messageId: undefined } : send(desk, { ...wanted, effect });
    case 'update-profile':
      if (!dryRun) updateProfile(desk, { ...wanted, effect });
      return { kind: 'applied' };
    case 'call':
      if (!dryRun) {
        desk.calls.push({ bucket, profileId, instanceId, callKey: effect.key, request: effect.request });
      }
      return undefined;
    case 'lookup': {
      const item = { kind: 'lookup', instanceId, callKey: effect.key, question: effect.question } as const;
      desk.inbox.push({ bucket, profileId, item });
      return undefined;
    }
    case 'enter': {
      const { journey, instanceKey, data } = effect;
      const input = { kind: 'enter', journey, instanceKey, data, by: 'jump' } as const;
      if (!dryRun) desk.queue.push({ input, depth: depth + 1, mayEnter: true });
      return { kind: 'applied' };
    }
    case 'count': {
      const taken = dryRun || hasSlot(desk, effect.name, effect.limit);
      if (taken && !dryRun) takeSlot(desk, effect.name, 1);
      return { kind: 'slot', taken };
    }
  }
}

type Send = Wanted & { readonly effect: Extract<Effect, { kind: 'send' }> };

/** The message is judged now: the step knows at once whether it is refused. */
function send(desk: Desk, { journey, instance, effect }: Send): Outcome {
  const settings = desk.journeys.send(journey, effect.node);
  if (!settings) throw new Error(`The step "${effect.node}" sends nothing that delivery knows of.`);
  const { bucket, profileId, profile, consents, suppressed } = desk.person;
  const address = effect.address ?? profile.email;
  const verdict = judgeRecipient({
    address,
    suppressed:
      address === profile.email ? suppressed.has(effect.channel) : isSuppressed(desk, effect.channel, address),
    consents,
    send: { channel: effect.channel, topic: settings.topic ?? '', consent: settings.consent },
  });
  const messageId = desk.room.ids.message.take();
  desk.messages.push({
    bucket,
    profileId,
    instanceId: instance.instanceId,
    messageId,
    journeyKey: journey.graph.key,
    version: journey.graph.version,
    node: effect.node,
    send: settings,
    data: effect.data,
    awaited: effect.awaited,
    address: address ?? null,
    outcome: verdict,
  });
  return verdict.kind === 'queue' ? { kind: 'queued', messageId } : { kind: 'refused', reason: verdict.reason };
}

type Update = Wanted & { readonly effect: Extract<Effect, { kind: 'update-profile' }> };

/** The person changes now: the next step sees it, and so do audiences and whoever waits for them. */
function updateProfile(desk: Desk, { journey, effect, depth }: Update): void {
  const names = changeProfile(desk, readUpdate(desk.person, effect));
  const consents = changeConsents(desk, effect.consents);
  if (names.length === 0 && !consents) return;
  const moves = judge(desk, { traits: new Set(names), consents }, 'profile');
  const only = journey.graph.test && journey.graph.key;
  desk.queue.push({ input: { kind: 'profile' }, depth: depth + 1, mayEnter: false, only });
  for (const move of movesOf(desk, moves, depth + 1, only)) desk.queue.push(move);
}
