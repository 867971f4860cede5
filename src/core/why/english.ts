import type { Lane, MessageState, SendState } from '../deliveries/index.ts';
import type { VersionState } from '../journeys/index.ts';
import type { Awaits, ChangeCause, MessageName, Reaction, Standing, SuppressionReason } from './fact.ts';
import type { Tools, WhyWords } from './tools.ts';

const AWAITED: Readonly<Record<Awaits, string>> = {
  input: 'something to happen',
  message: 'what becomes of its message',
  response: 'the answer to its call',
  lookup: 'rows that it looks up',
  join: 'the other branches',
};

const CAUSES: Readonly<Record<ChangeCause, string>> = {
  event: 'by an event',
  time: 'because time passed: what the rule counts came to the end of its window',
  profile: 'because something about the person changed',
  rule: 'because the audience was published with this rule',
  merge: 'because two profiles turned out to be one person',
  rows: 'because rows that the rule reads changed',
};

const LANES: Readonly<Record<Lane, string>> = {
  transactional: 'transactional',
  journey: 'journey',
  campaign: 'campaign',
};
const SENDS: Readonly<Record<SendState, string>> = {
  prepared: 'not confirmed yet',
  sending: 'going on',
  paused: 'paused',
  stopped: 'stopped',
  finished: 'finished',
};
const MESSAGES: Readonly<Record<MessageState, string>> = {
  held: 'held',
  queued: 'queued',
  sending: 'sending',
  excluded: 'excluded',
  sent: 'sent',
  failed: 'failed',
  uncertain: 'uncertain',
};
const VERSIONS: Readonly<Record<VersionState, string>> = {
  live: 'live',
  paused: 'paused',
  closed: 'closed',
  stopped: 'stopped',
  finished: 'finished',
  dry_run: 'in a dry run',
  test: 'in a test',
};
const SUPPRESSIONS: Readonly<Record<SuppressionReason, string>> = {
  hard_bounce: 'a hard bounce',
  complaint: 'a complaint',
  manual: 'hand',
};
const REACTIONS: Readonly<Record<Reaction, string>> = {
  opened: 'opened',
  clicked: 'clicked',
  unsubscribed: 'unsubscribed',
  complained: 'complained about',
};

function stands({ node, held, awaits, until }: Standing, { moment }: Tools): string {
  if (held) return `is held at ${node}`;
  const what = awaits === undefined ? '' : ` for ${AWAITED[awaits]}`;
  return `waits at ${node}${what}${until === undefined ? '' : `, until ${moment(until)}`}`;
}

function named({ id, template, version }: MessageName): string {
  return `Message ${id}${template === undefined ? '' : ` (template ${template}, version ${version})`}`;
}

function excluded(reason: string | null, channel: string, tools: Tools): string {
  switch (reason) {
    case null:
      return 'no reason was recorded';
    case 'no_profile':
      return 'nobody stands behind the row of the population';
    case 'duplicate':
      return 'another row of the same person already got one';
    case 'no_address':
      return `the person had no address for ${channel}`;
    case 'invalid_address':
      return 'the address cannot be written to as it is';
    case 'suppressed':
      return 'the address is suppressed';
    case 'no_consent':
      return "the person's consent did not allow it";
    case 'stopped':
      return 'the send was stopped before its turn came';
    default:
      return tools.reason(reason);
  }
}

const about = (channel: string, topic: string) => (topic === '' ? channel : `${channel}, topic ${topic}`);
const through = (channel: string | undefined) => (channel === undefined ? '' : ` through channel ${channel}`);
const tries = (attempts: number) => (attempts > 1 ? `, after ${attempts} attempts` : '');
const to = (address: string | null) => (address === null ? '' : ` to ${address}`);
const keyed = (key: string) => (key === '' ? '' : `, key ${key}`);
const inJourney = (journey: string, key: string) => (key === '' ? journey : `${journey} (${key})`);

