import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUN_MOVES, RunState, TaskState } from '../../src/core/campaigns/index.ts';
import { MessageState, SendState } from '../../src/core/deliveries/index.ts';
import { InstanceState, VERSION_MOVES, VersionState } from '../../src/core/journeys/index.ts';
import { ROOT } from './sources.ts';

/**
 * A state machine lives in three places that must agree: a union in core, a CHECK constraint, a diagram in docs/.
 * A new machine gets a line here. The diagram is a mermaid block with the comment "%% <name>" in it.
 */
const MACHINES: { readonly name: string; readonly union: readonly string[]; readonly columns: readonly string[] }[] = [
  { name: 'campaign_run.state', union: RunState.options, columns: ['campaign_run.state'] },
  { name: 'campaign_task.state', union: TaskState.options, columns: ['campaign_task.state'] },
  { name: 'journey_version.state', union: VersionState.options, columns: ['journey_version.state'] },
  { name: 'send.state', union: SendState.options, columns: ['send.state'] },
  // A message moves from the outbox to the log when it is settled.
  { name: 'message.state', union: MessageState.options, columns: ['outbox.state', 'message.state'] },
  { name: 'journey_instance.state', union: InstanceState.options, columns: ['journey_instance.state'] },
];

const schema = readFileSync(join(ROOT, 'schema.sql'), 'utf8');
const diagrams = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => [...readFileSync(join(ROOT, 'docs', name), 'utf8').matchAll(/```mermaid\n([\s\S]*?)```/g)])
  .map((match) => match[1] ?? '');

for (const { name, union, columns } of MACHINES) {
  test(`${name}: the union in core is what the database allows`, () => {
    expect(columns.flatMap(allowedValues).sort()).toEqual([...union].sort());
  });

  test(`${name}: the diagram in docs shows exactly these states`, () => {
    const diagram = diagrams.find((text) => text.includes(`%% ${name}\n`));
    expect(diagram, `a mermaid block in docs/ with the line "%% ${name}"`).toBeDefined();
    expect(statesOf(diagram ?? '').sort()).toEqual([...union].sort());
  });
}

for (const { name, moves } of [
  { name: 'campaign_run.state', moves: RUN_MOVES },
  { name: 'journey_version.state', moves: VERSION_MOVES },
]) {
  test(`${name}: the arrows of the diagram are the moves that core makes`, () => {
    const diagram = diagrams.find((text) => text.includes(`%% ${name}\n`)) ?? '';
    const arrows = [...diagram.matchAll(/^\s*(\w+) --> (\w+): (.*)$/gm)].flatMap((match) =>
      (match[3] ?? '').split(', ').map((input) => `${match[1]} --> ${match[2]}: ${input}`),
    );
    const made = Object.entries(moves).flatMap(([from, inputs]) =>
      Object.entries(inputs).map(([input, to]) => `${from} --> ${to}: ${input}`),
    );
    expect(arrows.sort()).toEqual(made.sort());
  });
}

/** The values of `check (column in (...))`, as PostgreSQL writes it down. */
function allowedValues(column: string): string[] {
  const [table, name] = column.split('.');
  const definition = new RegExp(`create table ${table} \\(([\\s\\S]*?)\\n\\)`).exec(schema)?.[1] ?? '';
  const list = new RegExp(`CHECK \\(\\(${name} = ANY \\(ARRAY\\[([^\\]]*)\\]\\)\\)\\)`).exec(definition)?.[1] ?? '';
  return [...list.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
}

/** The names at both ends of every arrow of a stateDiagram. */
function statesOf(diagram: string): string[] {
  const ends = [...diagram.matchAll(/^\s*(\S+)\s*-->\s*([^\s:]+)/gm)].flatMap((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]);
  return [...new Set(ends)].filter((state) => state !== '[*]');
}
