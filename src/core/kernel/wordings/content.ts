import type { Translations } from './translations.ts';

/** What is said of templates and fragments. */
export const CONTENT = {
  'Line {line}, column {column}: {problem}': {
    fr: 'Ligne {line}, colonne {column} : {problem}',
    es: 'Línea {line}, columna {column}: {problem}',
    pt: 'Linha {line}, coluna {column}: {problem}',
  },
  'Line {line}: {problem}': {
    fr: 'Ligne {line} : {problem}',
    es: 'Línea {line}: {problem}',
    pt: 'Linha {line}: {problem}',
  },
  'Line {line}: {tag}: {problem}': {
    fr: 'Ligne {line} : {tag} : {problem}',
    es: 'Línea {line}: {tag}: {problem}',
    pt: 'Linha {line}: {tag}: {problem}',
  },
  'In a fragment: {problem}': {
    fr: 'Dans un fragment : {problem}',
    es: 'En un fragmento: {problem}',
    pt: 'Num fragmento: {problem}',
  },
  'In fragment "{key}": {problem}': {
    fr: 'Dans le fragment « {key} » : {problem}',
    es: 'En el fragmento «{key}»: {problem}',
    pt: 'No fragmento “{key}”: {problem}',
  },
  'unknown filter "{name}".': {
    fr: 'filtre inconnu « {name} ».',
    es: 'filtro desconocido «{name}».',
    pt: 'filtro desconhecido “{name}”.',
  },
  'unknown tag "{name}".': {
    fr: 'balise inconnue « {name} ».',
    es: 'etiqueta desconocida «{name}».',
    pt: 'etiqueta desconhecida “{name}”.',
  },
  'tag {tag} not closed.': {
    fr: 'la balise {tag} n’est pas fermée.',
    es: 'la etiqueta {tag} no está cerrada.',
    pt: 'a etiqueta {tag} não está fechada.',
  },
  'output {output} not closed.': {
    fr: 'la sortie {output} n’est pas fermée.',
    es: 'la salida {output} no está cerrada.',
    pt: 'a saída {output} não está fechada.',
  },
  'unknown variable "{name}".': {
    fr: 'variable inconnue « {name} ».',
    es: 'variable desconocida «{name}».',
    pt: 'variável desconhecida “{name}”.',
  },
  'Unknown variable "{name}".': {
    fr: 'Variable inconnue « {name} ».',
    es: 'Variable desconocida «{name}».',
    pt: 'Variável desconhecida “{name}”.',
  },
  'the name behind "profile." must be fixed.': {
    fr: 'le nom après « profile. » doit être fixe.',
    es: 'el nombre tras «profile.» debe ser fijo.',
    pt: 'o nome depois de “profile.” tem de ser fixo.',
  },
  "a fragment is named like {% fragment 'key' %}.": {
    fr: "un fragment se nomme ainsi : {% fragment 'key' %}.",
    es: "un fragmento se nombra así: {% fragment 'key' %}.",
    pt: "um fragmento nomeia-se assim: {% fragment 'key' %}.",
  },
  'there is no fragment "{key}".': {
    fr: 'le fragment « {key} » n’existe pas.',
    es: 'no existe el fragmento «{key}».',
    pt: 'o fragmento “{key}” não existe.',
  },
  'fragment "{key}" includes itself, or lies too deep.': {
    fr: 'le fragment « {key} » s’inclut lui-même, ou est trop profond.',
    es: 'el fragmento «{key}» se incluye a sí mismo, o está demasiado hondo.',
    pt: 'o fragmento “{key}” inclui-se a si próprio, ou está demasiado fundo.',
  },
  'fragment "{key}" has no {format} body.': {
    fr: 'le fragment « {key} » n’a pas de corps {format}.',
    es: 'el fragmento «{key}» no tiene cuerpo {format}.',
    pt: 'o fragmento “{key}” não tem corpo {format}.',
  },
  'With its fragments it is longer than {max} characters.': {
    fr: 'Avec ses fragments, il dépasse {max} caractères.',
    es: 'Con sus fragmentos pasa de {max} caracteres.',
    pt: 'Com os seus fragmentos passa de {max} caracteres.',
  },
  'Give mjml or html, not both.': {
    fr: 'Donnez mjml ou html, pas les deux.',
    es: 'Dé mjml o html, no los dos.',
    pt: 'Dê mjml ou html, não ambos.',
  },
  'Give one of mjml, html or text.': {
    fr: 'Donnez mjml, html ou text.',
    es: 'Dé mjml, html o text.',
    pt: 'Dê mjml, html ou text.',
  },
  'Give at least one of mjml, html or text.': {
    fr: 'Donnez au moins un de mjml, html ou text.',
    es: 'Dé al menos uno de mjml, html o text.',
    pt: 'Dê pelo menos um de mjml, html ou text.',
  },
  'There is no unsubscribe link.': {
    fr: 'Il n’y a pas de lien de désabonnement.',
    es: 'No hay enlace para darse de baja.',
    pt: 'Não há ligação para cancelar a subscrição.',
  },
  'The HTML has {size} characters; Gmail clips messages at about {limit}, with the unsubscribe link and the open pixel.':
    {
      fr: 'Le HTML a {size} caractères ; Gmail coupe les messages vers {limit}, avec le lien de désabonnement et le pixel d’ouverture.',
      es: 'El HTML tiene {size} caracteres; Gmail corta los mensajes hacia {limit}, con el enlace de baja y el píxel de apertura.',
      pt: 'O HTML tem {size} caracteres; o Gmail corta as mensagens por volta de {limit}, com a ligação de cancelamento e o píxel de abertura.',
    },
  'The template is not valid.': {
    fr: 'Le modèle n’est pas valide.',
    es: 'La plantilla no es válida.',
    pt: 'O modelo não é válido.',
  },
  'The template "{key}" is not valid.': {
    fr: 'Le modèle « {key} » n’est pas valide.',
    es: 'La plantilla «{key}» no es válida.',
    pt: 'O modelo “{key}” não é válido.',
  },
  'The text is not valid.': {
    fr: 'Le texte n’est pas valide.',
    es: 'El texto no es válido.',
    pt: 'O texto não é válido.',
  },
  'The HTML is not valid.': {
    fr: 'Le HTML n’est pas valide.',
    es: 'El HTML no es válido.',
    pt: 'O HTML não é válido.',
  },
  'The MJML is not valid.': {
    fr: 'Le MJML n’est pas valide.',
    es: 'El MJML no es válido.',
    pt: 'O MJML não é válido.',
  },
  'It is not MJML.': { fr: 'Ce n’est pas du MJML.', es: 'No es MJML.', pt: 'Não é MJML.' },
  '</{name}> closes nothing.': {
    fr: '</{name}> ne ferme rien.',
    es: '</{name}> no cierra nada.',
    pt: '</{name}> não fecha nada.',
  },
  '<{name}> is not closed.': {
    fr: '<{name}> n’est pas fermé.',
    es: '<{name}> no está cerrado.',
    pt: '<{name}> não está fechado.',
  },
  'A proof goes to 1 to {max} addresses.': {
    fr: 'Une épreuve part vers 1 à {max} adresses.',
    es: 'Una prueba va a entre 1 y {max} direcciones.',
    pt: 'Uma prova vai para 1 a {max} endereços.',
  },
  'The template makes no message for this person ({reason}): {detail}': {
    fr: 'Le modèle ne donne aucun message pour cette personne ({reason}) : {detail}',
    es: 'La plantilla no da ningún mensaje para esta persona ({reason}): {detail}',
    pt: 'O modelo não dá nenhuma mensagem para esta pessoa ({reason}): {detail}',
  },
} as const satisfies Readonly<Record<string, Translations>>;
