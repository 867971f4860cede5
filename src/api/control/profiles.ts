import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ProfileInput } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { deletePerson, exportPerson, listConflicts, mergePeople } from '../../services/identity/index.ts';
import { mustNotCompute } from '../../services/live/index.ts';
import { awaitInbox, getProfile, listProfiles, upsertProfiles } from '../../services/profiles/index.ts';
import { observedEventNames } from '../../services/tables/index.ts';
import { observeTraits } from '../../services/traits/index.ts';
import { CursorInstant, PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { linesFile } from '../rows-file.ts';
import { personTimelineRoutes } from './person-timeline.ts';

const INPUTS_MAX = 1_000;

const Profile = z.object({
  bucket: z.number(),
  profile_id: z.number(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  locale: z.string().nullable(),
  time_zone: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  created_at: z.date(),
  updated_at: z.date(),
});
const ProfileView = Profile.extend({
  id: z.number().describe('The number of the profile'),
  computed: z
    .array(
      z.object({
        trait: z.string(),
        name: z.string().nullable().describe('Of the definition'),
        version: z.number().int(),
        published_at: z.date(),
      }),
    )
    .readonly()
    .describe('Which of the traits are computed, and the definition in force'),
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })).readonly(),
  consents: z
    .array(
      z.object({
        channel: z.string(),
        topic: z.string(),
        status: z.enum(['granted', 'refused']),
        source: z.string(),
        updated_at: z.date(),
      }),
    )
    .readonly(),
  audiences: z.array(z.object({ audience_key: z.string(), since: z.date() })).readonly(),
  devices: z
    .array(z.object({ token: z.string(), platform: z.string(), first_at: z.date(), last_at: z.date() }))
    .readonly(),
  groups: z
    .array(z.object({ group_key: z.string(), traits: z.record(z.string(), z.unknown()), since: z.date() }))
    .readonly(),
  journeys: z
    .array(
      z.object({
        instance_id: z.number(),
        journey_key: z.string(),
        journey_name: z.string().nullable(),
        version: z.number(),
        instance_key: z.string(),
        state: z.enum(['active', 'held']),
        steps: z.array(z.string()).readonly().describe('Where the person stands in it'),
        entered_at: z.date(),
        wake_at: z.date().nullable(),
      }),
    )
    .readonly(),
  events: z
    .array(
      z.object({
        name: z.string(),
        occurred_at: z.date(),
        properties: z.record(z.string(), z.unknown()),
        source: z.string(),
      }),
    )
    .readonly(),
  messages: z
    .array(
      z.object({
        message_id: z.number(),
        send_id: z.number(),
        template_key: z.string().nullable(),
        address: z.string().nullable(),
        state: z.string(),
        reason: z.string().nullable(),
        at: z.date(),
      }),
    )
    .readonly(),
});
const Outcome = z.object({
  kind: z.enum(['inserted', 'updated', 'unchanged', 'rejected']),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

const Named = z.strictObject({ namespace: z.string().max(63), value: z.string().max(500) });
const Conflict = z.object({
  bucket: z.number(),
  profile_id: z.number().describe('Whom the identity was not linked to, or who was not merged'),
  namespace: z.string().describe('The namespace of which one profile would have had too many'),
  identity: z.string(),
  other: z.string(),
  reason: z.enum(['limit', 'two_users']),
  first_at: z.date(),
  last_at: z.date(),
});
const Int = z.number().int();
/** Of everybody, and of what a search found with where they stand in that. */
const ProfileCursor = z.union([z.tuple([Int, Int]), z.tuple([Int, Int, Int, z.string()])]);
const Share = z.number().min(0).max(1);
const TraitSchema = z.object({
  profiles: z.number().describe('How many there are, about'),
  sampled: z.number().describe('How many were looked at'),
  skipped: z.number().describe('Of these, how many have too many traits to be looked into'),
  traits: z
    .array(
      z.object({
        name: z.string(),
        share: Share.describe('The part of the profiles that have it'),
        types: z.array(z.object({ type: z.string(), share: Share })).readonly(),
        samples: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
});

export function profileRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/profiles', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'List people',
        querystring: PageQuery.extend({
          search: z.string().max(200).optional().describe('The beginning of an email, or an identity as it is'),
        }),
        response: { 200: pageOf(Profile) },
      },
      handler: async ({ query }) => {
        const cursor = readCursor(ProfileCursor, query.after);
        const after = cursor && placeOf(cursor);
        const rows = await listProfiles(ctx, { search: query.search, after, limit: query.limit + 1 });
        return toPage({
          rows,
          limit: query.limit,
          cursor: ({ bucket, profile_id, rank, address }) =>
            rank === undefined || address === undefined ? [bucket, profile_id] : [bucket, profile_id, rank, address],
        });
      },
    });

    server.post('/api/profiles', {
      config: { scope: 'profiles:write' },
      schema: {
        tags: ['profiles'],
        summary: 'Create or update people: absent keys keep what is known, null clears',
        body: z.strictObject({ profiles: z.array(ProfileInput).min(1).max(INPUTS_MAX) }),
        response: { 200: z.object({ outcomes: z.array(Outcome) }) },
      },
      handler: async ({ body }) => {
        const options = { now: ctx.clock.now(), source: 'api', overRefusal: true };
        const written = body.profiles.flatMap(({ traits }, index) =>
          Object.keys(traits).map((name) => ({ name, path: `profiles.${index}.traits.${name}` })),
        );
        await mustNotCompute(ctx.db, written);
        const outcomes = await ctx.db.transaction((tx) => upsertProfiles(tx, body.profiles, options));
        ctx.signals.raise('inbox');
        return { outcomes };
      },
    });

    server.get('/api/profiles/:namespace/:value', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'Show everything known about the person whom an identity names',
        description:
          'Events about the person that were accepted before are waited for, up to two seconds. Namespaces are those of the identities (`user_id`, `anonymous_id`, `email`, `phone`, ...); `email` also finds an address that is no identity, `id` the number of a profile.',
        params: Named,
        response: { 200: ProfileView },
      },
      handler: async ({ params }) => {
        await awaitInbox(ctx, params.namespace, params.value);
        return getProfile(ctx, params.namespace, params.value);
      },
    });

    await server.register(personRoutes(ctx));
    await server.register(personTimelineRoutes(ctx));
    await server.register(identityRoutes(ctx));
  };
}

