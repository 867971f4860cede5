import { joined, listed, spaced, type Unit, unitOf, windowParts } from './phrases.ts';
import type { Language } from './sentence.ts';

const quoted = (value: unknown) => {
  if (typeof value === 'boolean') return value ? 'verdadero' : 'falso';
  return typeof value === 'string' ? `«${value}»` : String(value);
};
const oneOf = (operand: unknown, value: (value: unknown) => string) =>
  listed(operand, { value, or: 'o', others: (count) => `${count} más` });

const UNITS: Record<Unit, { readonly one: string; readonly many: string; readonly feminine: boolean }> = {
  ms: { one: 'milisegundo', many: 'milisegundos', feminine: false },
  s: { one: 'segundo', many: 'segundos', feminine: false },
  m: { one: 'minuto', many: 'minutos', feminine: false },
  h: { one: 'hora', many: 'horas', feminine: true },
  d: { one: 'día', many: 'días', feminine: false },
  w: { one: 'semana', many: 'semanas', feminine: true },
};

function duration(text: string): string {
  const found = unitOf(text);
  return found ? `${found.amount} ${UNITS[found.unit][found.amount === '1' ? 'one' : 'many']}` : text;
}

/** `30d` as "en los últimos 30 días". */
function lastly(text: string): string {
  const found = unitOf(text);
  if (!found) return `en ${text}`;
  const { one, many, feminine } = UNITS[found.unit];
  if (found.amount === '1') return feminine ? `en la última ${one}` : `en el último ${one}`;
  return feminine ? `en las últimas ${found.amount} ${many}` : `en los últimos ${found.amount} ${many}`;
}

function moment(text: string): string {
  if (text.startsWith('-')) return `hace ${duration(text.slice(1))}`;
  if (text.startsWith('+')) return `dentro de ${duration(text.slice(1))}`;
  return text;
}

const MEASURES = {
  count: 'el número',
  sum: 'la suma',
  average: 'la media',
  min: 'el menor valor',
  max: 'el mayor valor',
  distinct: 'el número de valores distintos',
  first: 'el primer',
  last: 'el último',
} as const;

const WHAT: Record<string, string> = {
  sent: 'mensajes enviados',
  failed: 'mensajes fallidos',
  excluded: 'mensajes excluidos',
  uncertain: 'mensajes inciertos',
  opened: 'mensajes abiertos',
  clicked: 'mensajes con clic',
  unsubscribed: 'mensajes con baja',
  complained: 'mensajes con queja',
};

/** The clauses of rules in Spanish. */
export const SPANISH: Language = {
  and: 'y',
  or: 'o',
  duration,
  join(how, clauses) {
    if (how === 'all') return joined(clauses, 'y');
    if (how === 'any') return clauses.length === 1 ? joined(clauses, 'o') : `o bien ${joined(clauses, 'o')}`;
    return clauses.length === 1 ? `no (${clauses[0]})` : `nada de (${clauses.join('; ')})`;
  },
  everyone: 'todo el mundo',
  nobody: 'nadie',
  value: quoted,
  operators: {
    eq: (operand, value) => `es ${value(operand)}`,
    ne: (operand, value) => `no es ${value(operand)}`,
    gt: (operand, value) => `es mayor que ${value(operand)}`,
    gte: (operand, value) => `es al menos ${value(operand)}`,
    lt: (operand, value) => `es menor que ${value(operand)}`,
    lte: (operand, value) => `es como máximo ${value(operand)}`,
    in: (operand, value) => `es ${oneOf(operand, value)}`,
    not_in: (operand, value) => `no es ${oneOf(operand, value)}`,
    between: (operand, value) => `está entre ${(operand as readonly unknown[]).map(value).join(' y ')}`,
    empty: (operand) => (operand ? 'está vacío' : 'está relleno'),
    starts_with: (operand, value) => `empieza por ${value(operand)}`,
    not_starts_with: (operand, value) => `no empieza por ${value(operand)}`,
    contains: (operand, value) => `contiene ${value(operand)}`,
    not_contains: (operand, value) => `no contiene ${value(operand)}`,
    like: (operand, value) => `se parece a ${value(operand)}`,
    not_like: (operand, value) => `no se parece a ${value(operand)}`,
    within: (operand) => `está ${lastly(String(operand))}`,
    not_within: (operand) => `no está ${lastly(String(operand))}`,
    before: (operand) => `es anterior a ${moment(String(operand))}`,
    after: (operand) => `es posterior a ${moment(String(operand))}`,
    anniversary: (operand) => `vuelve en los próximos ${duration(String(operand))}`,
  },
  compared: (subject, predicates) => `${subject} ${joined(predicates, 'y')}`,
  trait: (name) => name.replaceAll('_', ' '),
  events: (names) => joined(names.map(quoted), 'o'),
  withProperties: (what, tests) => `${what} donde ${joined(tests, 'y')}`,
  window: (window) =>
    windowParts(window, {
      within: lastly,
      since: (since) => `desde ${moment(since)}`,
      before: (before) => `antes de ${moment(before)}`,
      between: (from, to) => `entre ${moment(from)} y ${moment(to)}`,
    }).join(' y '),
  did: (events, window) => spaced('hizo', events, window),
  measured(kind, of, what, window) {
    if (kind === 'first' || kind === 'last') {
      return spaced(of === undefined ? MEASURES[kind] : `${of} d${MEASURES[kind]}`, what, window);
    }
    return spaced(of === undefined ? MEASURES[kind] : `${MEASURES[kind]} de ${of}`, 'de', what, window);
  },
  sequence: (steps, window) => spaced('hizo', steps.join(', luego '), window),
  stepWithin: (step, within) => `en ${duration(within)} ${step}`,
  rows: (path) => path.split('.').join(' > ').replaceAll('_', ' '),
  suchThat: (what, condition) => `${what} (donde ${condition})`,
  has: (rows) => `tiene ${rows}`,
  link: (name, condition) => (condition === undefined ? `tiene un ${name}` : `su ${name} (donde ${condition})`),
  owner: (condition) => `pertenece a una persona de la que es cierto: ${condition}`,
  member: (audience) => `está en la audiencia «${audience}»`,
  message: ({ campaign, activity, what, reason }) =>
    spaced(
      WHAT[what] ?? what,
      reason === undefined ? '' : `por «${reason}»`,
      campaign === undefined ? '' : `de la campaña «${campaign}»`,
      activity === undefined ? '' : `de la actividad «${activity}»`,
    ),
  machineReaction: (what) => `${WHAT[what] ?? what} por una máquina`,
  gotMessage: (message, window) => spaced('tiene', message, window),
  consent: (channel, topic, is) => {
    const what = topic === undefined ? channel : `${channel} sobre «${topic}»`;
    if (is === 'granted') return `acepta ${what}`;
    return is === 'refused' ? `rechaza ${what}` : `no ha dicho nada de ${what}`;
  },
  reachable: (channel, topic) =>
    `se le puede contactar por ${channel}${topic === undefined ? '' : ` sobre «${topic}»`}`,
};
