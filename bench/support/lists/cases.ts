import { type CursorValue, encodeCursor } from '../../../src/api/pagination.ts';
import { LONG } from './people.ts';
import { BIG_RUN, BIG_SEND } from './sends.ts';

type Query = Readonly<Record<string, string | number>>;

/** One way in which a list, or what stands beside lists, is asked for. */
export type Case = {
  /** As in the OpenAPI document. */
  readonly route: string;
  /** What is asked of it. */
  readonly name: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Query;
  /** So long the same answer is given to everybody: it is asked for less often than that. */
  readonly sharedMs?: number;
};

/** A list with its filters, each from its first page, and its pages in the middle and at the end. */
type List = {
  readonly route: string;
  readonly params?: Case['params'];
  /** Of every request. */
  readonly query?: Query;
  readonly filters?: Readonly<Record<string, Query>>;
  /** Sort keys of rows, behind which a page begins. */
  readonly middle?: readonly CursorValue[];
  readonly last?: readonly CursorValue[];
};

const DAY_MS = 86_400_000;
const SOMEBODY = 1_207;

export function casesOf(people: number, now: number): Case[] {
  return [...listsOf(people, now).flatMap(casesOfList), ...BESIDE];
}

function casesOfList({ route, params, query = {}, filters = {}, middle, last }: List): Case[] {
  const of = (name: string, more: Query): Case => ({
    route,
    name,
    ...(params && { params }),
    query: { ...query, ...more },
  });
  return [
    of('first page', {}),
    ...(middle ? [of('in the middle', { after: encodeCursor(middle) })] : []),
    ...(last ? [of('last page', { after: encodeCursor(last) })] : []),
    ...Object.entries(filters).map(([name, filter]) => of(name, filter)),
  ];
}

function listsOf(people: number, now: number): List[] {
  const half = Math.floor(people / 2);
  return [
    ...peopleLists(people, now),
    ...sendLists(people, half),
    ...journeyLists(),
    ...recordLists(half),
    ...definitionLists(),
  ];
}

function peopleLists(people: number, now: number): List[] {
  const long = { namespace: 'customer_id', value: LONG };
  const someone = Math.floor(people / 3);
  return [
    {
      route: '/api/profiles',
      middle: [128, 0],
      last: [255, people - 100],
      filters: {
        'beginning of an address that many have': { search: 'person' },
        'the same, one letter': { search: 'a' },
        'an address': { search: `Ann${someone - (someone % 4) + 1}@` },
        'an identity': { search: String(someone) },
        'an identity of another kind': { search: `browser-${someone - (someone % 2)}` },
        'what nobody has': { search: 'nobody-at-all' },
      },
    },
    {
      route: '/api/profiles/{namespace}/{value}/timeline',
      params: long,
      middle: [now - 360 * DAY_MS, 1, 0],
      last: [now - 720 * DAY_MS, 1, 0],
      filters: {
        messages: { show: 'messages' },
        'not sent': { show: 'not-sent' },
        events: { show: 'events' },
      },
    },
    {
      route: '/api/identity-conflicts',
      middle: [now - 20 * DAY_MS, 0, 0, '', ''],
      last: [now - 41 * DAY_MS, 0, 0, '', ''],
    },
    { route: '/api/suppressions', middle: ['gone5'], last: ['gone99999'] },
    {
      route: '/api/audiences/{key}/members',
      params: { key: 'everybody' },
      query: { limit: 20 },
      middle: [128, 0],
      last: [255, people - 1000],
    },
    { route: '/api/audiences/{key}/members', params: { key: 'saved' }, middle: [128, 0], last: [255, people - 1000] },
    {
      route: '/api/audiences/{key}/members',
      params: { key: 'computed' },
      middle: [128, 0],
      last: [255, people - 1000],
    },
    {
      route: '/api/audiences/{key}/changes',
      params: { key: 'everybody' },
      middle: [now - 20 * DAY_MS, 128, 0, ''],
      last: [now - 59 * DAY_MS, 0, 0, ''],
    },
  ];
}

