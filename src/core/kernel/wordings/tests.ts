import type { Translations } from './translations.ts';

/** What is said of tests of journeys. */
export const TESTS = {
  'The event cannot be taken: {problem}': {
    fr: 'L’événement ne peut pas être pris : {problem}',
    es: 'El evento no se puede aceptar: {problem}',
    pt: 'O evento não pode ser aceite: {problem}',
  },
  '{name} is not among the people of the test.': {
    fr: '{name} n’est pas parmi les personnes de l’essai.',
    es: '{name} no está entre las personas de la prueba.',
    pt: '{name} não está entre as pessoas do teste.',
  },
  'Test {number} has other people.': {
    fr: 'L’essai {number} a d’autres personnes.',
    es: 'La prueba {number} tiene otras personas.',
    pt: 'O teste {number} tem outras pessoas.',
  },
  'The journey "{key}" cannot be tested like this.': {
    fr: 'Le parcours « {key} » ne peut pas être essayé ainsi.',
    es: 'El recorrido «{key}» no se puede probar así.',
    pt: 'A jornada “{key}” não pode ser testada assim.',
  },
  'Test {number} of "{key}" is running; stop it first.': {
    fr: 'L’essai {number} de « {key} » est en cours ; arrêtez-le d’abord.',
    es: 'La prueba {number} de «{key}» está en curso; deténgala antes.',
    pt: 'O teste {number} de “{key}” está em curso; pare-o primeiro.',
  },
  'Test {number} of "{key}" is over; start another one.': {
    fr: 'L’essai {number} de « {key} » est fini ; commencez-en un autre.',
    es: 'La prueba {number} de «{key}» ha terminado; empiece otra.',
    pt: 'O teste {number} de “{key}” acabou; comece outro.',
  },
  'The journey "{key}" was never tested.': {
    fr: 'Le parcours « {key} » n’a jamais été essayé.',
    es: 'El recorrido «{key}» nunca se ha probado.',
    pt: 'A jornada “{key}” nunca foi testada.',
  },
  '"{text}" is no time of 1s to {most}.': {
    fr: '« {text} » n’est pas une durée de 1s à {most}.',
    es: '«{text}» no es una duración de 1s a {most}.',
    pt: '“{text}” não é uma duração de 1s a {most}.',
  },
  'Say to which address the messages go.': {
    fr: 'Dites à quelle adresse vont les messages.',
    es: 'Diga a qué dirección van los mensajes.',
    pt: 'Diga para que endereço vão as mensagens.',
  },
  'Only messages to one address have an address.': {
    fr: 'Seuls les messages vers une adresse ont une adresse.',
    es: 'Solo los mensajes a una dirección tienen dirección.',
    pt: 'Só as mensagens para um endereço têm endereço.',
  },
  'Messages to the sandbox leave by no other channel.': {
    fr: 'Les messages vers le bac à sable ne partent par aucun autre canal.',
    es: 'Los mensajes de pruebas no salen por ningún otro canal.',
    pt: 'As mensagens de testes não saem por nenhum outro canal.',
  },
  '"{step}" is no split or experiment of the journey.': {
    fr: '« {step} » n’est ni une répartition ni une expérience du parcours.',
    es: '«{step}» no es ni un reparto ni un experimento del recorrido.',
    pt: '“{step}” não é nem uma repartição nem uma experiência da jornada.',
  },
  '"{step}" has no branch "{branch}".': {
    fr: '« {step} » n’a pas de branche « {branch} ».',
    es: '«{step}» no tiene la rama «{branch}».',
    pt: '“{step}” não tem o ramo “{branch}”.',
  },
  'A test has 1 to {max} people.': {
    fr: 'Un essai a de 1 à {max} personnes.',
    es: 'Una prueba tiene de 1 a {max} personas.',
    pt: 'Um teste tem de 1 a {max} pessoas.',
  },
  '{name} is no test profile, and would be written to.': {
    fr: '{name} n’est pas un profil d’essai, et recevrait les messages.',
    es: '{name} no es un perfil de prueba, y recibiría los mensajes.',
    pt: '{name} não é um perfil de teste, e receberia as mensagens.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
