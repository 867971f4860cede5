import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { AppError, type Problem, parseDuration, say } from '../../core/kernel/index.ts';
import { CallAnswers } from '../../core/simulation/index.ts';
import { plainDocument, readDocuments, type SourceDocument } from '../../services/definitions/index.ts';
import {
  answersDocument,
  readRows,
  type SimulationLimits,
  type SimulationRequest,
  type TableSnapshots,
} from '../../services/simulation/index.ts';

/** A simulation holds its people and events in memory: a server takes what leaves room for others, the terminal takes large ones. */
const LIMITS: SimulationLimits = { people: 25_000, events: 200_000, past: 1_000_000, rows: 50_000 };
const HISTORY_MS_MAX = 92 * 86_400_000;
/** What people write; whatever is larger is something else. */
const Text = z.string().min(1).max(1_000_000);

/** What a simulation is asked for over HTTP. */
export const SimulationBody = z.strictObject({
  key: Name.optional().describe('A journey or an audience: its draft if there is one'),
  version: z.number().int().positive().optional().describe('Of the journey, instead of its draft or newest version'),
  definitions: z
    .union([z.array(z.record(z.string(), z.unknown())).min(1).max(100), Text])
    .optional()
    .describe('Instead: documents that need not be saved, as objects or as a text of YAML, separated by `---`'),
  events: z
    .array(z.unknown())
    .min(1)
    .max(LIMITS.events)
    .optional()
    .describe('In the form of the Segment specification, each with a timestamp'),
  history: z.string().max(20).optional().describe('Instead: what was received in so long before now, such as 30d'),
  until: z.iso.datetime({ offset: true }).optional(),
  share: z
    .number()
    .min(0.001)
    .max(1)
    .optional()
    .describe('Of the history: of so many of its people; absent: of as many as one simulation takes'),
  follow: z.array(z.string().min(1).max(600)).max(20).default([]).describe('People to follow step by step'),
  fail_share: z.number().min(0).max(1).default(0).describe('How many messages the provider refuses'),
  answers: z
    .union([CallAnswers, Text])
    .optional()
    .describe(
      'What other systems answer, by endpoint; where nothing is said, 200 with an empty body. As an object, or a text of YAML',
    ),
  tables: z
    .record(Name, z.union([z.array(z.record(z.string(), z.json())).max(LIMITS.rows), z.string()]))
    .optional()
    .describe(
      'Rows that steps look up, instead of those of the tables as they are now: as objects, or a text of JSON lines, a JSON list or CSV',
    ),
  unasked: z
    .enum(['refuse', 'ignore'])
    .default('refuse')
    .describe('What becomes of answers and tables for which no step asks: they are mistakes, or not looked at'),
  new_consent: z.boolean().default(false).describe('People who are new are taken to have said yes to email'),
});
export type SimulationBody = z.infer<typeof SimulationBody>;

/** The request in the service's terms. @throws AppError `invalid` with field, line and column of what a text has wrong. */
export function requestOf(body: SimulationBody): SimulationRequest {
  return {
    target: targetOf(body),
    events: eventsOf(body),
    until: body.until === undefined ? undefined : Date.parse(body.until),
    follow: body.follow,
    failures: Math.round(body.fail_share * 1_000),
    answers: answersOf(body),
    tables: tablesOf(body),
    unasked: body.unasked,
    thousandths: body.share === undefined ? 'fit' : Math.round(body.share * 1_000),
    newConsent: body.new_consent,
    limits: LIMITS,
  };
}

function targetOf({ key, version, definitions }: SimulationBody): SimulationRequest['target'] {
  if (key !== undefined && definitions === undefined) return { key, version };
  if (definitions === undefined || key !== undefined) {
    throw new AppError('invalid', say('Give either the key of a definition or definitions.'));
  }
  const documents =
    typeof definitions === 'string'
      ? of('definitions', () => readDocuments(definitions))
      : definitions.map(plainDocument);
  return { documents: documents.map((document, index) => placedIn(`definitions.${index}`, document)) };
}

function answersOf({ answers }: SimulationBody): SourceDocument | undefined {
  if (answers === undefined) return undefined;
  return of('answers', () =>
    placedIn('answers', typeof answers === 'string' ? answersDocument(answers) : plainDocument(answers)),
  );
}

function tablesOf({ tables = {} }: SimulationBody): TableSnapshots {
  const rows = Object.entries(tables).map(([key, given]) => {
    return [key, typeof given === 'string' ? of(`tables.${key}`, () => readRows(given)) : given] as const;
  });
  return Object.fromEntries(rows);
}

function eventsOf({ events, history }: SimulationBody): SimulationRequest['events'] {
  if (events !== undefined && history === undefined) return { list: events };
  const historyMs = history === undefined || events !== undefined ? undefined : parseDuration(history);
  if (historyMs === undefined || historyMs <= 0 || historyMs > HISTORY_MS_MAX) {
    throw new AppError('invalid', say('Give either events, or a history such as 30d of at most 92 days.'));
  }
  return { historyMs };
}

/** The field of the request comes first in the path of whatever is wrong with its text. */
function of<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problems = error.problems.map((problem): Problem => within(field, problem));
    throw new AppError(error.code, error.wording, { problems, cause: error });
  }
}

function placedIn(field: string, document: SourceDocument): SourceDocument {
  return { ...document, place: (problem) => within(field, document.place(problem)) };
}

function within<P extends { readonly path: string }>(field: string, problem: P): P {
  return { ...problem, path: problem.path === '' ? field : `${field}.${problem.path}` };
}