function sendLists(people: number, half: number): List[] {
  const messages = {
    middle: [half],
    last: [people - 10],
    filters: {
      sent: { state: 'sent' },
      queued: { state: 'queued' },
      sending: { state: 'sending' },
      'left out': { state: 'excluded' },
      'a rare reason': { state: 'excluded', reason: 'suppressed' },
      'behind what is settled': { after: encodeCursor([2_000_100]) },
    },
  };
  const run = { key: 'spring', run_id: BIG_RUN };
  return [
    { route: '/api/sends', middle: [450], last: [20], filters: { 'of a run': { run_id: BIG_RUN } } },
    { route: '/api/sends/{send_id}/recipients', params: { send_id: BIG_SEND }, ...messages },
    {
      route: '/api/campaigns/{key}/runs/{run_id}/sends/{send_id}/recipients',
      params: { ...run, send_id: BIG_SEND },
      ...messages,
    },
    {
      route: '/api/messages',
      middle: [5_000_000 + half],
      last: [5_000_060],
      filters: {
        'of a template': { template: 'receipt-3' },
        'marketing, left out': { lane: 'campaign', state: 'excluded' },
        'a rare reason': { reason: 'suppressed' },
        'that wait': { state: 'queued' },
        'of a person': { search: 'Ann1001@' },
        'of people whose addresses begin so': { search: 'person' },
        'of nobody': { search: 'nobody-at-all' },
      },
    },
    { route: '/api/message-templates', last: ['receipt-8', 'campaign'] },
    {
      route: '/api/journeys/{key}/recipients',
      params: { key: 'welcome' },
      middle: [4_050_000],
      filters: { 'of a step': { node: 'mail' }, sent: { state: 'sent' }, queued: { state: 'queued' } },
    },
    {
      route: '/api/campaigns/{key}/runs/{run_id}/transitions/{activity}/{outlet}/rows',
      params: { ...run, activity: 'people', outlet: 'next' },
    },
    {
      route: '/api/campaigns/{key}/runs/{run_id}/log',
      params: run,
      middle: [50_000],
      filters: { 'of a step': { activity: 'mail' } },
    },
    { route: '/api/campaigns/{key}/runs', params: { key: 'spring' } },
    { route: '/v1/mailings', middle: [250] },
    {
      route: '/api/sandbox/messages',
      middle: [25_000, 0],
      last: [100, 0],
      filters: {
        'of a send': { send_id: BIG_SEND },
        'beginning of an address that many have': { search: 'person' },
        'an address': { search: 'bob22' },
        'what nobody has': { search: 'nobody-at-all' },
        'a recipient': { recipient: 'BOB1002@example.com' },
      },
    },
  ];
}

function journeyLists(): List[] {
  return [
    { route: '/api/journeys', middle: ['welcome-300'], last: ['welcome-98'] },
    {
      route: '/api/journeys/{key}/people',
      params: { key: 'welcome' },
      middle: [128, 0],
      last: [255, 1],
      filters: {
        'at a step with nearly all': { node: 'rest' },
        'at a step with few': { node: 'rare' },
        'at a parallel step': { node: 'left' },
        'at its second branch': { node: 'right' },
        'at a step with nobody': { node: 'joined' },
        'far on at a step with few': { node: 'rare', after: encodeCursor([200, 0]) },
      },
    },
    { route: '/api/journeys/{key}/reads', params: { key: 'welcome' }, middle: [2_500], last: [20] },
  ];
}

function recordLists(half: number): List[] {
  return [
    {
      route: '/api/dead-letters',
      middle: [Math.floor(half / 10)],
      filters: {
        'not read again': { replayed: 'false' },
        'not read again, of a source': { replayed: 'false', source: 'source 1' },
        'of a source': { source: 'source 1' },
        'of a source with few': { source: 'source 2' },
        'of a source with none': { source: 'source nowhere' },
        'a rare reason': { reason: 'too_large' },
        'a rare reason, not read again': { reason: 'too_large', replayed: 'false' },
      },
    },
    { route: '/api/imports', middle: [10_000], last: [40] },
    { route: '/api/imports/{import_id}/rejects', params: { import_id: 1 }, middle: [Math.floor(half / 10), 'email'] },
    {
      route: '/api/tables/{key}/rows',
      params: { key: 'orders' },
      middle: [String(half)],
      last: [String(half * 2 - 10)],
    },
    { route: '/api/tables/{key}/rows', params: { key: 'prices' }, middle: ['shop-5', '3'], last: ['shop-9', '100'] },
    { route: '/api/audit', middle: [Math.floor(half / 4)] },
    { route: '/api/keys', middle: [500] },
    { route: '/api/sources', middle: [250] },
    { route: '/api/unknown-keys' },
    { route: '/api/webhooks', middle: [250] },
    { route: '/api/webhooks/{webhook_id}/deliveries', params: { webhook_id: 1 }, middle: [Math.floor(half / 4)] },
  ];
}

