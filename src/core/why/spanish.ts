import type { Lane, MessageState, SendState } from '../deliveries/index.ts';
import type { VersionState } from '../journeys/index.ts';
import type { Awaits, ChangeCause, MessageName, Reaction, Standing, SuppressionReason } from './fact.ts';
import type { Tools, WhyWords } from './tools.ts';

const AWAITED: Readonly<Record<Awaits, string>> = {
  input: 'que ocurra algo',
  message: 'saber qué pasa con su mensaje',
  response: 'la respuesta a su llamada',
  lookup: 'filas que busca',
  join: 'a las otras ramas',
};

const CAUSES: Readonly<Record<ChangeCause, string>> = {
  event: 'por un evento',
  time: 'porque pasó el tiempo: lo que cuenta la regla salió de su período',
  profile: 'porque cambió algo de la persona',
  rule: 'porque la audiencia se publicó con esta regla',
  merge: 'porque dos perfiles resultaron ser la misma persona',
  rows: 'porque cambiaron filas que lee la regla',
};

const LANES: Readonly<Record<Lane, string>> = {
  transactional: 'transaccional',
  journey: 'de recorridos',
  campaign: 'de campañas',
};
const SENDS: Readonly<Record<SendState, string>> = {
  prepared: 'sin confirmar',
  sending: 'en curso',
  paused: 'en pausa',
  stopped: 'detenido',
  finished: 'terminado',
};
const MESSAGES: Readonly<Record<MessageState, string>> = {
  held: 'retenido',
  queued: 'en cola',
  sending: 'enviándose',
  excluded: 'excluido',
  sent: 'enviado',
  failed: 'fallido',
  uncertain: 'incierto',
};
const VERSIONS: Readonly<Record<VersionState, string>> = {
  live: 'activa',
  paused: 'en pausa',
  closed: 'cerrada',
  stopped: 'detenida',
  finished: 'terminada',
  dry_run: 'en marcha en vacío',
  test: 'en prueba',
};
const SUPPRESSIONS: Readonly<Record<SuppressionReason, string>> = {
  hard_bounce: 'por un rebote definitivo',
  complaint: 'por una queja',
  manual: 'a mano',
};
const REACTIONS: Readonly<Record<Reaction, string>> = {
  opened: 'abierto',
  clicked: 'clic hecho',
  unsubscribed: 'baja pedida',
  complained: 'queja hecha',
};

function stands({ node, held, awaits, until }: Standing, { moment }: Tools): string {
  if (held) return `está retenida en ${node}`;
  const what = awaits === undefined ? '' : ` ${AWAITED[awaits]}`;
  return `espera${what} en ${node}${until === undefined ? '' : `, hasta el ${moment(until)}`}`;
}

function named({ id, template, version }: MessageName): string {
  return `El mensaje ${id}${template === undefined ? '' : ` (plantilla ${template}, versión ${version})`}`;
}

function excluded(reason: string | null, channel: string, tools: Tools): string {
  switch (reason) {
    case null:
      return 'no se anotó el motivo';
    case 'no_profile':
      return 'no hay nadie detrás de esa fila de la población';
    case 'duplicate':
      return 'otra fila de la misma persona ya recibió uno';
    case 'no_address':
      return `la persona no tenía dirección para ${channel}`;
    case 'invalid_address':
      return 'no se puede escribir a la dirección tal como está';
    case 'suppressed':
      return 'la dirección está bloqueada';
    case 'no_consent':
      return 'el consentimiento de la persona no lo permitía';
    case 'stopped':
      return 'el envío se detuvo antes de su turno';
    default:
      return tools.reason(reason);
  }
}

const about = (channel: string, topic: string) => (topic === '' ? channel : `${channel}, tema ${topic}`);
const through = (channel: string | undefined) => (channel === undefined ? '' : ` por el canal ${channel}`);
const tries = (attempts: number) => (attempts > 1 ? `, tras ${attempts} intentos` : '');
const to = (address: string | null) => (address === null ? '' : ` a ${address}`);
const keyed = (key: string) => (key === '' ? '' : `, clave ${key}`);
const inJourney = (journey: string, key: string) => (key === '' ? journey : `${journey} (${key})`);

