import type { JourneyInstance } from '../../core/journeys/index.ts';

/** What of an instance has a column of its own. */
type Column =
  | 'instanceId'
  | 'journeyKey'
  | 'version'
  | 'instanceKey'
  | 'state'
  | 'dryRun'
  | 'enteredAt'
  | 'endedAt'
  | 'endReason';

const COLUMNS: Readonly<Record<Column, undefined>> = {
  instanceId: undefined,
  journeyKey: undefined,
  version: undefined,
  instanceKey: undefined,
  state: undefined,
  dryRun: undefined,
  enteredAt: undefined,
  endedAt: undefined,
  endReason: undefined,
};

/** An instance as its row has it, without whose it is. */
export type InstanceColumns = {
  readonly instance_id: number;
  readonly journey_key: string;
  readonly version: number;
  readonly instance_key: string;
  readonly state: JourneyInstance['state'];
  readonly dry_run: boolean;
  readonly body: Omit<JourneyInstance, Column>;
  readonly entered_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
};

/** The row's body becomes it: what was just read belongs to nobody else. */
export function instanceOf(row: InstanceColumns): JourneyInstance {
  return Object.assign(row.body, {
    instanceId: row.instance_id,
    journeyKey: row.journey_key,
    version: row.version,
    instanceKey: row.instance_key,
    state: row.state,
    dryRun: row.dry_run,
    enteredAt: row.entered_at.getTime(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.getTime() }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
  });
}

/** The JSON of all that has no column. What an event or a step is called like a column is no column: only the top is looked at. */
export function bodyOf(instance: JourneyInstance): string {
  return JSON.stringify({ ...instance, ...COLUMNS });
}

/** The steps where it stands, apart by spaces, which the name of a step has none of. */
export function nodesOf({ positions }: JourneyInstance): string | null {
  return positions.length === 0 ? null : positions.map(({ node }) => node).join(' ');
}
