import type { Lane, MessageState, SendState } from '../deliveries/index.ts';
import type { VersionState } from '../journeys/index.ts';
import type { Awaits, ChangeCause, MessageName, Reaction, Standing, SuppressionReason } from './fact.ts';
import type { Tools, WhyWords } from './tools.ts';

const AWAITED: Readonly<Record<Awaits, string>> = {
  input: 'que algo aconteça',
  message: 'saber o que acontece à sua mensagem',
  response: 'a resposta à sua chamada',
  lookup: 'linhas que procura',
  join: 'pelos outros ramos',
};

const CAUSES: Readonly<Record<ChangeCause, string>> = {
  event: 'por um evento',
  time: 'porque o tempo passou: o que a regra conta saiu do seu período',
  profile: 'porque algo mudou na pessoa',
  rule: 'porque a audiência foi publicada com esta regra',
  merge: 'porque se viu que dois perfis eram a mesma pessoa',
  rows: 'porque mudaram linhas que a regra lê',
};

const LANES: Readonly<Record<Lane, string>> = {
  transactional: 'transacional',
  journey: 'das jornadas',
  campaign: 'das campanhas',
};
const SENDS: Readonly<Record<SendState, string>> = {
  prepared: 'por confirmar',
  sending: 'em curso',
  paused: 'em pausa',
  stopped: 'parado',
  finished: 'terminado',
};
const MESSAGES: Readonly<Record<MessageState, string>> = {
  held: 'retida',
  queued: 'na fila',
  sending: 'a ser enviada',
  excluded: 'excluída',
  sent: 'enviada',
  failed: 'falhada',
  uncertain: 'incerta',
};
const VERSIONS: Readonly<Record<VersionState, string>> = {
  live: 'ativa',
  paused: 'em pausa',
  closed: 'fechada',
  stopped: 'parada',
  finished: 'terminada',
  dry_run: 'em ensaio',
  test: 'em teste',
};
const SUPPRESSIONS: Readonly<Record<SuppressionReason, string>> = {
  hard_bounce: 'por uma rejeição definitiva',
  complaint: 'por uma queixa',
  manual: 'à mão',
};
const REACTIONS: Readonly<Record<Reaction, string>> = {
  opened: 'aberta',
  clicked: 'clicada',
  unsubscribed: 'subscrição cancelada',
  complained: 'queixa feita',
};

function stands({ node, held, awaits, until }: Standing, { moment }: Tools): string {
  if (held) return `está retida em ${node}`;
  const what = awaits === undefined ? '' : ` ${AWAITED[awaits]}`;
  return `espera${what} em ${node}${until === undefined ? '' : `, até ${moment(until)}`}`;
}

function named({ id, template, version }: MessageName): string {
  return `A mensagem ${id}${template === undefined ? '' : ` (modelo ${template}, versão ${version})`}`;
}

function excluded(reason: string | null, channel: string, tools: Tools): string {
  switch (reason) {
    case null:
      return 'o motivo não foi registado';
    case 'no_profile':
      return 'não há ninguém por trás dessa linha da população';
    case 'duplicate':
      return 'outra linha da mesma pessoa já recebeu uma';
    case 'no_address':
      return `a pessoa não tinha endereço para ${channel}`;
    case 'invalid_address':
      return 'não se pode escrever para o endereço tal como está';
    case 'suppressed':
      return 'o endereço está bloqueado';
    case 'no_consent':
      return 'o consentimento da pessoa não o permitia';
    case 'stopped':
      return 'o envio foi parado antes da sua vez';
    default:
      return tools.reason(reason);
  }
}

const about = (channel: string, topic: string) => (topic === '' ? channel : `${channel}, tema ${topic}`);
const through = (channel: string | undefined) => (channel === undefined ? '' : ` pelo canal ${channel}`);
const tries = (attempts: number) => (attempts > 1 ? `, após ${attempts} tentativas` : '');
const to = (address: string | null) => (address === null ? '' : ` para ${address}`);
const keyed = (key: string) => (key === '' ? '' : `, chave ${key}`);
const inJourney = (journey: string, key: string) => (key === '' ? journey : `${journey} (${key})`);

