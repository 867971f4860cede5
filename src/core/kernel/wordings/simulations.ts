import type { Translations } from './translations.ts';

/** What is said of simulations. */
export const SIMULATIONS = {
  '{max} simulations are running; try again when one has ended.': {
    fr: '{max} simulations sont en cours ; réessayez quand l’une sera finie.',
    es: 'Hay {max} simulaciones en curso; inténtelo cuando acabe alguna.',
    pt: 'Há {max} simulações em curso; tente de novo quando uma acabar.',
  },
  'The simulation took more than {seconds} seconds; ask for less time or a share of the people.': {
    fr: 'La simulation a pris plus de {seconds} secondes ; demandez moins de temps ou une part des personnes.',
    es: 'La simulación tardó más de {seconds} segundos; pida menos tiempo o una parte de las personas.',
    pt: 'A simulação demorou mais de {seconds} segundos; peça menos tempo ou uma parte das pessoas.',
  },
  'Give either the key of a definition or definitions.': {
    fr: 'Donnez soit la clé d’une définition, soit des définitions.',
    es: 'Dé la clave de una definición o unas definiciones.',
    pt: 'Dê a chave de uma definição ou definições.',
  },
  'Give either events, or a history such as 30d of at most 92 days.': {
    fr: 'Donnez soit des événements, soit un historique comme 30d, de 92 jours au plus.',
    es: 'Dé unos eventos, o un historial como 30d, de 92 días como máximo.',
    pt: 'Dê eventos, ou um histórico como 30d, de 92 dias no máximo.',
  },
  'The definitions cannot be simulated.': {
    fr: 'Ces définitions ne peuvent pas être simulées.',
    es: 'Estas definiciones no se pueden simular.',
    pt: 'Estas definições não podem ser simuladas.',
  },
  'There is nothing to simulate.': {
    fr: 'Il n’y a rien à simuler.',
    es: 'No hay nada que simular.',
    pt: 'Não há nada para simular.',
  },
  'The definitions hold neither a journey nor an audience with a rule.': {
    fr: 'Les définitions ne contiennent ni parcours ni audience à règle.',
    es: 'Las definiciones no contienen ni un recorrido ni una audiencia con regla.',
    pt: 'As definições não contêm nem jornada nem audiência com regra.',
  },
  'No step looks up a row.': {
    fr: 'Aucune étape ne cherche de ligne.',
    es: 'Ningún paso busca una fila.',
    pt: 'Nenhum passo procura uma linha.',
  },
  'No step calls anybody.': {
    fr: 'Aucune étape n’appelle un autre système.',
    es: 'Ningún paso llama a otro sistema.',
    pt: 'Nenhum passo chama outro sistema.',
  },
  'There are tables that nobody asks.': {
    fr: 'Il y a des tables que rien n’interroge.',
    es: 'Hay tablas que nadie consulta.',
    pt: 'Há tabelas que ninguém consulta.',
  },
  'There are answers that nobody asks for.': {
    fr: 'Il y a des réponses que rien ne demande.',
    es: 'Hay respuestas que nadie pide.',
    pt: 'Há respostas que ninguém pede.',
  },
  'There is no event that can be read.': {
    fr: 'Aucun événement n’est lisible.',
    es: 'No hay ningún evento legible.',
    pt: 'Não há nenhum evento legível.',
  },
  '{people} people are more than the {max} that one simulation takes; ask for a share of them, {share} % at most.': {
    fr: '{people} personnes dépassent les {max} d’une simulation ; demandez-en une part, {share} % au plus.',
    es: '{people} personas son más que las {max} de una simulación; pida una parte, {share} % como máximo.',
    pt: '{people} pessoas são mais do que as {max} de uma simulação; peça uma parte, {share} % no máximo.',
  },
  'There are more than the {max} events that one simulation takes; ask for less time or a share of the people.': {
    fr: 'Il y a plus des {max} événements d’une simulation ; demandez moins de temps ou une part des personnes.',
    es: 'Hay más que los {max} eventos de una simulación; pida menos tiempo o una parte de las personas.',
    pt: 'Há mais do que os {max} eventos de uma simulação; peça menos tempo ou uma parte das pessoas.',
  },
  'There is nobody called "{text}" among the people of the simulation.': {
    fr: 'Personne ne s’appelle « {text} » parmi les personnes de la simulation.',
    es: 'No hay nadie llamado «{text}» entre las personas de la simulación.',
    pt: 'Não há ninguém chamado “{text}” entre as pessoas da simulação.',
  },
  'The file {path} cannot be unpacked.': {
    fr: 'Le fichier {path} ne peut pas être décompressé.',
    es: 'No se puede descomprimir el archivo {path}.',
    pt: 'Não se consegue descomprimir o ficheiro {path}.',
  },
  'The file {path} has more than {max} bytes; give a part of it.': {
    fr: 'Le fichier {path} dépasse {max} octets ; donnez-en une partie.',
    es: 'El archivo {path} tiene más de {max} bytes; dé una parte.',
    pt: 'O ficheiro {path} tem mais de {max} bytes; dê uma parte.',
  },
  'A row is an object of its columns.': {
    fr: 'Une ligne est un objet de ses colonnes.',
    es: 'Una fila es un objeto de sus columnas.',
    pt: 'Uma linha é um objeto das suas colunas.',
  },
  'A quotation mark is never closed.': {
    fr: 'Un guillemet n’est jamais fermé.',
    es: 'Unas comillas no se cierran nunca.',
    pt: 'Umas aspas nunca são fechadas.',
  },
  'The line is too long.': {
    fr: 'La ligne est trop longue.',
    es: 'La línea es demasiado larga.',
    pt: 'A linha é demasiado longa.',
  },
  'It has {fields} fields instead of {columns}.': {
    fr: 'Elle a {fields} champs au lieu de {columns}.',
    es: 'Tiene {fields} campos en lugar de {columns}.',
    pt: 'Tem {fields} campos em vez de {columns}.',
  },
  'This is another.': { fr: 'En voici un autre.', es: 'Este es otro.', pt: 'Este é outro.' },
  'The answers are one document.': {
    fr: 'Les réponses forment un seul document.',
    es: 'Las respuestas son un solo documento.',
    pt: 'As respostas são um só documento.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
