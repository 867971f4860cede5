import type { Lane, MessageState, SendState } from '../deliveries/index.ts';
import type { VersionState } from '../journeys/index.ts';
import type { Awaits, ChangeCause, MessageName, Reaction, Standing, SuppressionReason } from './fact.ts';
import type { Tools, WhyWords } from './tools.ts';

const AWAITED: Readonly<Record<Awaits, string>> = {
  input: 'que quelque chose arrive',
  message: 'ce que devient son message',
  response: 'la réponse à son appel',
  lookup: 'des lignes à chercher',
  join: 'les autres branches',
};

const CAUSES: Readonly<Record<ChangeCause, string>> = {
  event: 'par un événement',
  time: 'parce que le temps a passé : ce que la règle compte est sorti de sa période',
  profile: 'parce que quelque chose a changé chez la personne',
  rule: 'parce que l’audience a été publiée avec cette règle',
  merge: 'parce que deux profils se sont révélés être la même personne',
  rows: 'parce que des lignes que la règle lit ont changé',
};

const LANES: Readonly<Record<Lane, string>> = {
  transactional: 'transactionnelle',
  journey: 'des parcours',
  campaign: 'des campagnes',
};
const SENDS: Readonly<Record<SendState, string>> = {
  prepared: 'pas encore confirmé',
  sending: 'en cours',
  paused: 'en pause',
  stopped: 'arrêté',
  finished: 'terminé',
};
const MESSAGES: Readonly<Record<MessageState, string>> = {
  held: 'retenu',
  queued: 'en attente',
  sending: 'en cours d’envoi',
  excluded: 'écarté',
  sent: 'envoyé',
  failed: 'en échec',
  uncertain: 'incertain',
};
const VERSIONS: Readonly<Record<VersionState, string>> = {
  live: 'en service',
  paused: 'en pause',
  closed: 'fermée',
  stopped: 'arrêtée',
  finished: 'terminée',
  dry_run: 'en marche à blanc',
  test: 'à l’essai',
};
const SUPPRESSIONS: Readonly<Record<SuppressionReason, string>> = {
  hard_bounce: 'après un rejet définitif',
  complaint: 'après une plainte',
  manual: 'à la main',
};
const REACTIONS: Readonly<Record<Reaction, string>> = {
  opened: 'ouvert',
  clicked: 'cliqué',
  unsubscribed: 'désabonnement',
  complained: 'plainte',
};

function stands({ node, held, awaits, until }: Standing, { moment }: Tools): string {
  if (held) return `est retenue à ${node}`;
  const what = awaits === undefined ? 'attend' : `attend ${AWAITED[awaits]}`;
  return `${what} à ${node}${until === undefined ? '' : `, jusqu’au ${moment(until)}`}`;
}

function named({ id, template, version }: MessageName): string {
  return `Le message ${id}${template === undefined ? '' : ` (modèle ${template}, version ${version})`}`;
}

function excluded(reason: string | null, channel: string, tools: Tools): string {
  switch (reason) {
    case null:
      return 'aucune raison n’a été notée';
    case 'no_profile':
      return 'personne n’est derrière cette ligne de la population';
    case 'duplicate':
      return 'une autre ligne de la même personne en a déjà reçu un';
    case 'no_address':
      return `la personne n’avait pas d’adresse pour ${channel}`;
    case 'invalid_address':
      return 'on ne peut pas écrire à cette adresse telle qu’elle est';
    case 'suppressed':
      return 'l’adresse est bloquée';
    case 'no_consent':
      return 'le consentement de la personne ne le permettait pas';
    case 'stopped':
      return 'l’envoi a été arrêté avant son tour';
    default:
      return tools.reason(reason);
  }
}

const about = (channel: string, topic: string) => (topic === '' ? channel : `${channel}, sujet ${topic}`);
const through = (channel: string | undefined) => (channel === undefined ? '' : ` par le canal ${channel}`);
const tries = (attempts: number) => (attempts > 1 ? `, après ${attempts} tentatives` : '');
const to = (address: string | null) => (address === null ? '' : ` à ${address}`);
const keyed = (key: string) => (key === '' ? '' : `, clé ${key}`);
const inJourney = (journey: string, key: string) => (key === '' ? journey : `${journey} (${key})`);

