import type { Translations } from './translations.ts';

/** What is said of documents as they are read, saved and sent. */
export const DOCUMENTS = {
  'The {kind} "{key}" is given twice.': {
    fr: 'La définition « {key} » ({kind}) est donnée deux fois.',
    es: 'La definición «{key}» ({kind}) se da dos veces.',
    pt: 'A definição “{key}” ({kind}) é dada duas vezes.',
  },
  'The definition is not valid.': {
    fr: 'La définition n’est pas valide.',
    es: 'La definición no es válida.',
    pt: 'A definição não é válida.',
  },
  'The definitions are not valid; none was applied.': {
    fr: 'Les définitions ne sont pas valides ; aucune n’a été appliquée.',
    es: 'Las definiciones no son válidas; no se aplicó ninguna.',
    pt: 'As definições não são válidas; nenhuma foi aplicada.',
  },
  'it is at version {version} now': {
    fr: 'elle en est à la version {version}',
    es: 'ahora está en la versión {version}',
    pt: 'está agora na versão {version}',
  },
  'it does not exist': { fr: 'elle n’existe pas', es: 'no existe', pt: 'não existe' },
  'The settings of the send': {
    fr: 'Le réglage de l’envoi',
    es: 'El ajuste del envío',
    pt: 'A configuração do envio',
  },
  'The mapping of the webhook': {
    fr: 'La correspondance du webhook',
    es: 'La correspondencia del webhook',
    pt: 'A correspondência do webhook',
  },
  'Template "{template}" uses row.{name}, which the population does not have.': {
    fr: 'Le modèle « {template} » utilise row.{name}, que la population n’a pas.',
    es: 'La plantilla «{template}» usa row.{name}, que la población no tiene.',
    pt: 'O modelo “{template}” usa row.{name}, que a população não tem.',
  },
  'The population has no column "{name}" to take addresses from.': {
    fr: 'La population n’a pas de colonne « {name} » où prendre les adresses.',
    es: 'La población no tiene la columna «{name}» de la que tomar direcciones.',
    pt: 'A população não tem a coluna “{name}” de onde tirar endereços.',
  },
  'The file unpacks to more than {max} bytes.': {
    fr: 'Décompressé, le fichier dépasse {max} octets.',
    es: 'Descomprimido, el archivo pasa de {max} bytes.',
    pt: 'Descomprimido, o ficheiro passa de {max} bytes.',
  },
  'The file unpacks to more than {times} times its size; real data does not.': {
    fr: 'Décompressé, le fichier fait plus de {times} fois sa taille ; de vraies données ne le font pas.',
    es: 'Descomprimido, el archivo ocupa más de {times} veces su tamaño; los datos reales no.',
    pt: 'Descomprimido, o ficheiro ocupa mais de {times} vezes o seu tamanho; dados reais não.',
  },
  'More events arrive than can be stored. Send them again in a moment.': {
    fr: 'Il arrive plus d’événements qu’on ne peut en enregistrer. Renvoyez-les dans un instant.',
    es: 'Llegan más eventos de los que se pueden guardar. Vuelva a enviarlos en un momento.',
    pt: 'Chegam mais eventos do que se conseguem guardar. Envie-os de novo daqui a pouco.',
  },
  '"{template}" is a transactional template: it has no way to unsubscribe.': {
    fr: '« {template} » est un modèle transactionnel : il n’offre pas de désabonnement.',
    es: '«{template}» es una plantilla transaccional: no ofrece darse de baja.',
    pt: '“{template}” é um modelo transacional: não permite cancelar a subscrição.',
  },
  'The HTML has {size} characters before anything is filled in; Gmail clips messages at about {limit}.': {
    fr: 'Le HTML a {size} caractères avant d’être rempli ; Gmail coupe les messages vers {limit}.',
    es: 'El HTML tiene {size} caracteres antes de rellenarse; Gmail corta los mensajes hacia {limit}.',
    pt: 'O HTML tem {size} caracteres antes de ser preenchido; o Gmail corta as mensagens por volta de {limit}.',
  },
  'is another one than that of the header Idempotency-Key.': {
    fr: 'n’est pas celle de l’en-tête Idempotency-Key.',
    es: 'no es la de la cabecera Idempotency-Key.',
    pt: 'não é a do cabeçalho Idempotency-Key.',
  },
  'This needs the scope "{scope}"; the key has {scopes}.': {
    fr: 'Il faut pour cela la permission « {scope} » ; la clé a {scopes}.',
    es: 'Para esto hace falta el permiso «{scope}»; la clave tiene {scopes}.',
    pt: 'Para isto é precisa a permissão “{scope}”; a chave tem {scopes}.',
  },
  'This needs "{scope}", which your role does not have. Ask an owner.': {
    fr: 'Il faut pour cela « {scope} », que votre rôle n’a pas. Demandez à un propriétaire.',
    es: 'Para esto hace falta «{scope}», que su papel no tiene. Pídaselo a un propietario.',
    pt: 'Para isto é preciso “{scope}”, que o seu papel não tem. Peça a um proprietário.',
  },
  'A bracket, a quotation mark, a comma or a space is missing.': {
    fr: 'Il manque un crochet, un guillemet, une virgule ou une espace.',
    es: 'Falta un corchete, unas comillas, una coma o un espacio.',
    pt: 'Falta um parêntesis, umas aspas, uma vírgula ou um espaço.',
  },
  'A value with a colon in it needs quotation marks.': {
    fr: 'Une valeur qui contient deux-points a besoin de guillemets.',
    es: 'Un valor con dos puntos necesita comillas.',
    pt: 'Um valor com dois-pontos precisa de aspas.',
  },
  'A text cannot begin with this character; put it in quotation marks.': {
    fr: 'Un texte ne peut pas commencer par ce caractère ; mettez-le entre guillemets.',
    es: 'Un texto no puede empezar por este carácter; póngalo entre comillas.',
    pt: 'Um texto não pode começar por este carácter; ponha-o entre aspas.',
  },
  'The indentation does not fit.': {
    fr: 'Le décalage ne convient pas.',
    es: 'La sangría no encaja.',
    pt: 'A indentação não bate certo.',
  },
  'A tab cannot be used for indentation.': {
    fr: 'Une tabulation ne peut pas servir de décalage.',
    es: 'No se puede usar un tabulador como sangría.',
    pt: 'Não se pode usar um tabulador para indentar.',
  },
  'A key stands twice here.': {
    fr: 'Une clé figure deux fois ici.',
    es: 'Una clave figura dos veces aquí.',
    pt: 'Uma chave aparece duas vezes aqui.',
  },
  'Something unexpected stands here.': {
    fr: 'Quelque chose d’inattendu se trouve ici.',
    es: 'Aquí hay algo inesperado.',
    pt: 'Há aqui algo inesperado.',
  },
  'A key must be on one line.': {
    fr: 'Une clé doit tenir sur une ligne.',
    es: 'Una clave debe estar en una sola línea.',
    pt: 'Uma chave tem de estar numa só linha.',
  },
  'An anchor of this name does not exist.': {
    fr: 'Aucune ancre de ce nom n’existe.',
    es: 'No existe un ancla con ese nombre.',
    pt: 'Não existe uma âncora com esse nome.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