function definitionLists(): List[] {
  return [
    { route: '/api/audiences', middle: ['everybody-300'] },
    {
      route: '/api/campaigns',
      middle: ['spring-300'],
      filters: {
        'of a state': { state: 'waiting' },
        'drafts alone': { state: 'draft' },
        archived: { archived: 'true' },
      },
    },
    {
      route: '/api/definitions',
      middle: ['journey', 'welcome-300'],
      filters: { 'of a kind': { kind: 'template' }, 'a thousand, for the palette': { limit: 1_000 } },
    },
    { route: '/api/definitions/{kind}/{key}/versions', params: { kind: 'template', key: 'spring' }, middle: [250] },
  ];
}

/** What screens show beside lists. */
const BESIDE: readonly Case[] = [
  { route: '/api/overview', name: 'everything that happens now', sharedMs: 1_000 },
  { route: '/api/live', name: 'until the first news' },
  {
    route: '/api/profiles/{namespace}/{value}',
    name: 'a person',
    params: { namespace: 'customer_id', value: SOMEBODY },
  },
  {
    route: '/api/profiles/{namespace}/{value}',
    name: 'a long history',
    params: { namespace: 'customer_id', value: LONG },
  },
  {
    route: '/api/profiles/{namespace}/{value}',
    name: 'by an address',
    params: { namespace: 'email', value: 'ann5@example.org' },
  },
  { route: '/api/profiles/{namespace}/{value}', name: 'by number', params: { namespace: 'id', value: SOMEBODY } },
  { route: '/api/audiences/{key}', name: 'one', params: { key: 'everybody' } },
  { route: '/api/audiences/{key}/count', name: 'of members that are kept', params: { key: 'everybody' } },
  { route: '/api/audiences/{key}/count', name: 'of saved members', params: { key: 'saved' } },
  {
    route: '/api/audiences/{key}/history',
    name: '30 days',
    params: { key: 'everybody' },
    query: { days: 30, zone: 'Europe/Paris' },
  },
  { route: '/api/sends/{send_id}', name: 'one', params: { send_id: BIG_SEND } },
  { route: '/api/sends/{send_id}/reactions', name: 'by hour', params: { send_id: BIG_SEND }, query: { every: 'hour' } },
  { route: '/api/sends/{send_id}/reactions', name: 'by day', params: { send_id: BIG_SEND }, query: { every: 'day' } },
  { route: '/api/campaigns/{key}', name: 'one', params: { key: 'spring' } },
  { route: '/api/campaigns/{key}/runs/{run_id}', name: 'one', params: { key: 'spring', run_id: BIG_RUN } },
  { route: '/api/campaigns/{key}/runs/{run_id}/tasks', name: 'one', params: { key: 'spring', run_id: BIG_RUN } },
  { route: '/api/journeys/{key}', name: 'one', params: { key: 'welcome' } },
  { route: '/api/journeys/{key}/report', name: 'one', params: { key: 'welcome' } },
  { route: '/api/journeys/{key}/versions', name: 'one', params: { key: 'welcome' } },
  {
    route: '/api/journeys/{key}/people/{namespace}/{value}',
    name: 'a trace',
    params: { key: 'welcome', namespace: 'customer_id', value: SOMEBODY },
  },
  { route: '/api/tables', name: 'all' },
  { route: '/api/tables/{key}', name: 'one', params: { key: 'orders' } },
  { route: '/api/channels', name: 'all' },
  { route: '/api/users', name: 'all' },
  { route: '/api/sources/{source_id}/recent', name: 'one', params: { source_id: 1 } },
];
