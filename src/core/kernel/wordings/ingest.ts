import type { Translations } from './translations.ts';

/** Why something that was sent could not be taken. */
export const INGEST = {
  'A CloudEvent is a JSON object.': {
    fr: 'Un CloudEvent est un objet JSON.',
    es: 'Un CloudEvent es un objeto JSON.',
    pt: 'Um CloudEvent é um objeto JSON.',
  },
  'The CloudEvent lacks {missing}.': {
    fr: 'Il manque au CloudEvent : {missing}.',
    es: 'Al CloudEvent le falta {missing}.',
    pt: 'Falta ao CloudEvent: {missing}.',
  },
  'Only CloudEvents of version 1.0 are read.': {
    fr: 'Seuls les CloudEvents de version 1.0 sont lus.',
    es: 'Solo se leen CloudEvents de la versión 1.0.',
    pt: 'Só se leem CloudEvents da versão 1.0.',
  },
  'An event of a webhook is a JSON object.': {
    fr: 'Un événement de webhook est un objet JSON.',
    es: 'Un evento de webhook es un objeto JSON.',
    pt: 'Um evento de webhook é um objeto JSON.',
  },
  'The body has no text at {path}, where the name of the event should be.': {
    fr: 'Le corps n’a pas de texte à {path}, où devrait être le nom de l’événement.',
    es: 'El cuerpo no tiene texto en {path}, donde debería estar el nombre del evento.',
    pt: 'O corpo não tem texto em {path}, onde devia estar o nome do evento.',
  },
  'The event is nested more than {max} levels deep.': {
    fr: 'L’événement est imbriqué sur plus de {max} niveaux.',
    es: 'El evento está anidado más de {max} niveles.',
    pt: 'O evento está aninhado em mais de {max} níveis.',
  },
  'An object of the event has {count} keys; {max} are allowed.': {
    fr: 'Un objet de l’événement a {count} clés ; {max} sont permises.',
    es: 'Un objeto del evento tiene {count} claves; se permiten {max}.',
    pt: 'Um objeto do evento tem {count} chaves; são permitidas {max}.',
  },
  'The event has more than {max} characters.': {
    fr: 'L’événement a plus de {max} caractères.',
    es: 'El evento tiene más de {max} caracteres.',
    pt: 'O evento tem mais de {max} caracteres.',
  },
  'The timestamp {text} is no ISO 8601 date and time.': {
    fr: 'L’horodatage {text} n’est pas une date et une heure ISO 8601.',
    es: 'La marca de tiempo {text} no es una fecha y hora ISO 8601.',
    pt: 'A marca temporal {text} não é uma data e hora ISO 8601.',
  },
  'The timestamp {text} is more than {years} years ago.': {
    fr: 'L’horodatage {text} remonte à plus de {years} ans.',
    es: 'La marca de tiempo {text} es de hace más de {years} años.',
    pt: 'A marca temporal {text} é de há mais de {years} anos.',
  },
  'An event is a JSON object.': {
    fr: 'Un événement est un objet JSON.',
    es: 'Un evento es un objeto JSON.',
    pt: 'Um evento é um objeto JSON.',
  },
  '"type" must be one of {types}.': {
    fr: '« type » doit être un parmi {types}.',
    es: '«type» debe ser uno de {types}.',
    pt: '“type” tem de ser um de {types}.',
  },
  'The event names nobody: neither userId nor anonymousId.': {
    fr: 'L’événement ne nomme personne : ni userId ni anonymousId.',
    es: 'El evento no nombra a nadie: ni userId ni anonymousId.',
    pt: 'O evento não nomeia ninguém: nem userId nem anonymousId.',
  },
  'The event names nobody: it has nothing at {paths}.': {
    fr: 'L’événement ne nomme personne : il n’a rien à {paths}.',
    es: 'El evento no nombra a nadie: no tiene nada en {paths}.',
    pt: 'O evento não nomeia ninguém: não tem nada em {paths}.',
  },
  'The body has nothing at {path}, where its events should be.': {
    fr: 'Le corps n’a rien à {path}, où devraient être ses événements.',
    es: 'El cuerpo no tiene nada en {path}, donde deberían estar sus eventos.',
    pt: 'O corpo não tem nada em {path}, onde deveriam estar os seus eventos.',
  },
  'The line is not JSON.': {
    fr: 'La ligne n’est pas du JSON.',
    es: 'La línea no es JSON.',
    pt: 'A linha não é JSON.',
  },
  'The event names nobody: {names} cannot be an identity.': {
    fr: 'L’événement ne nomme personne : {names} ne peut pas être une identité.',
    es: 'El evento no nombra a nadie: {names} no puede ser una identidad.',
    pt: 'O evento não nomeia ninguém: {names} não pode ser uma identidade.',
  },
  'A group event needs a groupId.': {
    fr: 'Un événement de groupe a besoin d’un groupId.',
    es: 'Un evento de grupo necesita un groupId.',
    pt: 'Um evento de grupo precisa de um groupId.',
  },
  'A groupId has {max} characters at most.': {
    fr: 'Un groupId a au plus {max} caractères.',
    es: 'Un groupId tiene como máximo {max} caracteres.',
    pt: 'Um groupId tem no máximo {max} caracteres.',
  },
  'A track event needs a text as its "event".': {
    fr: 'Un événement track a besoin d’un texte comme « event ».',
    es: 'Un evento track necesita un texto como «event».',
    pt: 'Um evento track precisa de um texto como “event”.',
  },
  'The name of an event has {max} characters at most.': {
    fr: 'Le nom d’un événement a {max} caractères au plus.',
    es: 'El nombre de un evento tiene {max} caracteres como máximo.',
    pt: 'O nome de um evento tem {max} caracteres no máximo.',
  },
  'The request has no body.': {
    fr: 'La requête n’a pas de corps.',
    es: 'La petición no tiene cuerpo.',
    pt: 'O pedido não tem corpo.',
  },
  'The body is encoded as {encoding}; only gzip is read.': {
    fr: 'Le corps est codé en {encoding} ; seul gzip est lu.',
    es: 'El cuerpo está codificado como {encoding}; solo se lee gzip.',
    pt: 'O corpo está codificado como {encoding}; só gzip é lido.',
  },
  'The body has more than {max} bytes.': {
    fr: 'Le corps dépasse {max} octets.',
    es: 'El cuerpo pasa de {max} bytes.',
    pt: 'O corpo passa de {max} bytes.',
  },
  'The body is not gzip.': {
    fr: 'Le corps n’est pas du gzip.',
    es: 'El cuerpo no es gzip.',
    pt: 'O corpo não é gzip.',
  },
  'The webhook has no mapping.': {
    fr: 'Le webhook n’a pas de correspondance.',
    es: 'El webhook no tiene correspondencia.',
    pt: 'O webhook não tem correspondência.',
  },
  'What Carillon itself causes was cut after {max} steps, at {place}.': {
    fr: 'Ce que Carillon cause lui-même a été coupé après {max} étapes, à {place}.',
    es: 'Lo que causa el propio Carillon se cortó tras {max} pasos, en {place}.',
    pt: 'O que o próprio Carillon causa foi cortado ao fim de {max} passos, em {place}.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
