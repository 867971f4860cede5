import { joined, listed, spaced, type Unit, unitOf, windowParts } from './phrases.ts';
import type { Language } from './sentence.ts';

const quoted = (value: unknown) => {
  if (typeof value === 'boolean') return value ? 'vrai' : 'faux';
  return typeof value === 'string' ? `« ${value} »` : String(value);
};
const oneOf = (operand: unknown, value: (value: unknown) => string) =>
  listed(operand, { value, or: 'ou', others: (count) => `${count} autres` });

const UNITS: Record<Unit, { readonly one: string; readonly many: string; readonly feminine: boolean }> = {
  ms: { one: 'milliseconde', many: 'millisecondes', feminine: true },
  s: { one: 'seconde', many: 'secondes', feminine: true },
  m: { one: 'minute', many: 'minutes', feminine: true },
  h: { one: 'heure', many: 'heures', feminine: true },
  d: { one: 'jour', many: 'jours', feminine: false },
  w: { one: 'semaine', many: 'semaines', feminine: true },
};

function duration(text: string): string {
  const found = unitOf(text);
  return found ? `${found.amount} ${UNITS[found.unit][found.amount === '1' ? 'one' : 'many']}` : text;
}

/** `30d` as "au cours des 30 derniers jours". */
function lastly(text: string): string {
  const found = unitOf(text);
  if (!found) return `au cours de ${text}`;
  const { one, many, feminine } = UNITS[found.unit];
  if (found.amount === '1') return feminine ? `au cours de la dernière ${one}` : `au cours du dernier ${one}`;
  return `au cours des ${found.amount} ${feminine ? 'dernières' : 'derniers'} ${many}`;
}

function moment(text: string): string {
  if (text.startsWith('-')) return `il y a ${duration(text.slice(1))}`;
  if (text.startsWith('+')) return `dans ${duration(text.slice(1))}`;
  return text;
}

const MEASURES = {
  count: 'le nombre',
  sum: 'la somme',
  average: 'la moyenne',
  min: 'la plus petite valeur',
  max: 'la plus grande valeur',
  distinct: 'le nombre de valeurs différentes',
  first: 'le premier',
  last: 'le dernier',
} as const;

const WHAT: Record<string, string> = {
  sent: 'messages envoyés',
  failed: 'messages en échec',
  excluded: 'messages écartés',
  uncertain: 'messages incertains',
  opened: 'messages ouverts',
  clicked: 'messages cliqués',
  unsubscribed: 'messages suivis d’un désabonnement',
  complained: 'messages signalés comme indésirables',
};

/** The clauses of rules in French. */
export const FRENCH: Language = {
  and: 'et',
  or: 'ou',
  duration,
  join(how, clauses) {
    if (how === 'all') return joined(clauses, 'et');
    if (how === 'any') return clauses.length === 1 ? joined(clauses, 'ou') : `soit ${joined(clauses, 'ou')}`;
    return clauses.length === 1 ? `pas (${clauses[0]})` : `rien de (${clauses.join(' ; ')})`;
  },
  everyone: 'tout le monde',
  nobody: 'personne',
  value: quoted,
  operators: {
    eq: (operand, value) => `est ${value(operand)}`,
    ne: (operand, value) => `n’est pas ${value(operand)}`,
    gt: (operand, value) => `est supérieur à ${value(operand)}`,
    gte: (operand, value) => `est au moins ${value(operand)}`,
    lt: (operand, value) => `est inférieur à ${value(operand)}`,
    lte: (operand, value) => `est au plus ${value(operand)}`,
    in: (operand, value) => `est ${oneOf(operand, value)}`,
    not_in: (operand, value) => `n’est pas ${oneOf(operand, value)}`,
    between: (operand, value) => `est entre ${(operand as readonly unknown[]).map(value).join(' et ')}`,
    empty: (operand) => (operand ? 'est vide' : 'est rempli'),
    starts_with: (operand, value) => `commence par ${value(operand)}`,
    not_starts_with: (operand, value) => `ne commence pas par ${value(operand)}`,
    contains: (operand, value) => `contient ${value(operand)}`,
    not_contains: (operand, value) => `ne contient pas ${value(operand)}`,
    like: (operand, value) => `ressemble à ${value(operand)}`,
    not_like: (operand, value) => `ne ressemble pas à ${value(operand)}`,
    within: (operand) => `est ${lastly(String(operand))}`,
    not_within: (operand) => `n’est pas ${lastly(String(operand))}`,
    before: (operand) => `est avant ${moment(String(operand))}`,
    after: (operand) => `est après ${moment(String(operand))}`,
    anniversary: (operand) => `revient d’ici ${duration(String(operand))}`,
  },
  compared: (subject, predicates) => `${subject} ${joined(predicates, 'et')}`,
  trait: (name) => name.replaceAll('_', ' '),
  events: (names) => joined(names.map(quoted), 'ou'),
  withProperties: (what, tests) => `${what} dont ${joined(tests, 'et')}`,
  window: (window) =>
    windowParts(window, {
      within: lastly,
      since: (since) => `depuis ${moment(since)}`,
      before: (before) => `avant ${moment(before)}`,
      between: (from, to) => `entre ${moment(from)} et ${moment(to)}`,
    }).join(' et '),
  did: (events, window) => spaced('a fait', events, window),
  measured(kind, of, what, window) {
    if (kind === 'first' || kind === 'last') {
      return spaced(of === undefined ? MEASURES[kind] : `${of} du ${MEASURES[kind].slice(3)}`, what, window);
    }
    return spaced(of === undefined ? MEASURES[kind] : `${MEASURES[kind]} de ${of}`, 'de', what, window);
  },
  sequence: (steps, window) => spaced('a fait', steps.join(', puis '), window),
  stepWithin: (step, within) => `sous ${duration(within)} ${step}`,
  rows: (path) => path.split('.').join(' > ').replaceAll('_', ' '),
  suchThat: (what, condition) => `${what} (où ${condition})`,
  has: (rows) => `a des ${rows}`,
  link: (name, condition) => (condition === undefined ? `a un ${name}` : `son ${name} (où ${condition})`),
  owner: (condition) => `appartient à une personne dont il est vrai : ${condition}`,
  member: (audience) => `est dans l’audience « ${audience} »`,
  message: ({ campaign, activity, what, reason }) =>
    spaced(
      WHAT[what] ?? what,
      reason === undefined ? '' : `pour « ${reason} »`,
      campaign === undefined ? '' : `de la campagne « ${campaign} »`,
      activity === undefined ? '' : `de l’activité « ${activity} »`,
    ),
  machineReaction: (what) => `${WHAT[what] ?? what} par une machine`,
  gotMessage: (message, window) => spaced('a des', message, window),
  consent: (channel, topic, is) => {
    const what = topic === undefined ? channel : `${channel} sur « ${topic} »`;
    if (is === 'granted') return `accepte ${what}`;
    return is === 'refused' ? `refuse ${what}` : `n’a rien dit de ${what}`;
  },
  reachable: (channel, topic) => `peut être joint par ${channel}${topic === undefined ? '' : ` sur « ${topic} »`}`,
};
