import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { inLanguage, say, type Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Preferences, Tracked, Tracker } from '../../services/tracking/index.ts';
import { languageFor } from '../language.ts';
import { maskAddress, PREFERENCE_PAGE_POLICY, preferencePage } from './preference-page.ts';

const BODY_BYTES_MAX = 16_384;
/** Topics of one form; a person has a handful. */
const TOPICS_MAX = 100;

type Params = { Params: { token: string } };

/**
 * `/u/<token>`: POST unsubscribes at once (RFC 8058: no cookie, no redirect, no question), GET only shows the preference page,
 * because mail scanners follow every link that they find.
 */
export function unsubscribeRoutes(ctx: Context, tracker: Tracker): FastifyPluginAsync {
  return async (server) => {
    // Mail services post the form as urlencoded or as multipart; a raw text is enough to tell what it says.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );

    server.get<Params>('/u/:token', async (request, reply) => {
      const tracked = await tracker.resolve(request.params.token);
      if (!tracked) return reply.callNotFound();
      return showPage(ctx, { tracker, tracked, request, notice: undefined }, reply);
    });

    server.post<Params>('/u/:token', async (request, reply) => {
      const tracked = await tracker.resolve(request.params.token);
      if (!tracked) return reply.callNotFound();
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      const action = form.get('action');
      if (action === null) {
        await tracker.unsubscribed(tracked);
        void reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
        const language = languageFor((await tracker.preferences(tracked))?.locale ?? null, request);
        return `${inLanguage(say('You have been unsubscribed.'), language)}\n`;
      }
      const notice = await follow(tracker, tracked, action, form);
      if (notice === undefined) return reply.callNotFound();
      return showPage(ctx, { tracker, tracked, request, notice }, reply);
    });
  };
}

/** Does what the page's form says, and says what it did; undefined for a form that is not ours. */
async function follow(
  tracker: Tracker,
  tracked: Tracked,
  action: string,
  form: URLSearchParams,
): Promise<Wording | undefined> {
  if (action === 'stop') {
    await tracker.preferred(tracked, [{ topic: '', status: 'refused' }]);
    return say('You will get no more email from us.');
  }
  if (action === 'resume') {
    await tracker.preferred(tracked, [{ topic: '', status: 'granted' }]);
    return say('You will get email from us again.');
  }
  if (action !== 'save') return undefined;
  // Only topics that the page offered: a form cannot invent topics.
  const preferences = await tracker.preferences(tracked);
  const offered = new Set(topicsOf(preferences, tracked).map((entry) => entry.topic));
  const said = new Map(preferences?.consents.map(({ topic, status }) => [topic, status]));
  const wanted = new Set(form.getAll('topic'));
  const shown = form.getAll('shown').filter((topic) => offered.has(topic));
  // What was said before is not said again: an old refusal is none of this message.
  const choices = [...new Set(shown)]
    .slice(0, TOPICS_MAX)
    .map((topic) => ({ topic, status: wanted.has(topic) ? ('granted' as const) : ('refused' as const) }))
    .filter(({ topic, status }) => said.get(topic) !== status);
  if (choices.length > 0) await tracker.preferred(tracked, choices);
  return say('Your choices have been saved.');
}

/** The topics that the person has said something about, and the one of this message. */
function topicsOf(preferences: Preferences | undefined, { send }: Tracked): { topic: string; wanted: boolean }[] {
  const said = new Map((preferences?.consents ?? []).map((consent) => [consent.topic, consent.status]));
  const topics = new Set([...said.keys(), send.topic]);
  topics.delete('');
  return [...topics].sort().map((topic) => ({ topic, wanted: (said.get(topic) ?? 'granted') === 'granted' }));
}

type Shown = {
  readonly tracker: Tracker;
  readonly tracked: Tracked;
  readonly request: FastifyRequest<Params>;
  readonly notice: Wording | undefined;
};

async function showPage(
  ctx: Context,
  { tracker, tracked, request, notice }: Shown,
  reply: FastifyReply,
): Promise<string> {
  const preferences = await tracker.preferences(tracked);
  const channel = preferences?.consents.find((consent) => consent.topic === '');
  void reply
    .header('cache-control', 'no-store')
    .header('content-security-policy', PREFERENCE_PAGE_POLICY)
    .header('x-robots-tag', 'noindex')
    .type('text/html; charset=utf-8');
  return preferencePage({
    language: languageFor(preferences?.locale ?? null, request),
    address: preferences?.email ? maskAddress(preferences.email) : undefined,
    action: `${ctx.config.publicUrl}/u/${request.params.token}`,
    topics: topicsOf(preferences, tracked),
    channelRefused: channel?.status === 'refused',
    notice,
  });
}