/** Why things happened, in French. */
export const FRENCH: WhyWords = {
  person: ({ profileId, email, since }, { moment }) =>
    `Profil ${profileId}${email === null ? '' : `, ${email}`}, connu depuis le ${moment(since)}.`,
  'in-audience': ({ audience, since }, { moment }) =>
    `Dans ${audience}${since === undefined ? '' : ` depuis le ${moment(since)}`}.`,
  'not-in-audience': ({ audience, left }, { moment }) =>
    `Pas dans ${audience}${left === undefined ? '' : ` : sortie le ${moment(left)}`}.`,
  'never-in-journey': ({ journey, refused }, { moment, refusal }) =>
    refused === undefined
      ? `N’a jamais été dans ${journey}.`
      : `N’a jamais été dans ${journey} ; le ${moment(refused.at)}, ${refusal(refused.reason)}.`,
  'left-journey': ({ journey, key, at, reason, exits }, { moment, end }) =>
    `A quitté ${inJourney(journey, key)} le ${moment(at)} : ${end(reason, exits)}.`,
  'in-journey': ({ journey, key, since, held, places }, tools) => {
    const where = places.map((place) => stands(place, tools)).join(' ; ');
    return `Dans ${inJourney(journey, key)} depuis le ${tools.moment(since)}${held ? ', retenue pendant la pause du parcours' : ''}${where === '' ? '' : ` : ${where}`}.`;
  },
  'message-sent': ({ message, to: address, at }, { moment }) =>
    `${named(message)} a été remis au prestataire${address === null ? '' : ` pour ${address}`}${at === undefined ? '' : ` le ${moment(at)}`}.`,
  'message-excluded': ({ message, reason, channel }, tools) =>
    `${named(message)} n’a pas été envoyé : ${excluded(reason, channel, tools)}.`,
  'message-failed': ({ message, to: address, at, reason }, { moment, reason: word }) =>
    `${named(message)}${to(address)} a échoué${at === undefined ? '' : ` le ${moment(at)}`} : ${reason === null ? 'aucune raison n’a été notée' : word(reason)}.`,
  'message-uncertain': ({ message, to: address, at }, { moment }) =>
    `${named(message)}${to(address)} est peut-être parti, peut-être pas${at === undefined ? '' : `, le ${moment(at)}`} : la réponse du prestataire s’est perdue.`,
  'message-sending': ({ message, to: address }) =>
    `${named(message)} est en train d’être remis au prestataire${address === null ? '' : ` pour ${address}`}.`,
  'message-held': ({ message, to: address, send, reason }) =>
    `${named(message)}${to(address)} est retenu : son envoi est ${send === undefined ? 'inconnu' : SENDS[send]}${reason === undefined ? '' : ` (${reason})`}.`,
  'message-queued': ({ message, to: address, until }, { moment }) =>
    `${named(message)}${to(address)} attend dans la file de départ${until === undefined ? '' : ` jusqu’au ${moment(until)}`}.`,

  saved: ({ campaign, run }) => `mise là par la campagne ${campaign ?? '?'}, exécution ${run}`,
  change: ({ change, cause, event }, { moment }) =>
    `${change === 'entered' ? 'entrée' : 'sortie'} : ${event === undefined ? CAUSES[cause] : `par l’événement ${event.name} du ${moment(event.at)}`}`,
  condition: ({ holds, sentence, found }) =>
    `${holds ? 'oui' : 'non'} : ${sentence}${found === '' ? '' : ` : ${found}`}`,
  moved: ({ change, audience, cause }) =>
    `${change === 'entered' ? 'est entrée dans' : 'a quitté'} l’audience ${audience}, ${CAUSES[cause]}`,

  entered: ({ version, by, key, dryRun }, { quoted }) =>
    `entrée dans la version ${version} par ${quoted(by)}${keyed(key)}${dryRun ? ', en marche à blanc : rien n’est envoyé' : ''}`,
  passage: ({ passage, step }, tools) => tools.passage(passage, step),
  ended: ({ reason, exits }, { end }) => end(reason, exits),
  stands,
  'chosen-hour': ({ choice }, { hour }) => hour(choice),
  does: ({ node, step }, tools) => `${node} ${tools.step(step)}`,
  version: ({ version, state, hold, closed }, { moment }) => {
    const paused =
      hold === undefined
        ? ''
        : {
            hold: ' et retient les personnes aux étapes qui agissent',
            discard: ' et laisse partir qui atteint une étape qui agit',
          }[hold];
    return `la version ${version} est ${VERSIONS[state]}${paused}${closed === undefined ? '' : `, fermée aux entrées depuis le ${moment(closed)}`}`;
  },
  said: ({ text }) => text,
  refusal: ({ reason }, { refusal }) => refusal(reason),
  'would-have-entered': ({ version, by, key }, { quoted }) =>
    `serait entrée dans la version ${version} par ${quoted(by)}${keyed(key)}`,
  'door-event': ({ names, conditions }, { quoted, list }) =>
    `on entre par l’événement ${list(names.map(quoted), 'or')}${conditions ? ' s’il remplit ses conditions' : ''}`,
  'never-happened': () => 'n’est jamais arrivé à cette personne',
  happened({ name, but }, { quoted, moment }) {
    if (but === undefined) return `${quoted(name)} est arrivé en dernier`;
    switch (but.why) {
      case 'imported':
        return `${quoted(name)} est arrivé en dernier, et a été importé comme historique, ce qui ne démarre rien`;
      case 'stale':
        return `${quoted(name)} est arrivé en dernier, et a été reçu plus d’un jour après : trop tard pour commencer un parcours`;
      case 'before-live':
        return `${quoted(name)} est arrivé en dernier avant la mise en service de cette version, le ${moment(but.live)}`;
    }
  },
  unfit: ({ path, test, found }, tools) =>
    `ne convient pas : il faut que ${tools.test(path, test)}, et c’était ${found}`,
  'door-api': () => 'on n’entre que par l’API',
  'door-audience': ({ audience, on }) =>
    `on entre par l’audience ${audience} : ${{ entered: 'qui y entre', left: 'qui la quitte', both: 'qui y entre ou la quitte', read: 'quand elle est lue' }[on]}`,
  member: ({ is }) => (is ? 'en est membre' : 'n’en est pas membre'),
  'ask-audience': ({ audience }, { quoted }) => `la raison se lit auprès de l’audience ${quoted(audience)}`,
  'ask-journey': ({ journey }, { quoted }) => `le chemin se lit auprès du parcours ${quoted(journey)}`,

  'by-journey': ({ step, journey, version, instance }) =>
    `mis en attente par l’étape ${step ?? '?'} du parcours ${journey}, version ${version ?? '?'}${instance === null ? '' : `, passage ${instance}`}`,
  'by-campaign': ({ activity, campaign, run, lane }) =>
    `mis en attente par l’activité ${activity ?? '?'} de la campagne ${campaign}${run === null ? '' : `, exécution ${run}`}, dans la file ${LANES[lane]}`,
  'by-api': ({ lane }) => `mis en attente par une requête à l’API, dans la file ${LANES[lane]}`,
  'consent-asked': ({ mode, channel, topic }) =>
    mode === 'none'
      ? 'consentement : cet envoi n’en demande aucun'
      : `consentement : cet envoi demande que ${about(channel, topic)} ${mode === 'opt-in' ? 'ait été accepté' : 'n’ait pas été refusé'}`,
  'consent-said': ({ status, channel, topic, source, later }) =>
    `${status === 'granted' ? 'accepté' : 'refusé'} pour ${topic === '' ? `${channel} en général` : about(channel, topic)}, dit par ${source}${later ? ', après ce message ; ce qui avait été dit avant n’est pas gardé' : ''}`,
  'consent-silent': ({ channel }) => `rien n’est noté pour ${channel}`,
  suppressed: ({ address, reason, detail, later }) =>
    `blocage : ${address}, ${SUPPRESSIONS[reason]}${detail === null ? '' : ` (${detail})`}${later ? ', après ce message' : ''}`,
  'suppressed-then': () => 'blocage : l’adresse était bloquée alors, et ne l’est plus',
  'provider-took': ({ channel, attempts }) => `le prestataire l’a pris${through(channel)}${tries(attempts)}`,
  'provider-refused': ({ reason, channel, attempts }, tools) =>
    `${reason === null ? 'échec' : tools.reason(reason)}${through(channel)}${tries(attempts)}`,
  'answer-lost': ({ channel, attempts }) =>
    `la réponse s’est perdue${through(channel)}${tries(attempts)} ; il n’est pas renvoyé de lui-même`,
  tried: ({ channel, attempts }) => `tenté ${attempts} fois jusqu’ici${through(channel)}`,
  'own-words': ({ text }) => `dans ses propres mots : ${text}`,
  reaction: ({ what, machine, times, last }, { moment }) =>
    `${REACTIONS[what]} par ${machine ? 'une machine, pas une personne' : 'la personne'}${times > 1 ? `, ${times} fois jusqu’au ${moment(last)}` : ''}`,
  'no-reaction': () => 'aucune réaction pour l’instant',
  'would-send': ({ journey, step, to: address }) => `message de ${journey}, ${step} : envoyé à ${address}`,
  'would-not-send': ({ journey, step, reason }, tools) =>
    `message de ${journey}, ${step} : non envoyé : ${tools.reason(reason)}`,

  audiences: ({ any }) => (any ? 'audiences' : 'dans aucune audience'),
  journeys: ({ any }) => (any ? 'parcours' : 'dans aucun parcours pour l’instant'),
  messages: ({ any }) => (any ? 'messages' : 'aucun message pour l’instant'),
  'one-audience': ({ audience }) => `dans ${audience}`,
  'one-journey': ({ journey, version, state, reason }, { end }) =>
    `${journey}, version ${version} : ${state === 'ended' ? `sortie, ${end(reason ?? '', [])}` : { active: 'dedans', held: 'retenue' }[state]}`,
  'one-refusal': ({ journey, reason }, { refusal }) => `${journey} : ${refusal(reason)}`,
  'one-message': ({ message, of, step, state, reason }, tools) =>
    `message ${message.id}, ${message.template ?? '?'}${of === null ? '' : ` de ${of}${step === null ? '' : `, ${step}`}`} : ${MESSAGES[state]}${reason === null ? '' : ` : ${tools.reason(reason)}`}`,
};
