import { describePassage, eventsOf, type JourneyDefinition } from '../../core/journeys/index.ts';
import type { Json, JsonObject, LanguageCode } from '../../core/kernel/index.ts';
import { messageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import { findBody, type JourneyView, showJourney } from '../journeys/index.ts';
import {
  type InstanceRow,
  type MessageRow,
  type PersonRow,
  type StepRow,
  selectInstances,
  selectMessages,
  selectPeople,
  selectSteps,
} from './store.ts';
import { findTest, summaryOf, type TestAddress, type TestSummary } from './summary.ts';

const INSTANCES_MAX = 200;
const STEPS_MAX = 5_000;

export type TestInstance = {
  readonly profile_id: number;
  readonly instance_id: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held' | 'ended';
  readonly entered_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  /** Where it stands, what it waits for there, and until when at most. */
  readonly standing: readonly { readonly node: string; readonly awaits: string; readonly due_at: Date | null }[];
  readonly entry: JsonObject;
  readonly results: Readonly<Record<string, Json>>;
  /** Every passage in order, with what was found out and what went wrong. */
  readonly log: readonly (Omit<StepRow, 'instance_id'> & { readonly words: string })[];
  readonly messages: readonly TestMessage[];
};

export type TestMessage = Omit<MessageRow, 'message_id' | 'in_mailbox'> & {
  readonly id: string;
  readonly node: string;
  /** Its id in the sandbox's mailbox, if it is there. */
  readonly mailbox: string | null;
};

export type TestView = TestSummary & {
  /** The counters of every step, of this test alone. */
  readonly nodes: JourneyView['nodes'];
  readonly entered: number;
  readonly refused_by: Readonly<Record<string, number>>;
  readonly ended_by: Readonly<Record<string, number>>;
  /** The events that the version itself names. */
  readonly events: readonly string[];
  readonly who: readonly (Pick<PersonRow, 'email' | 'identities'> & { readonly profile_id: number })[];
  /** The newest first. */
  readonly instances: readonly TestInstance[];
};

/** A test as it stands: its counters, its people, and everything that happened to each. @throws AppError `not_found`. */
export async function showTest(
  ctx: Context,
  address: TestAddress & { readonly language?: LanguageCode | undefined },
): Promise<TestView> {
  const row = await findTest(ctx.db, address);
  const key = row.journey_key;
  const version = { key, version: row.version };
  const { nodes, entered, refused_by, ended_by } = await showJourney(ctx, {
    ...version,
    exact: true,
    language: address.language,
  });
  const [people, instances, body] = await Promise.all([
    selectPeople(ctx.db, key),
    selectInstances(ctx.db, key, INSTANCES_MAX),
    findBody(ctx.db, version),
  ]);
  const steps = instances.length === 0 ? [] : await selectSteps(ctx.db, instances, STEPS_MAX);
  const asked = instances.flatMap(({ bucket, messages }) =>
    Object.values(messages).flatMap((ids) => ids.map((messageId) => ({ bucket, messageId }))),
  );
  const found = asked.length === 0 ? [] : await selectMessages(ctx.db, asked);
  const messages = new Map(found.map((message) => [message.message_id, message]));
  return {
    ...summaryOf(row),
    ...{ nodes, entered, refused_by, ended_by },
    events: body === undefined ? [] : eventsOf(body),
    who: people.map(({ profileId, email, identities }) => ({ profile_id: profileId, email, identities })),
    instances: instances.map((instance) => viewOf(instance, { steps, messages, body, language: address.language })),
  };
}

type Beside = {
  readonly steps: readonly StepRow[];
  readonly messages: ReadonlyMap<number, MessageRow>;
  readonly body: JourneyDefinition | undefined;
  readonly language: LanguageCode | undefined;
};

function viewOf(instance: InstanceRow, { steps, messages, body, language }: Beside): TestInstance {
  const { instance_id, instance_key, state, entered_at, ended_at, end_reason, positions, entry, results } = instance;
  return {
    profile_id: instance.profileId,
    ...{ instance_id, instance_key, state, entered_at, ended_at, end_reason, entry, results },
    standing: positions.map(({ node, awaits, dueAt }) => ({
      node,
      awaits: awaits ?? 'time',
      due_at: dueAt === undefined ? null : new Date(dueAt),
    })),
    log: steps
      .filter((step) => step.instance_id === instance_id)
      .map(({ instance_id: _, ...step }) => ({ ...step, words: wordsOf(step, body, language) })),
    messages: Object.entries(instance.messages).flatMap(([node, ids]) =>
      ids.flatMap((id) => {
        const message = messages.get(id);
        if (!message) return [];
        const { message_id: messageId, in_mailbox, ...known } = message;
        const { bucket } = instance;
        const mailbox = in_mailbox ? `${bucket}-${messageId}` : null;
        return [{ ...known, id: messageReference({ bucket, messageId }), node, mailbox }];
      }),
    ),
  };
}

function wordsOf(
  step: Omit<StepRow, 'instance_id'>,
  body: JourneyDefinition | undefined,
  language: LanguageCode | undefined,
): string {
  const { step_no: stepNo, node, at, what, outlet, detail } = step;
  const passage = {
    ...{ stepNo, node, what },
    at: at.getTime(),
    ...(outlet === null ? {} : { outlet }),
    ...(detail === null ? {} : { detail }),
  };
  return describePassage(passage, body?.steps[node], language);
}
