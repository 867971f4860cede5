import type { Translations } from './translations.ts';

/** What is said of definitions, whatever their kind: rules, tables, templates. */
export const DEFINITIONS = {
  'There is no {kind} "{key}".': {
    fr: 'Introuvable : {kind} « {key} ».',
    es: 'No se encuentra: {kind} «{key}».',
    pt: 'Não se encontra: {kind} “{key}”.',
  },
  'The {kind} "{key}"': {
    fr: 'La définition « {key} » ({kind})',
    es: 'La definición «{key}» ({kind})',
    pt: 'A definição “{key}” ({kind})',
  },
  'The {kind}': { fr: 'La définition ({kind})', es: 'La definición ({kind})', pt: 'A definição ({kind})' },
  'The {kind} "{key}" is not valid.': {
    fr: 'La définition « {key} » ({kind}) n’est pas valide.',
    es: 'La definición «{key}» ({kind}) no es válida.',
    pt: 'A definição “{key}” ({kind}) não é válida.',
  },
  'The {kind} "{key}" has no draft to publish.': {
    fr: 'La définition « {key} » ({kind}) n’a pas de brouillon à publier.',
    es: 'La definición «{key}» ({kind}) no tiene borrador que publicar.',
    pt: 'A definição “{key}” ({kind}) não tem rascunho para publicar.',
  },
  'The {kind} "{key}" is in use by {users}.': {
    fr: 'La définition « {key} » ({kind}) est utilisée par {users}.',
    es: 'La definición «{key}» ({kind}) está en uso por {users}.',
    pt: 'A definição “{key}” ({kind}) está a ser usada por {users}.',
  },
  'A definition is an object with a "kind" and a "key".': {
    fr: 'Une définition est un objet avec « kind » et « key ».',
    es: 'Una definición es un objeto con «kind» y «key».',
    pt: 'Uma definição é um objeto com “kind” e “key”.',
  },
  'The document is not a definition.': {
    fr: 'Le document n’est pas une définition.',
    es: 'El documento no es una definición.',
    pt: 'O documento não é uma definição.',
  },
  'The kind is missing.': { fr: 'Le type (kind) manque.', es: 'Falta el tipo (kind).', pt: 'Falta o tipo (kind).' },
  'There is no kind "{kind}".': {
    fr: 'Le type « {kind} » n’existe pas.',
    es: 'No existe el tipo «{kind}».',
    pt: 'O tipo “{kind}” não existe.',
  },
  'The definition is not the one that the address names.': {
    fr: 'La définition n’est pas celle que nomme l’adresse.',
    es: 'La definición no es la que nombra la dirección.',
    pt: 'A definição não é a que o endereço nomeia.',
  },
  'differs from the address.': {
    fr: 'diffère de l’adresse.',
    es: 'difiere de la dirección.',
    pt: 'difere do endereço.',
  },
  'The definition has changed since you read it: {now}. Read it again.': {
    fr: 'La définition a changé depuis que vous l’avez lue : {now}. Relisez-la.',
    es: 'La definición ha cambiado desde que la leyó: {now}. Léala de nuevo.',
    pt: 'A definição mudou desde que a leu: {now}. Leia-a de novo.',
  },
  'The text must hold exactly one definition.': {
    fr: 'Le texte doit contenir exactement une définition.',
    es: 'El texto debe contener exactamente una definición.',
    pt: 'O texto tem de conter exatamente uma definição.',
  },
  'The text must hold exactly one audience.': {
    fr: 'Le texte doit contenir exactement une audience.',
    es: 'El texto debe contener exactamente una audiencia.',
    pt: 'O texto tem de conter exatamente uma audiência.',
  },
  'The text': { fr: 'Le texte', es: 'El texto', pt: 'O texto' },
  '{what} cannot be read.': {
    fr: '{what} est illisible.',
    es: '{what} no se puede leer.',
    pt: '{what} não se consegue ler.',
  },
  'holds more than {max} documents.': {
    fr: 'contient plus de {max} documents.',
    es: 'contiene más de {max} documentos.',
    pt: 'contém mais de {max} documentos.',
  },
  'There is no schema "{file}".': {
    fr: 'Le schéma « {file} » n’existe pas.',
    es: 'No existe el esquema «{file}».',
    pt: 'O esquema “{file}” não existe.',
  },
  'In template "{key}": {problem}': {
    fr: 'Dans le modèle « {key} » : {problem}',
    es: 'En la plantilla «{key}»: {problem}',
    pt: 'No modelo “{key}”: {problem}',
  },
  'Template "{key}", {path}: {problem}': {
    fr: 'Modèle « {key} », {path} : {problem}',
    es: 'Plantilla «{key}», {path}: {problem}',
    pt: 'Modelo “{key}”, {path}: {problem}',
  },
  'An offer has an audience or a rule, not both.': {
    fr: 'Une offre a une audience ou une règle, pas les deux.',
    es: 'Una oferta tiene una audiencia o una regla, no las dos.',
    pt: 'Uma oferta tem uma audiência ou uma regra, não ambas.',
  },
  'There are two offers "{key}".': {
    fr: 'Il y a deux offres « {key} ».',
    es: 'Hay dos ofertas «{key}».',
    pt: 'Há duas ofertas “{key}”.',
  },
  'A placement needs an offer or a fallback.': {
    fr: 'Un emplacement a besoin d’une offre ou d’un contenu de repli.',
    es: 'Un emplazamiento necesita una oferta o un contenido de reserva.',
    pt: 'Uma colocação precisa de uma oferta ou de um conteúdo de reserva.',
  },
  'The sandbox has no server: remove "url", or set provider to smtp.': {
    fr: 'Le bac à sable n’a pas de serveur : retirez « url », ou mettez provider à smtp.',
    es: 'El canal de pruebas no tiene servidor: quite «url», o ponga provider en smtp.',
    pt: 'O canal de testes não tem servidor: retire “url”, ou ponha provider em smtp.',
  },
  'A channel of provider smtp needs "url", such as { secret: SMTP_URL }.': {
    fr: 'Un canal de type smtp a besoin de « url », comme { secret: SMTP_URL }.',
    es: 'Un canal de proveedor smtp necesita «url», como { secret: SMTP_URL }.',
    pt: 'Um canal de fornecedor smtp precisa de “url”, como { secret: SMTP_URL }.',
  },
  'Holds a password: put the URL into an environment variable, { secret: SMTP_URL }.': {
    fr: 'Contient un mot de passe : mettez l’URL dans une variable d’environnement, { secret: SMTP_URL }.',
    es: 'Contiene una contraseña: ponga la URL en una variable de entorno, { secret: SMTP_URL }.',
    pt: 'Contém uma palavra-passe: ponha o URL numa variável de ambiente, { secret: SMTP_URL }.',
  },
  'Holds a login: use "auth" with a { secret: NAME }.': {
    fr: 'Contient des identifiants : utilisez « auth » avec { secret: NAME }.',
    es: 'Contiene credenciales: use «auth» con { secret: NAME }.',
    pt: 'Contém credenciais: use “auth” com { secret: NAME }.',
  },
  'Must end before "?" and "#"; a step adds the query.': {
    fr: 'Doit finir avant « ? » et « # » ; une étape ajoute les paramètres.',
    es: 'Debe terminar antes de «?» y «#»; un paso añade los parámetros.',
    pt: 'Tem de acabar antes de “?” e “#”; um passo acrescenta os parâmetros.',
  },
  '"profiles" is the name of the people.': {
    fr: '« profiles » est le nom des personnes.',
    es: '«profiles» es el nombre de las personas.',
    pt: '“profiles” é o nome das pessoas.',
  },
  'A table needs at least one column.': {
    fr: 'Une table a besoin d’au moins une colonne.',
    es: 'Una tabla necesita al menos una columna.',
    pt: 'Uma tabela precisa de pelo menos uma coluna.',
  },
  'A table holds at most {max} columns.': {
    fr: 'Une table a au plus {max} colonnes.',
    es: 'Una tabla tiene como máximo {max} columnas.',
    pt: 'Uma tabela tem no máximo {max} colunas.',
  },
  '"{column}" stands twice in the primary key.': {
    fr: '« {column} » figure deux fois dans la clé primaire.',
    es: '«{column}» figura dos veces en la clave primaria.',
    pt: '“{column}” aparece duas vezes na chave primária.',
  },
  'There is no table "{to}".': {
    fr: 'La table « {to} » n’existe pas.',
    es: 'No existe la tabla «{to}».',
    pt: 'A tabela “{to}” não existe.',
  },
  'A link needs at least one pair of columns.': {
    fr: 'Un lien a besoin d’au moins une paire de colonnes.',
    es: 'Un enlace necesita al menos un par de columnas.',
    pt: 'Uma ligação precisa de pelo menos um par de colunas.',
  },
  '"{own}" is {from} and "{to}.{other}" is {type}.': {
    fr: '« {own} » est {from} et « {to}.{other} » est {type}.',
    es: '«{own}» es {from} y «{to}.{other}» es {type}.',
    pt: '“{own}” é {from} e “{to}.{other}” é {type}.',
  },
  '"{column}" is not one of the {of}.': {
    fr: '« {column} » n’est pas parmi : {of}.',
    es: '«{column}» no está entre: {of}.',
    pt: '“{column}” não está entre: {of}.',
  },
  columns: { fr: 'les colonnes', es: 'las columnas', pt: 'as colunas' },
  'columns of "{table}"': {
    fr: 'les colonnes de « {table} »',
    es: 'las columnas de «{table}»',
    pt: 'as colunas de “{table}”',
  },
  '"{column}" is {type}.': { fr: '« {column} » est {type}.', es: '«{column}» es {type}.', pt: '“{column}” é {type}.' },
  'The table "{key}" is not valid.': {
    fr: 'La table « {key} » n’est pas valide.',
    es: 'La tabla «{key}» no es válida.',
    pt: 'A tabela “{key}” não é válida.',
  },
  'Rows exist that have no value for "{name}".': {
    fr: 'Des lignes existent sans valeur pour « {name} ».',
    es: 'Hay filas sin valor para «{name}».',
    pt: 'Há linhas sem valor para “{name}”.',
  },
  'The table "{key}" has rows and cannot take this form.': {
    fr: 'La table « {key} » a des lignes et ne peut pas prendre cette forme.',
    es: 'La tabla «{key}» tiene filas y no puede tomar esta forma.',
    pt: 'A tabela “{key}” tem linhas e não pode tomar esta forma.',
  },
  'The key is ({columns}) and cannot change while the table has rows.': {
    fr: 'La clé est ({columns}) et ne peut pas changer tant que la table a des lignes.',
    es: 'La clave es ({columns}) y no puede cambiar mientras la tabla tenga filas.',
    pt: 'A chave é ({columns}) e não pode mudar enquanto a tabela tiver linhas.',
  },
  'The identity cannot change while the table has rows.': {
    fr: 'L’identité ne peut pas changer tant que la table a des lignes.',
    es: 'La identidad no puede cambiar mientras la tabla tenga filas.',
    pt: 'A identidade não pode mudar enquanto a tabela tiver linhas.',
  },
  'The column "{name}" holds values and cannot be dropped.': {
    fr: 'La colonne « {name} » contient des valeurs et ne peut pas être supprimée.',
    es: 'La columna «{name}» contiene valores y no se puede eliminar.',
    pt: 'A coluna “{name}” contém valores e não pode ser eliminada.',
  },
  'The column "{name}" holds values as {from} and cannot become {type}.': {
    fr: 'La colonne « {name} » contient des valeurs {from} et ne peut pas devenir {type}.',
    es: 'La columna «{name}» contiene valores {from} y no puede pasar a {type}.',
    pt: 'A coluna “{name}” contém valores {from} e não pode passar a {type}.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
