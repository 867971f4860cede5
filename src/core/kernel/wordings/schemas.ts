import type { Translations } from './translations.ts';

/** What is said of a value that has not the form that is asked for. */
export const SCHEMAS = {
  '{text}': { fr: '{text}', es: '{text}', pt: '{text}' },
  '{path}: {problem}': { fr: '{path} : {problem}', es: '{path}: {problem}', pt: '{path}: {problem}' },
  '{failure} {problems}': { fr: '{failure} {problems}', es: '{failure} {problems}', pt: '{failure} {problems}' },
  '{text}.': { fr: '{text}.', es: '{text}.', pt: '{text}.' },
  '{what} is not valid.': {
    fr: '{what} n’est pas valide.',
    es: '{what} contiene errores.',
    pt: '{what} contém erros.',
  },
  'Unknown key "{key}".': {
    fr: 'Clé inconnue « {key} ».',
    es: 'Clave desconocida «{key}».',
    pt: 'Chave desconhecida “{key}”.',
  },
  'is missing': { fr: 'manque', es: 'falta', pt: 'falta' },
  'must be a date, an ISO 8601 instant, "now" or relative such as -30d': {
    fr: 'doit être une date, un instant ISO 8601, "now" ou un écart comme -30d',
    es: 'debe ser una fecha, un instante ISO 8601, "now" o una diferencia como -30d',
    pt: 'tem de ser uma data, um instante ISO 8601, "now" ou uma diferença como -30d',
  },
  'compares numbers and moments at once': {
    fr: 'compare à la fois des nombres et des moments',
    es: 'compara números y momentos a la vez',
    pt: 'compara números e momentos ao mesmo tempo',
  },
  'names no operator, such as eq, in, gte, empty or within': {
    fr: 'ne nomme aucun opérateur, comme eq, in, gte, empty ou within',
    es: 'no nombra ningún operador, como eq, in, gte, empty o within',
    pt: 'não nomeia nenhum operador, como eq, in, gte, empty ou within',
  },
  'must be a domain name such as mail.example.com': {
    fr: 'doit être un nom de domaine, comme mail.example.com',
    es: 'debe ser un nombre de dominio, como mail.example.com',
    pt: 'tem de ser um nome de domínio, como mail.example.com',
  },
  'is a name that no step or outlet can have': {
    fr: 'est un nom qu’aucune étape ni sortie ne peut avoir',
    es: 'es un nombre que ningún paso ni salida puede tener',
    pt: 'é um nome que nenhum passo nem saída pode ter',
  },
  'ends with a lone backslash; write two for one': {
    fr: 'finit par une barre oblique inverse isolée ; écrivez-en deux',
    es: 'termina con una barra invertida suelta; escriba dos',
    pt: 'acaba com uma barra invertida solta; escreva duas',
  },
  '"end" stands for "nothing follows"; choose another name': {
    fr: '« end » veut dire « rien ne suit » ; choisissez un autre nom',
    es: '«end» quiere decir «no sigue nada»; elija otro nombre',
    pt: '“end” quer dizer “nada se segue”; escolha outro nome',
  },
  'needs a type: {types}': {
    fr: 'a besoin d’un type : {types}',
    es: 'necesita un tipo: {types}',
    pt: 'precisa de um tipo: {types}',
  },
  'must be {what}': { fr: 'doit être {what}', es: 'debe ser {what}', pt: 'tem de ser {what}' },
  'of another type': { fr: 'd’un autre type', es: 'de otro tipo', pt: 'de outro tipo' },
  'a text': { fr: 'un texte', es: 'un texto', pt: 'um texto' },
  'a number': { fr: 'un nombre', es: 'un número', pt: 'um número' },
  'a whole number': { fr: 'un nombre entier', es: 'un número entero', pt: 'um número inteiro' },
  'true or false': { fr: 'true ou false', es: 'true o false', pt: 'true ou false' },
  'a list': { fr: 'une liste', es: 'una lista', pt: 'uma lista' },
  'an object': { fr: 'un objet', es: 'un objeto', pt: 'um objeto' },
  'a date': { fr: 'une date', es: 'una fecha', pt: 'uma data' },
  empty: { fr: 'vide', es: 'vacío', pt: 'vazio' },
  'left out': { fr: 'omis', es: 'omitido', pt: 'omitido' },
  'must be a multiple of {number}': {
    fr: 'doit être un multiple de {number}',
    es: 'debe ser un múltiplo de {number}',
    pt: 'tem de ser um múltiplo de {number}',
  },
  'is none of the values that are allowed': {
    fr: 'n’est aucune des valeurs permises',
    es: 'no es ninguno de los valores permitidos',
    pt: 'não é nenhum dos valores permitidos',
  },
  'has none of the forms that are allowed': {
    fr: 'n’a aucune des formes permises',
    es: 'no tiene ninguna de las formas permitidas',
    pt: 'não tem nenhuma das formas permitidas',
  },
  'has a name that is not allowed': {
    fr: 'a un nom qui n’est pas permis',
    es: 'tiene un nombre que no está permitido',
    pt: 'tem um nome que não é permitido',
  },
  'has an element that is not allowed': {
    fr: 'a un élément qui n’est pas permis',
    es: 'tiene un elemento que no está permitido',
    pt: 'tem um elemento que não é permitido',
  },
  'has a key that is not known': {
    fr: 'a une clé inconnue',
    es: 'tiene una clave desconocida',
    pt: 'tem uma chave desconhecida',
  },
  'must have at least {number} {number:character|characters}': {
    fr: 'doit avoir au moins {number} {number:caractère|caractères}',
    es: 'debe tener al menos {number} {number:carácter|caracteres}',
    pt: 'tem de ter pelo menos {number} {number:carácter|caracteres}',
  },
  'must have at most {number} {number:character|characters}': {
    fr: 'doit avoir au plus {number} {number:caractère|caractères}',
    es: 'debe tener como máximo {number} {number:carácter|caracteres}',
    pt: 'tem de ter no máximo {number} {number:carácter|caracteres}',
  },
  'must have at least {number} {number:element|elements}': {
    fr: 'doit avoir au moins {number} {number:élément|éléments}',
    es: 'debe tener al menos {number} {number:elemento|elementos}',
    pt: 'tem de ter pelo menos {number} {number:elemento|elementos}',
  },
  'must have at most {number} {number:element|elements}': {
    fr: 'doit avoir au plus {number} {number:élément|éléments}',
    es: 'debe tener como máximo {number} {number:elemento|elementos}',
    pt: 'tem de ter no máximo {number} {number:elemento|elementos}',
  },
  'must be at least {number}': {
    fr: 'doit être au moins {number}',
    es: 'debe ser al menos {number}',
    pt: 'tem de ser no mínimo {number}',
  },
  'must be more than {number}': {
    fr: 'doit être supérieur à {number}',
    es: 'debe ser mayor que {number}',
    pt: 'tem de ser superior a {number}',
  },
  'must be at most {number}': {
    fr: 'doit être au plus {number}',
    es: 'debe ser como máximo {number}',
    pt: 'tem de ser no máximo {number}',
  },
  'must be less than {number}': {
    fr: 'doit être inférieur à {number}',
    es: 'debe ser menor que {number}',
    pt: 'tem de ser inferior a {number}',
  },
  'must be an email address': {
    fr: 'doit être une adresse e-mail',
    es: 'debe ser una dirección de correo',
    pt: 'tem de ser um endereço de e-mail',
  },
  'must be a URL': { fr: 'doit être une URL', es: 'debe ser una URL', pt: 'tem de ser um URL' },
  'must be a date and time with its zone, such as 2026-12-01T09:00:00Z': {
    fr: 'doit être une date et une heure avec leur fuseau, comme 2026-12-01T09:00:00Z',
    es: 'debe ser una fecha y una hora con su zona, como 2026-12-01T09:00:00Z',
    pt: 'tem de ser uma data e uma hora com o seu fuso, como 2026-12-01T09:00:00Z',
  },
  'must be a date, such as 2026-12-01': {
    fr: 'doit être une date, comme 2026-12-01',
    es: 'debe ser una fecha, como 2026-12-01',
    pt: 'tem de ser uma data, como 2026-12-01',
  },
  'must begin with {prefix}': {
    fr: 'doit commencer par {prefix}',
    es: 'debe empezar por {prefix}',
    pt: 'tem de começar por {prefix}',
  },
  'has not the right form': {
    fr: 'n’a pas la bonne forme',
    es: 'no tiene la forma correcta',
    pt: 'não tem a forma certa',
  },
  'holds a character that cannot be stored (NUL, or half of a surrogate pair).': {
    fr: 'contient un caractère qui ne peut pas être enregistré (NUL, ou une moitié de paire de substitution).',
    es: 'contiene un carácter que no se puede guardar (NUL, o la mitad de un par sustituto).',
    pt: 'contém um carácter que não se pode guardar (NUL, ou metade de um par substituto).',
  },
  'has a key with a character that cannot be stored.': {
    fr: 'a une clé avec un caractère qui ne peut pas être enregistré.',
    es: 'tiene una clave con un carácter que no se puede guardar.',
    pt: 'tem uma chave com um carácter que não se pode guardar.',
  },
  'is nested more than {max} levels deep.': {
    fr: 'est imbriqué sur plus de {max} niveaux.',
    es: 'está anidado más de {max} niveles.',
    pt: 'está aninhado em mais de {max} níveis.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