function placeOf([bucket, profileId, rank, address]: z.infer<typeof ProfileCursor>) {
  const place = { bucket, profileId };
  return rank === undefined || address === undefined ? place : { ...place, rank, address };
}

/** What is done with one person as a whole. */
function personRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.delete('/api/profiles/:namespace/:value', {
      config: { scope: 'profiles:write' },
      schema: {
        tags: ['profiles'],
        summary: 'Delete everything of one person from every table',
        description:
          'Messages and journeys stay counted without the person; messages that wait are not sent. With `suppress=true` the email addresses are kept on the list of those that must not be written to, without it they leave that list too.',
        params: Named,
        querystring: z.strictObject({ suppress: z.stringbool().default(false) }),
        response: { 200: z.object({ profile_id: z.number() }) },
      },
      handler: async ({ params, query }) => {
        await awaitInbox(ctx, params.namespace, params.value);
        return deletePerson(ctx, params, query);
      },
    });

    server.get('/api/profiles/:namespace/:value/export', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'Download everything stored about one person, as lines of JSON: {"table", "row"}',
        params: Named,
        response: { 200: linesFile },
      },
      handler: async ({ params }, reply) => {
        await awaitInbox(ctx, params.namespace, params.value);
        const rows = await exportPerson(ctx, params);
        const lines = async function* () {
          for await (const row of rows) yield `${JSON.stringify(row)}\n`;
        };
        return reply.type('application/x-ndjson').send(Readable.from(lines()));
      },
    });

    server.post('/api/profiles/merge', {
      config: { scope: 'profiles:write' },
      schema: {
        tags: ['profiles'],
        summary: 'Make two people one: `from` goes into `into`, even when both are users',
        body: z.strictObject({ from: Named, into: Named }),
        response: { 200: z.object({ kind: z.enum(['merged', 'nothing']), profile_id: z.number() }) },
      },
      handler: async ({ body }) => mergePeople(ctx, body),
    });
  };
}

function identityRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/identity-conflicts', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'List links and merges that were refused, because one profile would have had too many identities',
        querystring: PageQuery,
        response: { 200: pageOf(Conflict) },
      },
      handler: async ({ query }) => {
        const cursor = readCursor(
          z.tuple([CursorInstant, z.number().int(), z.number().int(), z.string(), z.string()]),
          query.after,
        );
        const after = cursor && {
          lastAt: cursor[0],
          bucket: cursor[1],
          profileId: cursor[2],
          identity: cursor[3],
          other: cursor[4],
        };
        const rows = await listConflicts(ctx, { after, limit: query.limit + 1 });
        return toPage({
          rows,
          limit: query.limit,
          cursor: (row) => [row.last_at.getTime(), row.bucket, row.profile_id, row.identity, row.other],
        });
      },
    });

    server.get('/api/traits', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'The traits that profiles have: names, types, shares and sample values, from a sample of profiles',
        response: { 200: TraitSchema },
      },
      handler: async () => observeTraits(ctx),
    });

    server.get('/api/event-names', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'The names of the events that have happened, by name; the first 1,000',
        response: { 200: z.object({ items: z.array(z.string()) }) },
      },
      handler: async () => ({ items: await observedEventNames(ctx.db) }),
    });
  };
}
