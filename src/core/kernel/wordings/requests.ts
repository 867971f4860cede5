import type { Translations } from './translations.ts';

/** What is said of requests, and of whoever makes them. */
export const REQUESTS = {
  'The request': { fr: 'La requête', es: 'La petición', pt: 'O pedido' },
  'The request is not valid.': {
    fr: 'La requête n’est pas valide.',
    es: 'La petición no es válida.',
    pt: 'O pedido não é válido.',
  },
  'The body must be the mail that came back.': {
    fr: 'Le corps doit être le courrier revenu.',
    es: 'El cuerpo debe ser el correo devuelto.',
    pt: 'O corpo tem de ser o correio devolvido.',
  },
  'The message is still on its way; send the report again in a moment.': {
    fr: 'Le message est encore en route ; renvoyez le rapport dans un instant.',
    es: 'El mensaje aún está en camino; reenvíe el informe dentro de un momento.',
    pt: 'A mensagem ainda está a caminho; reenvie o relatório daqui a um momento.',
  },
  'The input': { fr: 'L’entrée', es: 'La entrada', pt: 'A entrada' },
  'The input is not valid': {
    fr: 'L’entrée n’est pas valide',
    es: 'La entrada no es válida',
    pt: 'A entrada não é válida',
  },
  'Not found': { fr: 'Introuvable', es: 'No encontrado', pt: 'Não encontrado' },
  'Conflict with the present state': {
    fr: 'Conflit avec l’état actuel',
    es: 'Conflicto con el estado actual',
    pt: 'Conflito com o estado atual',
  },
  'An API key is needed': {
    fr: 'Il faut une clé d’API',
    es: 'Hace falta una clave de API',
    pt: 'É precisa uma chave de API',
  },
  'The API key does not allow this': {
    fr: 'Vous n’en avez pas le droit',
    es: 'No tiene permiso para esto',
    pt: 'Não tem permissão para isto',
  },
  'Too large': { fr: 'Trop grand', es: 'Demasiado grande', pt: 'Demasiado grande' },
  'Not available at the moment': {
    fr: 'Indisponible pour le moment',
    es: 'No disponible por ahora',
    pt: 'Indisponível de momento',
  },
  'Internal error': { fr: 'Erreur interne', es: 'Error interno', pt: 'Erro interno' },
  '"{given}" is not taken here; a body of JSON says "Content-Type: application/json".': {
    fr: '« {given} » n’est pas accepté ici ; un corps en JSON dit « Content-Type: application/json ».',
    es: 'Aquí no se acepta «{given}»; un cuerpo en JSON dice «Content-Type: application/json».',
    pt: '«{given}» não é aceite aqui; um corpo em JSON diz «Content-Type: application/json».',
  },
  'The content type is not supported': {
    fr: 'Ce type de contenu n’est pas pris en charge',
    es: 'Ese tipo de contenido no se admite',
    pt: 'Esse tipo de conteúdo não é suportado',
  },
  'The request is malformed': {
    fr: 'La requête est mal formée',
    es: 'La petición está mal formada',
    pt: 'O pedido está mal formado',
  },
  'There is no {method} {url}.': {
    fr: '{method} {url} n’existe pas.',
    es: 'No existe {method} {url}.',
    pt: '{method} {url} não existe.',
  },
  'A value is too large, or cannot be stored.': {
    fr: 'Une valeur est trop grande, ou ne peut pas être enregistrée.',
    es: 'Un valor es demasiado grande, o no se puede guardar.',
    pt: 'Um valor é demasiado grande, ou não se pode guardar.',
  },
  'The disk of the database is full.': {
    fr: 'Le disque de la base de données est plein.',
    es: 'El disco de la base de datos está lleno.',
    pt: 'O disco da base de dados está cheio.',
  },
  'The database cannot be reached.': {
    fr: 'La base de données est injoignable.',
    es: 'No se puede alcanzar la base de datos.',
    pt: 'A base de dados está inacessível.',
  },
  'The question was withdrawn.': {
    fr: 'La question a été retirée.',
    es: 'La pregunta se retiró.',
    pt: 'A pergunta foi retirada.',
  },
  'The answer takes longer than {seconds} seconds.': {
    fr: 'La réponse demande plus de {seconds} secondes.',
    es: 'La respuesta tarda más de {seconds} segundos.',
    pt: 'A resposta demora mais de {seconds} segundos.',
  },
  'The API key is unknown or revoked.': {
    fr: 'La clé d’API est inconnue ou révoquée.',
    es: 'La clave de API es desconocida o está revocada.',
    pt: 'A chave de API é desconhecida ou foi revogada.',
  },
  'Sign in, or send an API key as "Authorization: Bearer KEY", or as the user of Basic.': {
    fr: 'Connectez-vous, ou envoyez une clé d’API par « Authorization: Bearer KEY », ou comme utilisateur de Basic.',
    es: 'Inicie sesión, o envíe una clave de API con «Authorization: Bearer KEY», o como usuario de Basic.',
    pt: 'Inicie sessão, ou envie uma chave de API com “Authorization: Bearer KEY”, ou como utilizador de Basic.',
  },
  'The request comes from another site.': {
    fr: 'La requête vient d’un autre site.',
    es: 'La petición viene de otro sitio.',
    pt: 'O pedido vem de outro sítio.',
  },
  'This needs "{scope}".': {
    fr: 'Il faut pour cela « {scope} ».',
    es: 'Para esto hace falta «{scope}».',
    pt: 'Para isto é preciso “{scope}”.',
  },
  'Your role, {role}, does not allow "{scope}".': {
    fr: 'Votre rôle, {role}, ne permet pas « {scope} ».',
    es: 'Su papel, {role}, no permite «{scope}».',
    pt: 'O seu papel, {role}, não permite “{scope}”.',
  },
  'This needs the scope "{scope}", which key "{name}" does not have.': {
    fr: 'Il faut pour cela la permission « {scope} », que la clé « {name} » n’a pas.',
    es: 'Para esto hace falta el permiso «{scope}», que la clave «{name}» no tiene.',
    pt: 'Para isto é precisa a permissão “{scope}”, que a chave “{name}” não tem.',
  },
  'The cursor is not valid.': {
    fr: 'Le curseur n’est pas valide.',
    es: 'El cursor no es válido.',
    pt: 'O cursor não é válido.',
  },
  'is not a cursor of this list.': {
    fr: 'n’est pas un curseur de cette liste.',
    es: 'no es un cursor de esta lista.',
    pt: 'não é um cursor desta lista.',
  },
  'The cursor is not one of this table.': {
    fr: 'Le curseur n’est pas de cette table.',
    es: 'El cursor no es de esta tabla.',
    pt: 'O cursor não é desta tabela.',
  },
  'Too many listen already.': {
    fr: 'Trop de postes écoutent déjà.',
    es: 'Ya hay demasiados a la escucha.',
    pt: 'Já há demasiados à escuta.',
  },
  'The key is not valid.': {
    fr: 'La clé n’est pas valide.',
    es: 'La clave no es válida.',
    pt: 'A chave não é válida.',
  },
  'must name at least one scope.': {
    fr: 'doit nommer au moins une permission.',
    es: 'debe nombrar al menos un permiso.',
    pt: 'tem de nomear pelo menos uma permissão.',
  },
  '"{scope}" is not a scope.': {
    fr: '« {scope} » n’est pas une permission.',
    es: '«{scope}» no es un permiso.',
    pt: '“{scope}” não é uma permissão.',
  },
  'The body is not JSON, or has a key that none may have: "__proto__", or "prototype" in "constructor".': {
    fr: 'Le corps n’est pas du JSON, ou a une clé qu’aucun ne peut avoir : « __proto__ », ou « prototype » dans « constructor ».',
    es: 'El cuerpo no es JSON, o tiene una clave que ninguno puede tener: «__proto__», o «prototype» dentro de «constructor».',
    pt: 'O corpo não é JSON, ou tem uma chave que nenhum pode ter: “__proto__”, ou “prototype” em “constructor”.',
  },
  'Your key cannot give what it does not have: {beyond}.': {
    fr: 'Votre clé ne peut pas donner ce qu’elle n’a pas : {beyond}.',
    es: 'Su clave no puede dar lo que no tiene: {beyond}.',
    pt: 'A sua chave não pode dar o que não tem: {beyond}.',
  },
  'The user': { fr: 'L’utilisateur', es: 'El usuario', pt: 'O utilizador' },
  'The owner': { fr: 'Le propriétaire', es: 'El propietario', pt: 'O proprietário' },
  'There is a user {email} already.': {
    fr: 'Il y a déjà un utilisateur {email}.',
    es: 'Ya hay un usuario {email}.',
    pt: 'Já há um utilizador {email}.',
  },
  'Carillon has its owner already. Sign in instead.': {
    fr: 'Carillon a déjà son propriétaire. Connectez-vous.',
    es: 'Carillon ya tiene propietario. Inicie sesión.',
    pt: 'O Carillon já tem proprietário. Inicie sessão.',
  },
  'This is about who is signed in; an API key has no account.': {
    fr: 'Ceci concerne la personne connectée ; une clé d’API n’a pas de compte.',
    es: 'Esto es de quien ha iniciado sesión; una clave de API no tiene cuenta.',
    pt: 'Isto é de quem iniciou sessão; uma chave de API não tem conta.',
  },
  'There are {count} passkeys already. Remove one that you do not use.': {
    fr: 'Il y a déjà {count} clés d’accès. Supprimez-en une que vous n’utilisez pas.',
    es: 'Ya hay {count} llaves de acceso. Elimine una que no use.',
    pt: 'Já há {count} chaves de acesso. Remova uma que não use.',
  },
  'This passkey is known already.': {
    fr: 'Cette clé d’accès est déjà connue.',
    es: 'Esta llave de acceso ya se conoce.',
    pt: 'Esta chave de acesso já é conhecida.',
  },
  'That took too long, or was answered before. Try again.': {
    fr: 'Cela a pris trop de temps, ou a déjà reçu une réponse. Réessayez.',
    es: 'Tardó demasiado, o ya se respondió antes. Inténtelo de nuevo.',
    pt: 'Demorou demasiado, ou já foi respondido. Tente novamente.',
  },
  'The passkey could not be verified.': {
    fr: 'La clé d’accès n’a pas pu être vérifiée.',
    es: 'No se pudo verificar la llave de acceso.',
    pt: 'Não foi possível verificar a chave de acesso.',
  },
  'This is the last way to sign in. Add another one first.': {
    fr: 'C’est le dernier moyen de se connecter. Ajoutez-en d’abord un autre.',
    es: 'Es la última forma de entrar. Añada antes otra.',
    pt: 'É a última forma de entrar. Adicione primeiro outra.',
  },
  'Passkeys do not work at this address.': {
    fr: 'Les clés d’accès ne fonctionnent pas à cette adresse.',
    es: 'Las llaves de acceso no funcionan en esta dirección.',
    pt: 'As chaves de acesso não funcionam neste endereço.',
  },
  'Passkeys do not work at this address. They do at {instead}.': {
    fr: 'Les clés d’accès ne fonctionnent pas à cette adresse, mais à {instead}.',
    es: 'Las llaves de acceso no funcionan en esta dirección, pero sí en {instead}.',
    pt: 'As chaves de acesso não funcionam neste endereço, mas funcionam em {instead}.',
  },
  'Somebody must be owner. Make another user owner first.': {
    fr: 'Il faut un propriétaire. Donnez d’abord ce rôle à quelqu’un d’autre.',
    es: 'Alguien tiene que ser propietario. Haga antes propietario a otro usuario.',
    pt: 'Alguém tem de ser proprietário. Torne primeiro outro utilizador proprietário.',
  },
  'Not all of these are email addresses.': {
    fr: 'Ce ne sont pas toutes des adresses e-mail.',
    es: 'No todas son direcciones de correo.',
    pt: 'Nem todas são endereços de e-mail.',
  },
  '"{address}" is not an email address.': {
    fr: '« {address} » n’est pas une adresse e-mail.',
    es: '«{address}» no es una dirección de correo.',
    pt: '“{address}” não é um endereço de e-mail.',
  },
  'is more than a year ahead.': {
    fr: 'est à plus d’un an.',
    es: 'es dentro de más de un año.',
    pt: 'é daqui a mais de um ano.',
  },
  'This idempotency key came before, with another request.': {
    fr: 'Cette clé d’idempotence est déjà venue, avec une autre requête.',
    es: 'Esta clave de idempotencia ya vino, con otra petición.',
    pt: 'Esta chave de idempotência já veio, com outro pedido.',
  },
  'must be given, because there are several.': {
    fr: 'doit être donné, car il y en a plusieurs.',
    es: 'hay que indicarlo, porque hay varios.',
    pt: 'tem de ser indicado, pois há vários.',
  },
  'Template "{template}" reads row.{name}, and no value is given.': {
    fr: 'Le modèle « {template} » lit row.{name}, et aucune valeur n’est donnée.',
    es: 'La plantilla «{template}» lee row.{name}, y no se da ningún valor.',
    pt: 'O modelo “{template}” lê row.{name}, e nenhum valor é dado.',
  },
  'What the template reads of them has {size} characters; {max} are allowed.': {
    fr: 'Ce que le modèle en lit compte {size} caractères ; {max} sont permis.',
    es: 'Lo que la plantilla lee de ellas tiene {size} caracteres; se permiten {max}.',
    pt: 'O que o modelo lê delas tem {size} caracteres; são permitidos {max}.',
  },
  'The variables of all its messages have {size} characters; {max} are allowed.': {
    fr: 'Les variables de tous ses messages comptent {size} caractères ; {max} sont permis.',
    es: 'Las variables de todos sus mensajes tienen {size} caracteres; se permiten {max}.',
    pt: 'As variáveis de todas as suas mensagens têm {size} caracteres; são permitidos {max}.',
  },
  'The template needs more variables.': {
    fr: 'Le modèle a besoin de plus de variables.',
    es: 'La plantilla necesita más variables.',
    pt: 'O modelo precisa de mais variáveis.',
  },
  'Message {id} is on its way; it cannot be cancelled.': {
    fr: 'Le message {id} est en route ; il ne peut plus être annulé.',
    es: 'El mensaje {id} está en camino; ya no se puede cancelar.',
    pt: 'A mensagem {id} está a caminho; já não pode ser cancelada.',
  },
  'Message {id} is already {state}; it cannot be cancelled.': {
    fr: 'Le message {id} ne peut plus être annulé (état : {state}).',
    es: 'El mensaje {id} ya no se puede cancelar (estado: {state}).',
    pt: 'A mensagem {id} já não pode ser cancelada (estado: {state}).',
  },
  'Ask about a message, a journey or an audience: one at a time.': {
    fr: 'Demandez pour un message, un parcours ou une audience : un à la fois.',
    es: 'Pregunte por un mensaje, un recorrido o una audiencia: de uno en uno.',
    pt: 'Pergunte por uma mensagem, uma jornada ou uma audiência: uma de cada vez.',
  },
  'There are {max} webhooks already; delete one that nobody needs.': {
    fr: 'Il y a déjà {max} webhooks ; supprimez-en un qui ne sert à personne.',
    es: 'Ya hay {max} webhooks; elimine uno que nadie necesite.',
    pt: 'Já há {max} webhooks; elimine um de que ninguém precise.',
  },
  'Webhook {webhook} is disabled; enable it first.': {
    fr: 'Le webhook {webhook} est désactivé ; activez-le d’abord.',
    es: 'El webhook {webhook} está desactivado; actívelo antes.',
    pt: 'O webhook {webhook} está desativado; ative-o primeiro.',
  },
  'This process cannot open channels.': {
    fr: 'Ce processus ne peut pas ouvrir de canaux.',
    es: 'Este proceso no puede abrir canales.',
    pt: 'Este processo não pode abrir canais.',
  },
  'There are data already. The example shop wants an empty server.': {
    fr: 'Il y a déjà des données. La boutique d’exemple demande un serveur vide.',
    es: 'Ya hay datos. La tienda de ejemplo necesita un servidor vacío.',
    pt: 'Já há dados. A loja de exemplo precisa de um servidor vazio.',
  },
  'The example shop is loaded already.': {
    fr: 'La boutique d’exemple est déjà chargée.',
    es: 'La tienda de ejemplo ya está cargada.',
    pt: 'A loja de exemplo já está carregada.',
  },
  'The example shop is being loaded.': {
    fr: 'La boutique d’exemple est en cours de chargement.',
    es: 'La tienda de ejemplo se está cargando.',
    pt: 'A loja de exemplo está a ser carregada.',
  },
  'The server stopped meanwhile.': {
    fr: 'Le serveur s’est arrêté entre-temps.',
    es: 'El servidor se detuvo entretanto.',
    pt: 'O servidor parou entretanto.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