/** Why things happened, in English. */
export const ENGLISH: WhyWords = {
  person: ({ profileId, email, since }, { moment }) =>
    `Profile ${profileId}${email === null ? '' : `, ${email}`}, known since ${moment(since)}.`,
  'in-audience': ({ audience, since }, { moment }) =>
    `In ${audience}${since === undefined ? '' : ` since ${moment(since)}`}.`,
  'not-in-audience': ({ audience, left }, { moment }) =>
    `Not in ${audience}${left === undefined ? '' : `: left on ${moment(left)}`}.`,
  'never-in-journey': ({ journey, refused }, { moment, refusal }) =>
    refused === undefined
      ? `Was never in ${journey}.`
      : `Was never in ${journey}; on ${moment(refused.at)} ${refusal(refused.reason)}.`,
  'left-journey': ({ journey, key, at, reason, exits }, { moment, end }) =>
    `Left ${inJourney(journey, key)} on ${moment(at)}: ${end(reason, exits)}.`,
  'in-journey': ({ journey, key, since, held, places }, tools) => {
    const where = places.map((place) => stands(place, tools)).join('; ');
    return `In ${inJourney(journey, key)} since ${tools.moment(since)}${held ? ', held while the journey is paused' : ''}${where === '' ? '' : `: ${where}`}.`;
  },
  'message-sent': ({ message, to: address, at }, { moment }) =>
    `${named(message)} was handed to the provider${to(address)}${at === undefined ? '' : ` on ${moment(at)}`}.`,
  'message-excluded': ({ message, reason, channel }, tools) =>
    `${named(message)} was not sent: ${excluded(reason, channel, tools)}.`,
  'message-failed': ({ message, to: address, at, reason }, { moment, reason: word }) =>
    `${named(message)}${to(address)} failed${at === undefined ? '' : ` on ${moment(at)}`}: ${reason === null ? 'no reason was recorded' : word(reason)}.`,
  'message-uncertain': ({ message, to: address, at }, { moment }) =>
    `${named(message)}${to(address)} may or may not have gone out${at === undefined ? '' : ` on ${moment(at)}`}: the provider's answer was lost.`,
  'message-sending': ({ message, to: address }) =>
    `${named(message)} is being handed to the provider${to(address)} right now.`,
  'message-held': ({ message, to: address, send, reason }) =>
    `${named(message)}${to(address)} is held: its send is ${send === undefined ? 'unknown' : SENDS[send]}${reason === undefined ? '' : ` (${reason})`}.`,
  'message-queued': ({ message, to: address, until }, { moment }) =>
    `${named(message)}${to(address)} waits in the outbox${until === undefined ? '' : ` until ${moment(until)}`}.`,

  saved: ({ campaign, run }) => `put there by campaign ${campaign ?? '?'}, run ${run}`,
  change: ({ change, cause, event }, { moment }) =>
    `${change}: ${event === undefined ? CAUSES[cause] : `by the event ${event.name} of ${moment(event.at)}`}`,
  condition: ({ holds, sentence, found }) => `${holds ? 'yes' : 'no'}: ${sentence}${found === '' ? '' : `: ${found}`}`,
  moved: ({ change, audience, cause }) => `${change} audience ${audience}, ${CAUSES[cause]}`,

  entered: ({ version, by, key, dryRun }, { quoted }) =>
    `entered version ${version} by ${quoted(by)}${keyed(key)}${dryRun ? ', as a dry run: nothing is sent' : ''}`,
  passage: ({ passage, step }, tools) => tools.passage(passage, step),
  ended: ({ reason, exits }, { end }) => end(reason, exits),
  stands,
  'chosen-hour': ({ choice }, { hour }) => hour(choice),
  does: ({ node, step }, tools) => `${node} ${tools.step(step)}`,
  version: ({ version, state, hold, closed }, { moment }) => {
    const paused =
      hold === undefined
        ? ''
        : { hold: ' and holds people at its actions', discard: ' and lets go whoever comes to an action' }[hold];
    return `version ${version} is ${VERSIONS[state]}${paused}${closed === undefined ? '' : `, closed to entries since ${moment(closed)}`}`;
  },
  said: ({ text }) => text,
  refusal: ({ reason }, { refusal }) => refusal(reason),
  'would-have-entered': ({ version, by, key }, { quoted }) =>
    `would have entered version ${version} by ${quoted(by)}${keyed(key)}`,
  'door-event': ({ names, conditions }, { quoted, list }) =>
    `people come in by the event ${list(names.map(quoted), 'or')}${conditions ? ' that fits its conditions' : ''}`,
  'never-happened': () => 'never happened to this person',
  happened({ name, but }, { quoted, moment }) {
    if (but === undefined) return `${quoted(name)} happened last`;
    switch (but.why) {
      case 'imported':
        return `${quoted(name)} happened last, and was imported as history, which starts nothing`;
      case 'stale':
        return `${quoted(name)} happened last, and arrived more than a day later: too late to start a journey`;
      case 'before-live':
        return `${quoted(name)} happened last before this version went live on ${moment(but.live)}`;
    }
  },
  unfit: ({ path, test, found }, tools) => `does not fit: asked is that ${tools.test(path, test)}, and it was ${found}`,
  'door-api': () => 'people come in through the API only',
  'door-audience': ({ audience, on }) =>
    `people come in by the audience ${audience}: ${{ entered: 'who enter it', left: 'who leave it', both: 'who enter or leave it', read: 'when it is read' }[on]}`,
  member: ({ is }) => (is ? 'is a member' : 'is no member'),
  'ask-audience': ({ audience }, { quoted }) => `why so is said of the audience ${quoted(audience)}`,
  'ask-journey': ({ journey }, { quoted }) => `the way there is said of the journey ${quoted(journey)}`,

  'by-journey': ({ step, journey, version, instance }) =>
    `queued by step ${step ?? '?'} of journey ${journey}, version ${version ?? '?'}${instance === null ? '' : `, instance ${instance}`}`,
  'by-campaign': ({ activity, campaign, run, lane }) =>
    `queued by activity ${activity ?? '?'} of campaign ${campaign}${run === null ? '' : `, run ${run}`}, in lane ${LANES[lane]}`,
  'by-api': ({ lane }) => `queued by a request to the API, in lane ${LANES[lane]}`,
  'consent-asked': ({ mode, channel, topic }) =>
    mode === 'none'
      ? 'consent: this send asks for none'
      : `consent: this send asks that ${about(channel, topic)} was ${mode === 'opt-in' ? 'granted' : 'not refused'}`,
  'consent-said': ({ status, channel, topic, source, later }) =>
    `${status} for ${topic === '' ? `${channel} as a whole` : about(channel, topic)}, said through ${source}${later ? ', after this message; what was said before is not kept' : ''}`,
  'consent-silent': ({ channel }) => `nothing is recorded about ${channel}`,
  suppressed: ({ address, reason, detail, later }) =>
    `suppression: ${address} by ${SUPPRESSIONS[reason]}${detail === null ? '' : ` (${detail})`}${later ? ', after this message' : ''}`,
  'suppressed-then': () => 'suppression: the address was suppressed then, and is no more',
  'provider-took': ({ channel, attempts }) => `the provider took it${through(channel)}${tries(attempts)}`,
  'provider-refused': ({ reason, channel, attempts }, tools) =>
    `${reason === null ? 'failed' : tools.reason(reason)}${through(channel)}${tries(attempts)}`,
  'answer-lost': ({ channel, attempts }) =>
    `the answer was lost${through(channel)}${tries(attempts)}; it is not sent again by itself`,
  tried: ({ channel, attempts }) => `tried ${attempts === 1 ? 'once' : `${attempts} times`} so far${through(channel)}`,
  'own-words': ({ text }) => `in its own words: ${text}`,
  reaction: ({ what, machine, times, last }, { moment }) =>
    `${REACTIONS[what]} by ${machine ? 'a machine, not a person' : 'the person'}${times > 1 ? `, ${times} times until ${moment(last)}` : ''}`,
  'no-reaction': () => 'no reaction so far',
  'would-send': ({ journey, step, to: address }) => `message of ${journey}, ${step}: sent to ${address}`,
  'would-not-send': ({ journey, step, reason }, tools) =>
    `message of ${journey}, ${step}: not sent: ${tools.reason(reason)}`,

  audiences: ({ any }) => (any ? 'audiences' : 'in no audience'),
  journeys: ({ any }) => (any ? 'journeys' : 'in no journey so far'),
  messages: ({ any }) => (any ? 'messages' : 'no message so far'),
  'one-audience': ({ audience }) => `in ${audience}`,
  'one-journey': ({ journey, version, state, reason }, { end }) =>
    `${journey}, version ${version}: ${state === 'ended' ? `left, ${end(reason ?? '', [])}` : { active: 'inside', held: 'held' }[state]}`,
  'one-refusal': ({ journey, reason }, { refusal }) => `${journey}: ${refusal(reason)}`,
  'one-message': ({ message, of, step, state, reason }, tools) =>
    `message ${message.id}, ${message.template ?? '?'}${of === null ? '' : ` of ${of}${step === null ? '' : `, ${step}`}`}: ${MESSAGES[state]}${reason === null ? '' : `: ${tools.reason(reason)}`}`,
};
