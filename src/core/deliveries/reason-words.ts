import type { LanguageCode } from '../kernel/index.ts';

type Four = Readonly<Record<LanguageCode, string>>;

/** Why somebody got no message: what is decided before a sending, and what becomes of one. */
const REASONS = {
  no_profile: {
    en: 'no longer a person we know',
    fr: 'n’est plus une personne connue',
    es: 'ya no es una persona conocida',
    pt: 'já não é uma pessoa conhecida',
  },
  duplicate: {
    en: 'the same person twice',
    fr: 'deux fois la même personne',
    es: 'la misma persona dos veces',
    pt: 'a mesma pessoa duas vezes',
  },
  no_address: { en: 'no address', fr: 'pas d’adresse', es: 'sin dirección', pt: 'sem endereço' },
  invalid_address: {
    en: 'malformed address',
    fr: 'adresse mal formée',
    es: 'dirección mal formada',
    pt: 'endereço mal formado',
  },
  suppressed: {
    en: 'suppressed address',
    fr: 'adresse bloquée',
    es: 'dirección bloqueada',
    pt: 'endereço bloqueado',
  },
  no_consent: {
    en: 'no consent',
    fr: 'pas de consentement',
    es: 'sin consentimiento',
    pt: 'sem consentimento',
  },
  stopped: {
    en: 'stopped before it left',
    fr: 'arrêté avant le départ',
    es: 'detenido antes de salir',
    pt: 'parado antes de sair',
  },
  cancelled: { en: 'cancelled', fr: 'annulé', es: 'cancelado', pt: 'cancelado' },
  deadline: {
    en: 'not sent by its deadline',
    fr: 'pas envoyé avant l’échéance',
    es: 'sin enviar dentro de su plazo',
    pt: 'não enviado dentro do prazo',
  },
  merged: {
    en: 'merged into another person',
    fr: 'fusionnée avec une autre personne',
    es: 'fusionada con otra persona',
    pt: 'fundida com outra pessoa',
  },
  deleted: {
    en: 'the person was deleted',
    fr: 'la personne a été supprimée',
    es: 'se eliminó a la persona',
    pt: 'a pessoa foi eliminada',
  },
  render_failed: {
    en: 'the message could not be made',
    fr: 'le message n’a pas pu être composé',
    es: 'no se pudo componer el mensaje',
    pt: 'não foi possível compor a mensagem',
  },
  template_error: {
    en: 'a value of the step could not be made',
    fr: 'une valeur de l’étape n’a pas pu être composée',
    es: 'no se pudo componer un valor del paso',
    pt: 'não foi possível compor um valor do passo',
  },
  hard_bounce: {
    en: 'hard bounce',
    fr: 'rejet définitif',
    es: 'rebote definitivo',
    pt: 'rejeição definitiva',
  },
  mailbox_unknown: {
    en: 'no such mailbox',
    fr: 'boîte inconnue',
    es: 'el buzón no existe',
    pt: 'a caixa não existe',
  },
  domain_unknown: {
    en: 'no such domain',
    fr: 'domaine inconnu',
    es: 'el dominio no existe',
    pt: 'o domínio não existe',
  },
  mailbox_moved: {
    en: 'the mailbox has moved',
    fr: 'la boîte a déménagé',
    es: 'el buzón se ha mudado',
    pt: 'a caixa mudou de lugar',
  },
  mailbox_disabled: {
    en: 'the mailbox is closed',
    fr: 'la boîte est fermée',
    es: 'el buzón está cerrado',
    pt: 'a caixa está fechada',
  },
  mailbox_full: { en: 'mailbox full', fr: 'boîte pleine', es: 'buzón lleno', pt: 'caixa cheia' },
  mailbox_unavailable: {
    en: 'mailbox not available',
    fr: 'boîte indisponible',
    es: 'buzón no disponible',
    pt: 'caixa indisponível',
  },
  domain_refuses_mail: {
    en: 'the domain takes no mail',
    fr: 'le domaine n’accepte pas d’e-mails',
    es: 'el dominio no acepta correo',
    pt: 'o domínio não aceita e-mail',
  },
  address_refused: {
    en: 'address refused',
    fr: 'adresse refusée',
    es: 'dirección rechazada',
    pt: 'endereço recusado',
  },
  address_beyond_ascii: {
    en: 'the server takes no address beyond ASCII',
    fr: 'le serveur n’accepte pas d’adresse au-delà de l’ASCII',
    es: 'el servidor no acepta direcciones más allá de ASCII',
    pt: 'o servidor não aceita endereços além do ASCII',
  },
  sender_refused: {
    en: 'sender refused',
    fr: 'expéditeur refusé',
    es: 'remitente rechazado',
    pt: 'remetente recusado',
  },
  message_too_large: {
    en: 'message too large',
    fr: 'message trop volumineux',
    es: 'mensaje demasiado grande',
    pt: 'mensagem demasiado grande',
  },
  content_refused: {
    en: 'content refused',
    fr: 'contenu refusé',
    es: 'contenido rechazado',
    pt: 'conteúdo recusado',
  },
  policy: {
    en: 'refused as policy',
    fr: 'refusé par principe',
    es: 'rechazado por política',
    pt: 'recusado por política',
  },
  refused: { en: 'refused', fr: 'refusé', es: 'rechazado', pt: 'recusado' },
  greylisted: {
    en: 'asked to come back later',
    fr: 'prié de revenir plus tard',
    es: 'se pidió volver más tarde',
    pt: 'pedido para voltar mais tarde',
  },
  deferred: {
    en: 'put off by the server',
    fr: 'différé par le serveur',
    es: 'aplazado por el servidor',
    pt: 'adiado pelo servidor',
  },
  connection_lost: {
    en: 'connection lost before the answer',
    fr: 'connexion perdue avant la réponse',
    es: 'conexión perdida antes de la respuesta',
    pt: 'ligação perdida antes da resposta',
  },
  unreachable: {
    en: 'the server cannot be reached',
    fr: 'le serveur est injoignable',
    es: 'no se puede alcanzar el servidor',
    pt: 'o servidor está inacessível',
  },
  service_closing: {
    en: 'the server is closing',
    fr: 'le serveur est en cours de fermeture',
    es: 'el servidor se está cerrando',
    pt: 'o servidor está a fechar',
  },
  not_accepted: {
    en: 'the server takes nothing at the moment',
    fr: 'le serveur n’accepte rien en ce moment',
    es: 'el servidor no acepta nada por ahora',
    pt: 'o servidor não aceita nada neste momento',
  },
  authentication_failed: {
    en: 'the server refuses our login',
    fr: 'le serveur refuse notre identification',
    es: 'el servidor rechaza nuestras credenciales',
    pt: 'o servidor recusa as nossas credenciais',
  },
  destination_unreachable: {
    en: 'the other server cannot be reached',
    fr: 'le serveur du destinataire est injoignable',
    es: 'no se puede alcanzar el servidor del destinatario',
    pt: 'o servidor do destinatário está inacessível',
  },
  mail_system: {
    en: 'a fault of the other mail system',
    fr: 'une panne du système de messagerie distant',
    es: 'un fallo del sistema de correo remoto',
    pt: 'uma falha do sistema de correio remoto',
  },
  network: {
    en: 'a fault of the network',
    fr: 'une panne du réseau',
    es: 'un fallo de la red',
    pt: 'uma falha da rede',
  },
  protocol: {
    en: 'the servers did not understand each other',
    fr: 'les serveurs ne se sont pas compris',
    es: 'los servidores no se entendieron',
    pt: 'os servidores não se entenderam',
  },
} as const satisfies Readonly<Record<string, Four>>;

/** All reasons that have words of their own, with them. */
export function reasonWords(language: LanguageCode): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(REASONS).map(([code, words]) => [code, words[language]]));
}

/** The reasons that have words of their own. */
export const WORDED_REASONS = Object.keys(REASONS) as readonly (keyof typeof REASONS)[];

/** Why somebody got no message, as the end of a sentence: `no consent`. What a provider made up itself stays as it is. */
export function describeReason(code: string, language: LanguageCode = 'en'): string {
  return Object.hasOwn(REASONS, code)
    ? REASONS[code as keyof typeof REASONS][language]
    : code.replaceAll('-', ' ').replaceAll('_', ' ');
}