/** Why things happened, in Portuguese. */
export const PORTUGUESE: WhyWords = {
  person: ({ profileId, email, since }, { moment }) =>
    `Perfil ${profileId}${email === null ? '' : `, ${email}`}, conhecido desde ${moment(since)}.`,
  'in-audience': ({ audience, since }, { moment }) =>
    `Em ${audience}${since === undefined ? '' : ` desde ${moment(since)}`}.`,
  'not-in-audience': ({ audience, left }, { moment }) =>
    `Não está em ${audience}${left === undefined ? '' : `: saiu em ${moment(left)}`}.`,
  'never-in-journey': ({ journey, refused }, { moment, refusal }) =>
    refused === undefined
      ? `Nunca esteve em ${journey}.`
      : `Nunca esteve em ${journey}; em ${moment(refused.at)} ${refusal(refused.reason)}.`,
  'left-journey': ({ journey, key, at, reason, exits }, { moment, end }) =>
    `Saiu de ${inJourney(journey, key)} em ${moment(at)}: ${end(reason, exits)}.`,
  'in-journey': ({ journey, key, since, held, places }, tools) => {
    const where = places.map((place) => stands(place, tools)).join('; ');
    return `Em ${inJourney(journey, key)} desde ${tools.moment(since)}${held ? ', retida enquanto a jornada está em pausa' : ''}${where === '' ? '' : `: ${where}`}.`;
  },
  'message-sent': ({ message, to: address, at }, { moment }) =>
    `${named(message)} foi entregue ao fornecedor${to(address)}${at === undefined ? '' : ` em ${moment(at)}`}.`,
  'message-excluded': ({ message, reason, channel }, tools) =>
    `${named(message)} não foi enviada: ${excluded(reason, channel, tools)}.`,
  'message-failed': ({ message, to: address, at, reason }, { moment, reason: word }) =>
    `${named(message)}${to(address)} falhou${at === undefined ? '' : ` em ${moment(at)}`}: ${reason === null ? 'o motivo não foi registado' : word(reason)}.`,
  'message-uncertain': ({ message, to: address, at }, { moment }) =>
    `${named(message)}${to(address)} pode ter saído ou não${at === undefined ? '' : ` em ${moment(at)}`}: a resposta do fornecedor perdeu-se.`,
  'message-sending': ({ message, to: address }) =>
    `${named(message)} está agora mesmo a ser entregue ao fornecedor${to(address)}.`,
  'message-held': ({ message, to: address, send, reason }) =>
    `${named(message)}${to(address)} está retida: o seu envio está ${send === undefined ? 'num estado desconhecido' : SENDS[send]}${reason === undefined ? '' : ` (${reason})`}.`,
  'message-queued': ({ message, to: address, until }, { moment }) =>
    `${named(message)}${to(address)} espera na caixa de saída${until === undefined ? '' : ` até ${moment(until)}`}.`,

  saved: ({ campaign, run }) => `posta lá pela campanha ${campaign ?? '?'}, execução ${run}`,
  change: ({ change, cause, event }, { moment }) =>
    `${change === 'entered' ? 'entrou' : 'saiu'}: ${event === undefined ? CAUSES[cause] : `pelo evento ${event.name} de ${moment(event.at)}`}`,
  condition: ({ holds, sentence, found }) => `${holds ? 'sim' : 'não'}: ${sentence}${found === '' ? '' : `: ${found}`}`,
  moved: ({ change, audience, cause }) =>
    `${change === 'entered' ? 'entrou na' : 'saiu da'} audiência ${audience}, ${CAUSES[cause]}`,

  entered: ({ version, by, key, dryRun }, { quoted }) =>
    `entrou na versão ${version} por ${quoted(by)}${keyed(key)}${dryRun ? ', em ensaio: nada é enviado' : ''}`,
  passage: ({ passage, step }, tools) => tools.passage(passage, step),
  ended: ({ reason, exits }, { end }) => end(reason, exits),
  stands,
  'chosen-hour': ({ choice }, { hour }) => hour(choice),
  does: ({ node, step }, tools) => `${node} ${tools.step(step)}`,
  version: ({ version, state, hold, closed }, { moment }) => {
    const paused =
      hold === undefined
        ? ''
        : { hold: ' e retém as pessoas nos passos que agem', discard: ' e deixa ir quem chega a um passo que age' }[
            hold
          ];
    return `a versão ${version} está ${VERSIONS[state]}${paused}${closed === undefined ? '' : `, fechada a entradas desde ${moment(closed)}`}`;
  },
  said: ({ text }) => text,
  refusal: ({ reason }, { refusal }) => refusal(reason),
  'would-have-entered': ({ version, by, key }, { quoted }) =>
    `teria entrado na versão ${version} por ${quoted(by)}${keyed(key)}`,
  'door-event': ({ names, conditions }, { quoted, list }) =>
    `entra-se pelo evento ${list(names.map(quoted), 'or')}${conditions ? ' que cumpre as suas condições' : ''}`,
  'never-happened': () => 'nunca aconteceu a esta pessoa',
  happened({ name, but }, { quoted, moment }) {
    if (but === undefined) return `${quoted(name)} aconteceu pela última vez`;
    switch (but.why) {
      case 'imported':
        return `${quoted(name)} aconteceu pela última vez, e foi importado como histórico, que não inicia nada`;
      case 'stale':
        return `${quoted(name)} aconteceu pela última vez, e chegou mais de um dia depois: tarde demais para começar uma jornada`;
      case 'before-live':
        return `${quoted(name)} aconteceu pela última vez antes de esta versão ficar ativa em ${moment(but.live)}`;
    }
  },
  unfit: ({ path, test, found }, tools) => `não serve: pede-se que ${tools.test(path, test)}, e era ${found}`,
  'door-api': () => 'só se entra pela API',
  'door-audience': ({ audience, on }) =>
    `entra-se pela audiência ${audience}: ${{ entered: 'quem nela entra', left: 'quem dela sai', both: 'quem nela entra ou dela sai', read: 'quando é lida' }[on]}`,
  member: ({ is }) => (is ? 'é membro' : 'não é membro'),
  'ask-audience': ({ audience }, { quoted }) => `o porquê lê-se na audiência ${quoted(audience)}`,
  'ask-journey': ({ journey }, { quoted }) => `o caminho lê-se na jornada ${quoted(journey)}`,

  'by-journey': ({ step, journey, version, instance }) =>
    `posta na fila pelo passo ${step ?? '?'} da jornada ${journey}, versão ${version ?? '?'}${instance === null ? '' : `, passagem ${instance}`}`,
  'by-campaign': ({ activity, campaign, run, lane }) =>
    `posta na fila pela atividade ${activity ?? '?'} da campanha ${campaign}${run === null ? '' : `, execução ${run}`}, na fila ${LANES[lane]}`,
  'by-api': ({ lane }) => `posta na fila por um pedido à API, na fila ${LANES[lane]}`,
  'consent-asked': ({ mode, channel, topic }) =>
    mode === 'none'
      ? 'consentimento: este envio não pede nenhum'
      : `consentimento: este envio pede que ${about(channel, topic)} ${mode === 'opt-in' ? 'tenha sido aceite' : 'não tenha sido recusado'}`,
  'consent-said': ({ status, channel, topic, source, later }) =>
    `${status === 'granted' ? 'aceite' : 'recusado'} para ${topic === '' ? `${channel} em geral` : about(channel, topic)}, dito por ${source}${later ? ', depois desta mensagem; o que foi dito antes não se guarda' : ''}`,
  'consent-silent': ({ channel }) => `nada está registado sobre ${channel}`,
  suppressed: ({ address, reason, detail, later }) =>
    `bloqueio: ${address}, ${SUPPRESSIONS[reason]}${detail === null ? '' : ` (${detail})`}${later ? ', depois desta mensagem' : ''}`,
  'suppressed-then': () => 'bloqueio: o endereço estava bloqueado nessa altura, e já não está',
  'provider-took': ({ channel, attempts }) => `o fornecedor aceitou-a${through(channel)}${tries(attempts)}`,
  'provider-refused': ({ reason, channel, attempts }, tools) =>
    `${reason === null ? 'falhou' : tools.reason(reason)}${through(channel)}${tries(attempts)}`,
  'answer-lost': ({ channel, attempts }) =>
    `a resposta perdeu-se${through(channel)}${tries(attempts)}; não é reenviada por si só`,
  tried: ({ channel, attempts }) =>
    `tentada ${attempts === 1 ? 'uma vez' : `${attempts} vezes`} até agora${through(channel)}`,
  'own-words': ({ text }) => `nas suas próprias palavras: ${text}`,
  reaction: ({ what, machine, times, last }, { moment }) =>
    `${REACTIONS[what]} por ${machine ? 'uma máquina, não uma pessoa' : 'a pessoa'}${times > 1 ? `, ${times} vezes até ${moment(last)}` : ''}`,
  'no-reaction': () => 'nenhuma reação até agora',
  'would-send': ({ journey, step, to: address }) => `mensagem de ${journey}, ${step}: enviada para ${address}`,
  'would-not-send': ({ journey, step, reason }, tools) =>
    `mensagem de ${journey}, ${step}: não enviada: ${tools.reason(reason)}`,

  audiences: ({ any }) => (any ? 'audiências' : 'em nenhuma audiência'),
  journeys: ({ any }) => (any ? 'jornadas' : 'em nenhuma jornada até agora'),
  messages: ({ any }) => (any ? 'mensagens' : 'nenhuma mensagem até agora'),
  'one-audience': ({ audience }) => `em ${audience}`,
  'one-journey': ({ journey, version, state, reason }, { end }) =>
    `${journey}, versão ${version}: ${state === 'ended' ? `saiu, ${end(reason ?? '', [])}` : { active: 'dentro', held: 'retida' }[state]}`,
  'one-refusal': ({ journey, reason }, { refusal }) => `${journey}: ${refusal(reason)}`,
  'one-message': ({ message, of, step, state, reason }, tools) =>
    `mensagem ${message.id}, ${message.template ?? '?'}${of === null ? '' : ` de ${of}${step === null ? '' : `, ${step}`}`}: ${MESSAGES[state]}${reason === null ? '' : `: ${tools.reason(reason)}`}`,
};
