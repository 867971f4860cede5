import type { Translations } from './translations.ts';

/** What is said of rules and of audiences. */
export const RULES = {
  'A rule is an object such as { trait: country, eq: France }.': {
    fr: 'Une règle est un objet comme { trait: country, eq: France }.',
    es: 'Una regla es un objeto como { trait: country, eq: France }.',
    pt: 'Uma regra é um objeto como { trait: country, eq: France }.',
  },
  'Rules nest at most {max} deep.': {
    fr: 'Les règles s’imbriquent sur {max} niveaux au plus.',
    es: 'Las reglas se anidan {max} niveles como máximo.',
    pt: 'As regras aninham-se em {max} níveis no máximo.',
  },
  'Says {kind} and {other} at once; join two conditions with "all".': {
    fr: 'Dit {kind} et {other} à la fois ; réunissez deux conditions avec « all ».',
    es: 'Dice {kind} y {other} a la vez; una dos condiciones con «all».',
    pt: 'Diz {kind} e {other} ao mesmo tempo; junte duas condições com “all”.',
  },
  'Names no condition; did you mean "{near}"?': {
    fr: 'Ne nomme aucune condition ; vouliez-vous dire « {near} » ?',
    es: 'No nombra ninguna condición; ¿quería decir «{near}»?',
    pt: 'Não nomeia nenhuma condição; queria dizer “{near}”?',
  },
  'Names no condition; expected one of {kinds}.': {
    fr: 'Ne nomme aucune condition ; il en faut une parmi {kinds}.',
    es: 'No nombra ninguna condición; se espera una de {kinds}.',
    pt: 'Não nomeia nenhuma condição; espera-se uma de {kinds}.',
  },
  'Column "{name}" is {type}; only json has parts.': {
    fr: 'La colonne « {name} » est {type} ; seul json a des parties.',
    es: 'La columna «{name}» es {type}; solo json tiene partes.',
    pt: 'A coluna “{name}” é {type}; só json tem partes.',
  },
  '"{operator}" cannot be asked of a {type} with {value}.': {
    fr: '« {operator} » ne peut pas se demander d’un {type} avec {value}.',
    es: '«{operator}» no se puede pedir de un {type} con {value}.',
    pt: '“{operator}” não se pode pedir de um {type} com {value}.',
  },
  'Column "{of}" is {type}; "{kind}" cannot be taken of it here.': {
    fr: 'La colonne « {of} » est {type} ; « {kind} » ne peut pas s’en calculer ici.',
    es: 'La columna «{of}» es {type}; aquí no se puede calcular «{kind}».',
    pt: 'A coluna “{of}” é {type}; aqui não se pode calcular “{kind}”.',
  },
  'The rule is about people already.': {
    fr: 'La règle porte déjà sur des personnes.',
    es: 'La regla ya trata de personas.',
    pt: 'A regra já é sobre pessoas.',
  },
  'Rows of {table} belong to nobody.': {
    fr: 'Les lignes de {table} n’appartiennent à personne.',
    es: 'Las filas de {table} no son de nadie.',
    pt: 'As linhas de {table} não são de ninguém.',
  },
  'Audiences refer to each other: {circle}.': {
    fr: 'Des audiences renvoient l’une à l’autre : {circle}.',
    es: 'Hay audiencias que se remiten una a otra: {circle}.',
    pt: 'Há audiências que remetem uma para a outra: {circle}.',
  },
  'The rule of audience "{key}" is not valid.': {
    fr: 'La règle de l’audience « {key} » n’est pas valide.',
    es: 'La regla de la audiencia «{key}» no es válida.',
    pt: 'A regra da audiência “{key}” não é válida.',
  },
  'The rule is not valid.': {
    fr: 'La règle n’est pas valide.',
    es: 'La regla no es válida.',
    pt: 'A regra não é válida.',
  },
  'The rule': { fr: 'La règle', es: 'La regla', pt: 'A regra' },
  'The rule has more than {max} lines; its parts are not counted.': {
    fr: 'La règle a plus de {max} lignes ; ses parties ne sont pas comptées.',
    es: 'La regla tiene más de {max} líneas; sus partes no se cuentan.',
    pt: 'A regra tem mais de {max} linhas; as suas partes não são contadas.',
  },
  'A static audience has no rule: its members are saved by campaigns.': {
    fr: 'Une audience fixe n’a pas de règle : ses membres sont enregistrés par des campagnes.',
    es: 'Una audiencia fija no tiene regla: sus miembros los guardan las campañas.',
    pt: 'Uma audiência fixa não tem regra: os seus membros são guardados por campanhas.',
  },
  'A static audience has no rule: campaigns save its members.': {
    fr: 'Une audience fixe n’a pas de règle : des campagnes enregistrent ses membres.',
    es: 'Una audiencia fija no tiene regla: las campañas guardan sus miembros.',
    pt: 'Uma audiência fixa não tem regra: as campanhas guardam os seus membros.',
  },
  'An audience needs a rule, or static: true when campaigns save its members.': {
    fr: 'Une audience a besoin d’une règle, ou de static: true quand des campagnes enregistrent ses membres.',
    es: 'Una audiencia necesita una regla, o static: true cuando las campañas guardan sus miembros.',
    pt: 'Uma audiência precisa de uma regra, ou de static: true quando são campanhas a guardar os seus membros.',
  },
  'Only audiences of people can be explained for a person.': {
    fr: 'Seules les audiences de personnes peuvent s’expliquer pour une personne.',
    es: 'Solo las audiencias de personas se pueden explicar para una persona.',
    pt: 'Só audiências de pessoas podem ser explicadas para uma pessoa.',
  },
  'Messages are counted back from the present moment, so that which of them count changes while nothing happens.': {
    fr: 'Les messages sont comptés à partir de l’instant présent : lesquels comptent change alors que rien n’arrive.',
    es: 'Los mensajes se cuentan hacia atrás desde el momento presente: cuáles cuentan cambia sin que ocurra nada.',
    pt: 'As mensagens contam-se para trás a partir do momento presente: quais contam muda sem que nada aconteça.',
  },
  'The property "{path}" is compared with the present moment, so that which events count changes while nothing happens.':
    {
      fr: 'La propriété « {path} » est comparée à l’instant présent : quels événements comptent change alors que rien n’arrive.',
      es: 'La propiedad «{path}» se compara con el momento presente: qué eventos cuentan cambia sin que ocurra nada.',
      pt: 'A propriedade “{path}” é comparada com o momento presente: que eventos contam muda sem que nada aconteça.',
    },
  'The audience "{key}" does not stream: {problem}': {
    fr: 'L’audience « {key} » ne se suit pas en temps réel : {problem}',
    es: 'La audiencia «{key}» no se sigue en tiempo real: {problem}',
    pt: 'A audiência “{key}” não se acompanha em tempo real: {problem}',
  },
  'A value of the rows is compared with the present moment, so that which rows count changes while no row does.': {
    fr: 'Une valeur des lignes est comparée à l’instant présent : quelles lignes comptent change alors qu’aucune ligne ne change.',
    es: 'Un valor de las filas se compara con el momento presente: qué filas cuentan cambia sin que cambie ninguna.',
    pt: 'Um valor das linhas é comparado com o momento presente: que linhas contam muda sem que nenhuma mude.',
  },
  'A condition about the person behind a row changes with that person, which may be another one than the rule is about.':
    {
      fr: 'Une condition sur la personne derrière une ligne change avec cette personne, qui peut être une autre que celle de la règle.',
      es: 'Una condición sobre la persona detrás de una fila cambia con esa persona, que puede ser otra que la de la regla.',
      pt: 'Uma condição sobre a pessoa por trás de uma linha muda com essa pessoa, que pode ser outra que não a da regra.',
    },
  'The column "{column}" is compared with the present moment, so that which rows count changes while no row does.': {
    fr: 'La colonne « {column} » est comparée à l’instant présent : quelles lignes comptent change alors qu’aucune ligne ne change.',
    es: 'La columna «{column}» se compara con el momento presente: qué filas cuentan cambia sin que cambie ninguna.',
    pt: 'A coluna “{column}” é comparada com o momento presente: que linhas contam muda sem que nenhuma mude.',
  },
  'It does not stream because of {place}: {problem}': {
    fr: 'Elle ne se suit pas en temps réel à cause de {place} : {problem}',
    es: 'No se sigue en tiempo real por {place}: {problem}',
    pt: 'Não se acompanha em tempo real por causa de {place}: {problem}',
  },
  'its rule': { fr: 'sa règle', es: 'su regla', pt: 'a sua regra' },
  'There is no column "{name}" of {on}.': {
    fr: 'Il n’y a pas de colonne « {name} » dans {on}.',
    es: 'No hay columna «{name}» en {on}.',
    pt: 'Não há coluna “{name}” em {on}.',
  },
  'Columns are not valid.': {
    fr: 'Des colonnes ne sont pas valides.',
    es: 'Hay columnas que no son válidas.',
    pt: 'Há colunas que não são válidas.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