/** Why things happened, in Spanish. */
export const SPANISH: WhyWords = {
  person: ({ profileId, email, since }, { moment }) =>
    `Perfil ${profileId}${email === null ? '' : `, ${email}`}, conocido desde el ${moment(since)}.`,
  'in-audience': ({ audience, since }, { moment }) =>
    `En ${audience}${since === undefined ? '' : ` desde el ${moment(since)}`}.`,
  'not-in-audience': ({ audience, left }, { moment }) =>
    `No está en ${audience}${left === undefined ? '' : `: salió el ${moment(left)}`}.`,
  'never-in-journey': ({ journey, refused }, { moment, refusal }) =>
    refused === undefined
      ? `Nunca estuvo en ${journey}.`
      : `Nunca estuvo en ${journey}; el ${moment(refused.at)} ${refusal(refused.reason)}.`,
  'left-journey': ({ journey, key, at, reason, exits }, { moment, end }) =>
    `Salió de ${inJourney(journey, key)} el ${moment(at)}: ${end(reason, exits)}.`,
  'in-journey': ({ journey, key, since, held, places }, tools) => {
    const where = places.map((place) => stands(place, tools)).join('; ');
    return `En ${inJourney(journey, key)} desde el ${tools.moment(since)}${held ? ', retenida mientras el recorrido está en pausa' : ''}${where === '' ? '' : `: ${where}`}.`;
  },
  'message-sent': ({ message, to: address, at }, { moment }) =>
    `${named(message)} se entregó al proveedor${address === null ? '' : ` para ${address}`}${at === undefined ? '' : ` el ${moment(at)}`}.`,
  'message-excluded': ({ message, reason, channel }, tools) =>
    `${named(message)} no se envió: ${excluded(reason, channel, tools)}.`,
  'message-failed': ({ message, to: address, at, reason }, { moment, reason: word }) =>
    `${named(message)}${to(address)} falló${at === undefined ? '' : ` el ${moment(at)}`}: ${reason === null ? 'no se anotó el motivo' : word(reason)}.`,
  'message-uncertain': ({ message, to: address, at }, { moment }) =>
    `${named(message)}${to(address)} puede haber salido o no${at === undefined ? '' : ` el ${moment(at)}`}: se perdió la respuesta del proveedor.`,
  'message-sending': ({ message, to: address }) =>
    `${named(message)} se está entregando ahora mismo al proveedor${address === null ? '' : ` para ${address}`}.`,
  'message-held': ({ message, to: address, send, reason }) =>
    `${named(message)}${to(address)} está retenido: su envío está ${send === undefined ? 'en un estado desconocido' : SENDS[send]}${reason === undefined ? '' : ` (${reason})`}.`,
  'message-queued': ({ message, to: address, until }, { moment }) =>
    `${named(message)}${to(address)} espera en la bandeja de salida${until === undefined ? '' : ` hasta el ${moment(until)}`}.`,

  saved: ({ campaign, run }) => `puesta ahí por la campaña ${campaign ?? '?'}, ejecución ${run}`,
  change: ({ change, cause, event }, { moment }) =>
    `${change === 'entered' ? 'entró' : 'salió'}: ${event === undefined ? CAUSES[cause] : `por el evento ${event.name} del ${moment(event.at)}`}`,
  condition: ({ holds, sentence, found }) => `${holds ? 'sí' : 'no'}: ${sentence}${found === '' ? '' : `: ${found}`}`,
  moved: ({ change, audience, cause }) =>
    `${change === 'entered' ? 'entró en' : 'salió de'} la audiencia ${audience}, ${CAUSES[cause]}`,

  entered: ({ version, by, key, dryRun }, { quoted }) =>
    `entró en la versión ${version} por ${quoted(by)}${keyed(key)}${dryRun ? ', en marcha en vacío: no se envía nada' : ''}`,
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
            hold: ' y retiene a las personas en los pasos que actúan',
            discard: ' y deja ir a quien llega a un paso que actúa',
          }[hold];
    return `la versión ${version} está ${VERSIONS[state]}${paused}${closed === undefined ? '' : `, cerrada a entradas desde el ${moment(closed)}`}`;
  },
  said: ({ text }) => text,
  refusal: ({ reason }, { refusal }) => refusal(reason),
  'would-have-entered': ({ version, by, key }, { quoted }) =>
    `habría entrado en la versión ${version} por ${quoted(by)}${keyed(key)}`,
  'door-event': ({ names, conditions }, { quoted, list }) =>
    `se entra por el evento ${list(names.map(quoted), 'or')}${conditions ? ' que cumple sus condiciones' : ''}`,
  'never-happened': () => 'nunca le ocurrió a esta persona',
  happened({ name, but }, { quoted, moment }) {
    if (but === undefined) return `${quoted(name)} ocurrió por última vez`;
    switch (but.why) {
      case 'imported':
        return `${quoted(name)} ocurrió por última vez, y se importó como historial, que no inicia nada`;
      case 'stale':
        return `${quoted(name)} ocurrió por última vez, y llegó más de un día después: demasiado tarde para empezar un recorrido`;
      case 'before-live':
        return `${quoted(name)} ocurrió por última vez antes de que esta versión se activara el ${moment(but.live)}`;
    }
  },
  unfit: ({ path, test, found }, tools) => `no encaja: se pide que ${tools.test(path, test)}, y era ${found}`,
  'door-api': () => 'solo se entra por la API',
  'door-audience': ({ audience, on }) =>
    `se entra por la audiencia ${audience}: ${{ entered: 'quien entra en ella', left: 'quien sale de ella', both: 'quien entra en ella o sale de ella', read: 'cuando se lee' }[on]}`,
  member: ({ is }) => (is ? 'es miembro' : 'no es miembro'),
  'ask-audience': ({ audience }, { quoted }) => `el porqué se lee en la audiencia ${quoted(audience)}`,
  'ask-journey': ({ journey }, { quoted }) => `el camino se lee en el recorrido ${quoted(journey)}`,

  'by-journey': ({ step, journey, version, instance }) =>
    `puesto en cola por el paso ${step ?? '?'} del recorrido ${journey}, versión ${version ?? '?'}${instance === null ? '' : `, entrada ${instance}`}`,
  'by-campaign': ({ activity, campaign, run, lane }) =>
    `puesto en cola por la actividad ${activity ?? '?'} de la campaña ${campaign}${run === null ? '' : `, ejecución ${run}`}, en la cola ${LANES[lane]}`,
  'by-api': ({ lane }) => `puesto en cola por una petición a la API, en la cola ${LANES[lane]}`,
  'consent-asked': ({ mode, channel, topic }) =>
    mode === 'none'
      ? 'consentimiento: este envío no pide ninguno'
      : `consentimiento: este envío pide que ${about(channel, topic)} ${mode === 'opt-in' ? 'esté aceptado' : 'no esté rechazado'}`,
  'consent-said': ({ status, channel, topic, source, later }) =>
    `${status === 'granted' ? 'aceptado' : 'rechazado'} para ${topic === '' ? `${channel} en general` : about(channel, topic)}, dicho por ${source}${later ? ', después de este mensaje; lo dicho antes no se guarda' : ''}`,
  'consent-silent': ({ channel }) => `no hay nada anotado sobre ${channel}`,
  suppressed: ({ address, reason, detail, later }) =>
    `bloqueo: ${address}, ${SUPPRESSIONS[reason]}${detail === null ? '' : ` (${detail})`}${later ? ', después de este mensaje' : ''}`,
  'suppressed-then': () => 'bloqueo: la dirección estaba bloqueada entonces, y ya no lo está',
  'provider-took': ({ channel, attempts }) => `el proveedor lo aceptó${through(channel)}${tries(attempts)}`,
  'provider-refused': ({ reason, channel, attempts }, tools) =>
    `${reason === null ? 'falló' : tools.reason(reason)}${through(channel)}${tries(attempts)}`,
  'answer-lost': ({ channel, attempts }) =>
    `se perdió la respuesta${through(channel)}${tries(attempts)}; no se reenvía por sí solo`,
  tried: ({ channel, attempts }) =>
    `intentado ${attempts === 1 ? 'una vez' : `${attempts} veces`} hasta ahora${through(channel)}`,
  'own-words': ({ text }) => `en sus propias palabras: ${text}`,
  reaction: ({ what, machine, times, last }, { moment }) =>
    `${REACTIONS[what]} por ${machine ? 'una máquina, no una persona' : 'la persona'}${times > 1 ? `, ${times} veces hasta el ${moment(last)}` : ''}`,
  'no-reaction': () => 'ninguna reacción por ahora',
  'would-send': ({ journey, step, to: address }) => `mensaje de ${journey}, ${step}: enviado a ${address}`,
  'would-not-send': ({ journey, step, reason }, tools) =>
    `mensaje de ${journey}, ${step}: no enviado: ${tools.reason(reason)}`,

  audiences: ({ any }) => (any ? 'audiencias' : 'en ninguna audiencia'),
  journeys: ({ any }) => (any ? 'recorridos' : 'en ningún recorrido por ahora'),
  messages: ({ any }) => (any ? 'mensajes' : 'ningún mensaje por ahora'),
  'one-audience': ({ audience }) => `en ${audience}`,
  'one-journey': ({ journey, version, state, reason }, { end }) =>
    `${journey}, versión ${version}: ${state === 'ended' ? `salió, ${end(reason ?? '', [])}` : { active: 'dentro', held: 'retenida' }[state]}`,
  'one-refusal': ({ journey, reason }, { refusal }) => `${journey}: ${refusal(reason)}`,
  'one-message': ({ message, of, step, state, reason }, tools) =>
    `mensaje ${message.id}, ${message.template ?? '?'}${of === null ? '' : ` de ${of}${step === null ? '' : `, ${step}`}`}: ${MESSAGES[state]}${reason === null ? '' : `: ${tools.reason(reason)}`}`,
};
