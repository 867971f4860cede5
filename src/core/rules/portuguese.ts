import { joined, listed, spaced, type Unit, unitOf, windowParts } from './phrases.ts';
import type { Language } from './sentence.ts';

const quoted = (value: unknown) => {
  if (typeof value === 'boolean') return value ? 'verdadeiro' : 'falso';
  return typeof value === 'string' ? `“${value}”` : String(value);
};
const oneOf = (operand: unknown, value: (value: unknown) => string) =>
  listed(operand, { value, or: 'ou', others: (count) => `mais ${count}` });

const UNITS: Record<Unit, { readonly one: string; readonly many: string; readonly feminine: boolean }> = {
  ms: { one: 'milissegundo', many: 'milissegundos', feminine: false },
  s: { one: 'segundo', many: 'segundos', feminine: false },
  m: { one: 'minuto', many: 'minutos', feminine: false },
  h: { one: 'hora', many: 'horas', feminine: true },
  d: { one: 'dia', many: 'dias', feminine: false },
  w: { one: 'semana', many: 'semanas', feminine: true },
};

function duration(text: string): string {
  const found = unitOf(text);
  return found ? `${found.amount} ${UNITS[found.unit][found.amount === '1' ? 'one' : 'many']}` : text;
}

/** `30d` as "nos últimos 30 dias". */
function lastly(text: string): string {
  const found = unitOf(text);
  if (!found) return `em ${text}`;
  const { one, many, feminine } = UNITS[found.unit];
  if (found.amount === '1') return feminine ? `na última ${one}` : `no último ${one}`;
  return feminine ? `nas últimas ${found.amount} ${many}` : `nos últimos ${found.amount} ${many}`;
}

function moment(text: string): string {
  if (text.startsWith('-')) return `há ${duration(text.slice(1))}`;
  if (text.startsWith('+')) return `daqui a ${duration(text.slice(1))}`;
  return text;
}

const MEASURES = {
  count: 'o número',
  sum: 'a soma',
  average: 'a média',
  min: 'o menor valor',
  max: 'o maior valor',
  distinct: 'o número de valores diferentes',
  first: 'o primeiro',
  last: 'o último',
} as const;

const WHAT: Record<string, string> = {
  sent: 'mensagens enviadas',
  failed: 'mensagens falhadas',
  excluded: 'mensagens excluídas',
  uncertain: 'mensagens incertas',
  opened: 'mensagens abertas',
  clicked: 'mensagens clicadas',
  unsubscribed: 'mensagens com cancelamento',
  complained: 'mensagens com queixa',
};

/** The clauses of rules in Portuguese. */
export const PORTUGUESE: Language = {
  and: 'e',
  or: 'ou',
  duration,
  join(how, clauses) {
    if (how === 'all') return joined(clauses, 'e');
    if (how === 'any') return clauses.length === 1 ? joined(clauses, 'ou') : `ou ${joined(clauses, 'ou')}`;
    return clauses.length === 1 ? `não (${clauses[0]})` : `nada de (${clauses.join('; ')})`;
  },
  everyone: 'toda a gente',
  nobody: 'ninguém',
  value: quoted,
  operators: {
    eq: (operand, value) => `é ${value(operand)}`,
    ne: (operand, value) => `não é ${value(operand)}`,
    gt: (operand, value) => `é maior que ${value(operand)}`,
    gte: (operand, value) => `é no mínimo ${value(operand)}`,
    lt: (operand, value) => `é menor que ${value(operand)}`,
    lte: (operand, value) => `é no máximo ${value(operand)}`,
    in: (operand, value) => `é ${oneOf(operand, value)}`,
    not_in: (operand, value) => `não é ${oneOf(operand, value)}`,
    between: (operand, value) => `está entre ${(operand as readonly unknown[]).map(value).join(' e ')}`,
    empty: (operand) => (operand ? 'está vazio' : 'está preenchido'),
    starts_with: (operand, value) => `começa por ${value(operand)}`,
    not_starts_with: (operand, value) => `não começa por ${value(operand)}`,
    contains: (operand, value) => `contém ${value(operand)}`,
    not_contains: (operand, value) => `não contém ${value(operand)}`,
    like: (operand, value) => `é parecido com ${value(operand)}`,
    not_like: (operand, value) => `não é parecido com ${value(operand)}`,
    within: (operand) => `está ${lastly(String(operand))}`,
    not_within: (operand) => `não está ${lastly(String(operand))}`,
    before: (operand) => `é anterior a ${moment(String(operand))}`,
    after: (operand) => `é posterior a ${moment(String(operand))}`,
    anniversary: (operand) => `volta nos próximos ${duration(String(operand))}`,
  },
  compared: (subject, predicates) => `${subject} ${joined(predicates, 'e')}`,
  trait: (name) => name.replaceAll('_', ' '),
  events: (names) => joined(names.map(quoted), 'ou'),
  withProperties: (what, tests) => `${what} onde ${joined(tests, 'e')}`,
  window: (window) =>
    windowParts(window, {
      within: lastly,
      since: (since) => `desde ${moment(since)}`,
      before: (before) => `antes de ${moment(before)}`,
      between: (from, to) => `entre ${moment(from)} e ${moment(to)}`,
    }).join(' e '),
  did: (events, window) => spaced('fez', events, window),
  measured(kind, of, what, window) {
    if (kind === 'first' || kind === 'last') {
      return spaced(of === undefined ? MEASURES[kind] : `${of} d${MEASURES[kind]}`, what, window);
    }
    return spaced(of === undefined ? MEASURES[kind] : `${MEASURES[kind]} de ${of}`, 'de', what, window);
  },
  sequence: (steps, window) => spaced('fez', steps.join(', depois '), window),
  stepWithin: (step, within) => `em ${duration(within)} ${step}`,
  rows: (path) => path.split('.').join(' > ').replaceAll('_', ' '),
  suchThat: (what, condition) => `${what} (onde ${condition})`,
  has: (rows) => `tem ${rows}`,
  link: (name, condition) => (condition === undefined ? `tem um ${name}` : `o seu ${name} (onde ${condition})`),
  owner: (condition) => `pertence a uma pessoa de quem é verdade: ${condition}`,
  member: (audience) => `está na audiência “${audience}”`,
  message: ({ campaign, activity, what, reason }) =>
    spaced(
      WHAT[what] ?? what,
      reason === undefined ? '' : `por “${reason}”`,
      campaign === undefined ? '' : `da campanha “${campaign}”`,
      activity === undefined ? '' : `da atividade “${activity}”`,
    ),
  machineReaction: (what) => `${WHAT[what] ?? what} por uma máquina`,
  gotMessage: (message, window) => spaced('tem', message, window),
  consent: (channel, topic, is) => {
    const what = topic === undefined ? channel : `${channel} sobre “${topic}”`;
    if (is === 'granted') return `aceita ${what}`;
    return is === 'refused' ? `recusa ${what}` : `não disse nada sobre ${what}`;
  },
  reachable: (channel, topic) => `pode ser contactado por ${channel}${topic === undefined ? '' : ` sobre “${topic}”`}`,
};
