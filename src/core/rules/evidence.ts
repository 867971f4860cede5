// What was found of one person, in the languages of sentences.
import type { LanguageCode } from '../kernel/index.ts';
import type { AggregateKind } from './comparison.ts';

type Status = 'granted' | 'refused' | 'unknown';
export type Unreachable =
  | { readonly kind: 'no_address' | 'invalid_address' | 'suppressed' }
  | { readonly kind: 'consent'; readonly status: Status };

/** What a language has to say of facts; each entry makes a clause. */
export type Evidence = {
  readonly missing: string;
  readonly is: (value: string) => string;
  /** How many things were found: one, or several of them. */
  readonly found: (count: string, noun: string) => string;
  readonly nouns: Readonly<Record<'event' | 'row' | 'message' | 'reaction', readonly [one: string, many: string]>>;
  /** Behind what was found: how many were asked for. */
  readonly wanted: (comparisons: string) => string;
  readonly compared: Readonly<Record<'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'between', string>>;
  readonly and: string;
  readonly or: string;
  readonly measures: Readonly<Record<AggregateKind, string>>;
  readonly of: (measure: string, path: string) => string;
  readonly lastOn: (moment: string) => string;
  readonly member: string;
  readonly noMember: string;
  readonly reachable: string;
  readonly unreachable: Readonly<Record<'no_address' | 'invalid_address' | 'suppressed', string>>;
  readonly consent: Readonly<Record<Status, string>>;
};

const ENGLISH: Evidence = {
  missing: 'is missing',
  is: (value) => `is ${value}`,
  found: (count, noun) => `found ${count} ${noun}`,
  nouns: {
    event: ['event', 'events'],
    row: ['row', 'rows'],
    message: ['message', 'messages'],
    reaction: ['reaction', 'reactions'],
  },
  wanted: (comparisons) => ` of the wanted ${comparisons}`,
  compared: {
    eq: 'exactly',
    ne: 'other than',
    gt: 'more than',
    gte: 'at least',
    lt: 'fewer than',
    lte: 'at most',
    between: 'between',
  },
  and: 'and',
  or: 'or',
  measures: {
    count: 'count',
    sum: 'sum',
    average: 'average',
    min: 'min',
    max: 'max',
    distinct: 'distinct',
    first: 'first',
    last: 'last',
  },
  of: (measure, path) => `${measure} of ${path}`,
  lastOn: (moment) => `last on ${moment}`,
  member: 'is a member',
  noMember: 'is no member',
  reachable: 'can be reached',
  unreachable: {
    no_address: 'has no address',
    invalid_address: 'the address is not valid',
    suppressed: 'the address is suppressed',
  },
  consent: {
    granted: 'consent is granted',
    refused: 'consent is refused',
    unknown: 'consent is unknown',
  },
};

const FRENCH: Evidence = {
  missing: 'manque',
  is: (value) => `est ${value}`,
  found: (count, noun) => `trouvé ${count} ${noun}`,
  nouns: {
    event: ['événement', 'événements'],
    row: ['ligne', 'lignes'],
    message: ['message', 'messages'],
    reaction: ['réaction', 'réactions'],
  },
  wanted: (comparisons) => `, il en faut ${comparisons}`,
  compared: {
    eq: 'exactement',
    ne: 'un autre nombre que',
    gt: 'plus de',
    gte: 'au moins',
    lt: 'moins de',
    lte: 'au plus',
    between: 'entre',
  },
  and: 'et',
  or: 'ou',
  measures: {
    count: 'nombre',
    sum: 'somme',
    average: 'moyenne',
    min: 'minimum',
    max: 'maximum',
    distinct: 'valeurs différentes',
    first: 'premier',
    last: 'dernier',
  },
  of: (measure, path) => `${measure} de ${path}`,
  lastOn: (moment) => `en dernier le ${moment}`,
  member: 'en est membre',
  noMember: 'n’en est pas membre',
  reachable: 'peut être joint',
  unreachable: {
    no_address: 'n’a pas d’adresse',
    invalid_address: 'l’adresse n’est pas valide',
    suppressed: 'l’adresse est bloquée',
  },
  consent: {
    granted: 'le consentement est donné',
    refused: 'le consentement est refusé',
    unknown: 'le consentement est inconnu',
  },
};

const SPANISH: Evidence = {
  missing: 'falta',
  is: (value) => `es ${value}`,
  found: (count, noun) => `se encontró ${count} ${noun}`,
  nouns: {
    event: ['evento', 'eventos'],
    row: ['fila', 'filas'],
    message: ['mensaje', 'mensajes'],
    reaction: ['reacción', 'reacciones'],
  },
  wanted: (comparisons) => `; se piden ${comparisons}`,
  compared: {
    eq: 'exactamente',
    ne: 'un número distinto de',
    gt: 'más de',
    gte: 'al menos',
    lt: 'menos de',
    lte: 'como máximo',
    between: 'entre',
  },
  and: 'y',
  or: 'o',
  measures: {
    count: 'número',
    sum: 'suma',
    average: 'media',
    min: 'mínimo',
    max: 'máximo',
    distinct: 'valores distintos',
    first: 'primero',
    last: 'último',
  },
  of: (measure, path) => `${measure} de ${path}`,
  lastOn: (moment) => `por última vez el ${moment}`,
  member: 'es miembro',
  noMember: 'no es miembro',
  reachable: 'se le puede contactar',
  unreachable: {
    no_address: 'no tiene dirección',
    invalid_address: 'la dirección no es válida',
    suppressed: 'la dirección está bloqueada',
  },
  consent: {
    granted: 'el consentimiento está dado',
    refused: 'el consentimiento está rechazado',
    unknown: 'el consentimiento se desconoce',
  },
};

const PORTUGUESE: Evidence = {
  missing: 'falta',
  is: (value) => `é ${value}`,
  found: (count, noun) => `encontrado: ${count} ${noun}`,
  nouns: {
    event: ['evento', 'eventos'],
    row: ['linha', 'linhas'],
    message: ['mensagem', 'mensagens'],
    reaction: ['reação', 'reações'],
  },
  wanted: (comparisons) => `; pede-se ${comparisons}`,
  compared: {
    eq: 'exatamente',
    ne: 'um número diferente de',
    gt: 'mais de',
    gte: 'no mínimo',
    lt: 'menos de',
    lte: 'no máximo',
    between: 'entre',
  },
  and: 'e',
  or: 'ou',
  measures: {
    count: 'número',
    sum: 'soma',
    average: 'média',
    min: 'mínimo',
    max: 'máximo',
    distinct: 'valores diferentes',
    first: 'primeiro',
    last: 'último',
  },
  of: (measure, path) => `${measure} de ${path}`,
  lastOn: (moment) => `pela última vez em ${moment}`,
  member: 'é membro',
  noMember: 'não é membro',
  reachable: 'pode ser contactado',
  unreachable: {
    no_address: 'não tem endereço',
    invalid_address: 'o endereço não é válido',
    suppressed: 'o endereço está bloqueado',
  },
  consent: {
    granted: 'o consentimento foi dado',
    refused: 'o consentimento foi recusado',
    unknown: 'o consentimento é desconhecido',
  },
};

export const EVIDENCE: Readonly<Record<LanguageCode, Evidence>> = {
  en: ENGLISH,
  fr: FRENCH,
  es: SPANISH,
  pt: PORTUGUESE,
};
