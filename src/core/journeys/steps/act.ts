import { z } from 'zod';
import { ConsentMode } from '../../consent/index.ts';
import { ColumnName, Name } from '../../data/index.ts';
import { SendSettings } from '../../deliveries/index.ts';
import { worded } from '../../kernel/index.ts';
import { ConsentInput } from '../../profiles/index.ts';
import { Duration } from '../time.ts';
import { type Outlet, outlet, StepSettings, Target } from './step.ts';

/** JSON whose texts may hold Liquid; a text that is one lone `{{ path }}` becomes the value itself, whatever its type. */
export const Value = z.json();

/** Sends a template to the person. */
export const Email = z.strictObject({
  type: z.literal('email'),
  ...StepSettings,
  template: Name,
  channel: Name.exactOptional().describe('The key of a channel; may be left out when there is only one'),
  topic: Name.exactOptional().describe('What consent is asked for; absent: the channel as a whole'),
  consent: ConsentMode.default('opt-in').describe(
    'opt-in: only who said yes. opt-out: all but who said no. none: everyone',
  ),
  data: z.record(ColumnName, Value).default({}).describe('What the template reads as row.name beside the entry'),
  address: z.string().max(500).exactOptional().describe('Liquid; absent: the address of the profile'),
  send: SendSettings.prefault({}).describe('How the messages behave'),
  next: Target.exactOptional(),
  refused: Target.exactOptional().describe('It was decided not to send: no consent, no address, suppressed'),
  failed: Target.exactOptional().describe('The provider did not take it; the step waits to hear so'),
  else: Target.exactOptional().describe('refused and failed alike; absent: next'),
});
export type Email = z.infer<typeof Email>;

/** Changes the profile; what follows sees the change. */
export const UpdateProfile = z.strictObject({
  type: z.literal('update-profile'),
  ...StepSettings,
  set: z.record(ColumnName, Value).default({}).describe('Traits and columns; null clears'),
  consents: z.array(ConsentInput).max(20).default([]),
  next: Target.exactOptional(),
});
export type UpdateProfile = z.infer<typeof UpdateProfile>;

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Calls another system. Its answer is `results.<step>`: { status, body }. */
export const Http = z.strictObject({
  type: z.literal('http'),
  ...StepSettings,
  endpoint: Name.exactOptional().describe('An endpoint that was defined, with its host, secrets and limits'),
  path: z
    .string()
    .max(2_000)
    .startsWith('/', worded('must begin with /'))
    .exactOptional()
    .describe('Behind the endpoint'),
  url: z.string().max(2_000).exactOptional().describe('Where there is no endpoint: the whole address'),
  method: z.enum(METHODS).default('POST'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, worded('must be the name of a header')), z.string())
    .default({}),
  query: z.record(z.string().min(1).max(200), z.string()).default({}),
  body: Value.exactOptional(),
  timeout: Duration.default('10s').describe('1 to 30 seconds'),
  retries: z.number().int().min(0).max(3).default(3),
  next: Target.exactOptional(),
  failed: Target.exactOptional(),
  'timed-out': Target.exactOptional(),
  else: Target.exactOptional().describe('failed and timed-out alike; absent: the branch ends there'),
});
export type Http = z.infer<typeof Http>;

/** Reads one row of a table; it is `results.<step>`. */
export const Lookup = z.strictObject({
  type: z.literal('lookup'),
  ...StepSettings,
  table: Name,
  key: z.record(ColumnName, Value).describe('A value for each column of the primary key'),
  next: Target.exactOptional(),
  else: Target.exactOptional().describe('There is no such row; absent: next, with nothing in results'),
});
export type Lookup = z.infer<typeof Lookup>;

/** Lets the person into another journey too. */
export const Jump = z.strictObject({
  type: z.literal('jump'),
  ...StepSettings,
  journey: Name,
  instance: z.string().max(500).exactOptional().describe('Liquid: the instance key there'),
  data: z.record(z.string().min(1).max(200), Value).default({}).describe("Added to this entry's data"),
  next: Target.exactOptional(),
});
export type Jump = z.infer<typeof Jump>;

/** Who gets no message goes on as everyone does, unless the step says otherwise. */
export function emailOutlets(step: Email): Outlet[] {
  return [outlet('next', step.next), emailOutlet(step, 'refused'), emailOutlet(step, 'failed')];
}

function emailOutlet(step: Email, name: 'refused' | 'failed'): Outlet {
  if (step[name] !== undefined) return outlet(name, step[name]);
  return step.else === undefined ? outlet(name, step.next, 'next') : outlet(name, step.else, 'else');
}

export function httpOutlets(step: Http): Outlet[] {
  return [outlet('next', step.next), httpOutlet(step, 'failed'), httpOutlet(step, 'timed-out')];
}

function httpOutlet(step: Http, name: 'failed' | 'timed-out'): Outlet {
  return step[name] === undefined ? outlet(name, step.else, 'else') : outlet(name, step[name]);
}

export function lookupOutlets(step: Lookup): Outlet[] {
  return [outlet('next', step.next), outlet('else', step.else ?? step.next, step.else === undefined ? 'next' : 'else')];
}
