import type { Translations } from './translations.ts';

/** What is said of files, imports, sources and events. */
export const DATA = {
  'The file {path} cannot be read: {problem}.': {
    fr: 'Le fichier {path} ne peut pas être lu : {problem}.',
    es: 'No se puede leer el archivo {path}: {problem}.',
    pt: 'Não se consegue ler o ficheiro {path}: {problem}.',
  },
  '{path} is not a file.': {
    fr: '{path} n’est pas un fichier.',
    es: '{path} no es un archivo.',
    pt: '{path} não é um ficheiro.',
  },
  'The file could not be read to its end ({problem}). Nothing was changed.': {
    fr: 'Le fichier n’a pas pu être lu jusqu’au bout ({problem}). Rien n’a changé.',
    es: 'No se pudo leer el archivo hasta el final ({problem}). No se cambió nada.',
    pt: 'Não se conseguiu ler o ficheiro até ao fim ({problem}). Nada mudou.',
  },
  'The gzip file is damaged: {problem}.': {
    fr: 'Le fichier gzip est endommagé : {problem}.',
    es: 'El archivo gzip está dañado: {problem}.',
    pt: 'O ficheiro gzip está danificado: {problem}.',
  },
  'The Parquet file is damaged: {problem}.': {
    fr: 'Le fichier Parquet est endommagé : {problem}.',
    es: 'El archivo Parquet está dañado: {problem}.',
    pt: 'O ficheiro Parquet está danificado: {problem}.',
  },
  'The Parquet file cannot be read: {problem}.': {
    fr: 'Le fichier Parquet est illisible : {problem}.',
    es: 'No se puede leer el archivo Parquet: {problem}.',
    pt: 'Não se consegue ler o ficheiro Parquet: {problem}.',
  },
  '"{encoding}" is not an encoding.': {
    fr: '« {encoding} » n’est pas un encodage.',
    es: '«{encoding}» no es una codificación.',
    pt: '“{encoding}” não é uma codificação.',
  },
  '"{zone}" is not a time zone.': {
    fr: '« {zone} » n’est pas un fuseau horaire.',
    es: '«{zone}» no es una zona horaria.',
    pt: '“{zone}” não é um fuso horário.',
  },
  'The disk is full ({problem}). Nothing was changed; run the import again.': {
    fr: 'Le disque est plein ({problem}). Rien n’a changé ; relancez l’import.',
    es: 'El disco está lleno ({problem}). No se cambió nada; repita la importación.',
    pt: 'O disco está cheio ({problem}). Nada mudou; repita a importação.',
  },
  'The database is out of resources ({problem}). Nothing was changed; run the import again.': {
    fr: 'La base de données manque de ressources ({problem}). Rien n’a changé ; relancez l’import.',
    es: 'La base de datos no tiene recursos ({problem}). No se cambió nada; repita la importación.',
    pt: 'A base de dados não tem recursos ({problem}). Nada mudou; repita a importação.',
  },
  'The connection to the database was lost ({problem}). Nothing was changed; run the import again.': {
    fr: 'La connexion à la base de données a été perdue ({problem}). Rien n’a changé ; relancez l’import.',
    es: 'Se perdió la conexión con la base de datos ({problem}). No se cambió nada; repita la importación.',
    pt: 'Perdeu-se a ligação à base de dados ({problem}). Nada mudou; repita a importação.',
  },
  'The file ended before all of it had arrived. Nothing was changed.': {
    fr: 'Le fichier s’est arrêté avant d’être arrivé en entier. Rien n’a changé.',
    es: 'El archivo terminó antes de llegar entero. No se cambió nada.',
    pt: 'O ficheiro acabou antes de chegar inteiro. Nada mudou.',
  },
  'The import failed: {problem}. Nothing was changed.': {
    fr: 'L’import a échoué : {problem}. Rien n’a changé.',
    es: 'La importación falló: {problem}. No se cambió nada.',
    pt: 'A importação falhou: {problem}. Nada mudou.',
  },
  'The mapping does not fit the file.': {
    fr: 'La correspondance ne va pas avec le fichier.',
    es: 'La correspondencia no encaja con el archivo.',
    pt: 'A correspondência não serve para o ficheiro.',
  },
  'The mapping is not valid.': {
    fr: 'La correspondance n’est pas valide.',
    es: 'La correspondencia no es válida.',
    pt: 'A correspondência não é válida.',
  },
  'The mapping is not valid YAML.': {
    fr: 'La correspondance n’est pas du YAML valide.',
    es: 'La correspondencia no es YAML válido.',
    pt: 'A correspondência não é YAML válido.',
  },
  'The mapping': { fr: 'La correspondance', es: 'La correspondencia', pt: 'A correspondência' },
  'The file is empty.': { fr: 'Le fichier est vide.', es: 'El archivo está vacío.', pt: 'O ficheiro está vazio.' },
  'A mapping is one document; here begins another.': {
    fr: 'Une correspondance est un seul document ; ici en commence un autre.',
    es: 'Una correspondencia es un solo documento; aquí empieza otro.',
    pt: 'Uma correspondência é um só documento; aqui começa outro.',
  },
  'The header in line {line} cannot be read: {text}': {
    fr: 'L’en-tête de la ligne {line} est illisible : {text}',
    es: 'No se puede leer la cabecera de la línea {line}: {text}',
    pt: 'Não se consegue ler o cabeçalho da linha {line}: {text}',
  },
  'The header names columns twice.': {
    fr: 'L’en-tête nomme des colonnes deux fois.',
    es: 'La cabecera nombra columnas dos veces.',
    pt: 'O cabeçalho nomeia colunas duas vezes.',
  },
  '"{name}" stands twice in the header.': {
    fr: '« {name} » figure deux fois dans l’en-tête.',
    es: '«{name}» figura dos veces en la cabecera.',
    pt: '“{name}” aparece duas vezes no cabeçalho.',
  },
  'More than {max} lines are rejected; nothing was changed.': {
    fr: 'Plus de {max} lignes sont rejetées ; rien n’a changé.',
    es: 'Se rechazan más de {max} líneas; no se cambió nada.',
    pt: 'Mais de {max} linhas são rejeitadas; nada mudou.',
  },
  'There is no table "{target}". Name its key to have it made from the file.': {
    fr: 'La table « {target} » n’existe pas. Nommez sa clé pour la créer à partir du fichier.',
    es: 'No existe la tabla «{target}». Nombre su clave para crearla a partir del archivo.',
    pt: 'A tabela “{target}” não existe. Nomeie a sua chave para a criar a partir do ficheiro.',
  },
  'The file has {columns}.': {
    fr: 'Le fichier a {columns}.',
    es: 'El archivo tiene {columns}.',
    pt: 'O ficheiro tem {columns}.',
  },
  'Two columns of the file would be called "{name}"; name them in a mapping.': {
    fr: 'Deux colonnes du fichier s’appelleraient « {name} » ; nommez-les dans une correspondance.',
    es: 'Dos columnas del archivo se llamarían «{name}»; nómbrelas en una correspondencia.',
    pt: 'Duas colunas do ficheiro chamar-se-iam “{name}”; nomeie-as numa correspondência.',
  },
  'The file has no column "{source}".': {
    fr: 'Le fichier n’a pas de colonne « {source} ».',
    es: 'El archivo no tiene la columna «{source}».',
    pt: 'O ficheiro não tem a coluna “{source}”.',
  },
  '"{format}" names no complete date.': {
    fr: '« {format} » n’indique pas une date complète.',
    es: '«{format}» no indica una fecha completa.',
    pt: '“{format}” não indica uma data completa.',
  },
  '"{text}" does not fit: {reason}.': {
    fr: '« {text} » ne convient pas : {reason}.',
    es: '«{text}» no encaja: {reason}.',
    pt: '“{text}” não serve: {reason}.',
  },
  'A product is a number; the column is {type}.': {
    fr: 'Un produit est un nombre ; la colonne est {type}.',
    es: 'Un producto es un número; la columna es {type}.',
    pt: 'Um produto é um número; a coluna é {type}.',
  },
  'A mapping of events has no {block}.': {
    fr: 'Une correspondance d’événements n’a pas de {block}.',
    es: 'Una correspondencia de eventos no tiene {block}.',
    pt: 'Uma correspondência de eventos não tem {block}.',
  },
  'needs one of {kinds}': {
    fr: 'demande un de {kinds}',
    es: 'necesita uno de {kinds}',
    pt: 'precisa de um de {kinds}',
  },
  '"{key}" is a column of every profile; choose another name.': {
    fr: '« {key} » est une colonne de tout profil ; choisissez un autre nom.',
    es: '«{key}» es una columna de todos los perfiles; elija otro nombre.',
    pt: '“{key}” é uma coluna de todos os perfis; escolha outro nome.',
  },
  'Audience "{key}" is defined by a rule; import the people under another key.': {
    fr: 'L’audience « {key} » est définie par une règle ; importez les personnes sous une autre clé.',
    es: 'La audiencia «{key}» se define por una regla; importe a las personas con otra clave.',
    pt: 'A audiência “{key}” é definida por uma regra; importe as pessoas com outra chave.',
  },
  'Say which column names the people.': {
    fr: 'Dites quelle colonne nomme les personnes.',
    es: 'Diga qué columna nombra a las personas.',
    pt: 'Diga que coluna nomeia as pessoas.',
  },
  'must be given.': { fr: 'doit être donné.', es: 'hay que indicarlo.', pt: 'tem de ser indicado.' },
  '"{name}" is no namespace of identities; say what the values are.': {
    fr: '« {name} » n’est pas un espace de noms d’identités ; dites ce que sont les valeurs.',
    es: '«{name}» no es un espacio de nombres de identidades; diga qué son los valores.',
    pt: '“{name}” não é um espaço de nomes de identidades; diga o que são os valores.',
  },
  'Audience "{key}" already has members; append to them, or replace them.': {
    fr: 'L’audience « {key} » a déjà des membres ; ajoutez-y, ou remplacez-les.',
    es: 'La audiencia «{key}» ya tiene miembros; añada, o reemplácelos.',
    pt: 'A audiência “{key}” já tem membros; acrescente, ou substitua-os.',
  },
  '"{name}" is computed; nobody writes it.': {
    fr: '« {name} » est calculé ; personne ne l’écrit.',
    es: '«{name}» se calcula; nadie lo escribe.',
    pt: '“{name}” é calculado; ninguém o escreve.',
  },
  'Of yes and no neither is greater.': {
    fr: 'De oui et de non, aucun n’est plus grand.',
    es: 'De sí y no, ninguno es mayor.',
    pt: 'De sim e não, nenhum é maior.',
  },
  '"first" and "last" of rows need "by", a column that orders them; nothing else has it.': {
    fr: '« first » et « last » de lignes demandent « by », une colonne qui les ordonne ; rien d’autre ne l’a.',
    es: '«first» y «last» de filas necesitan «by», una columna que las ordene; nada más lo lleva.',
    pt: '“first” e “last” de linhas precisam de “by”, uma coluna que as ordene; nada mais o tem.',
  },
  'A computed trait cannot be written.': {
    fr: 'Un attribut calculé ne peut pas être écrit.',
    es: 'Un atributo calculado no se puede escribir.',
    pt: 'Um atributo calculado não pode ser escrito.',
  },
  'A file cannot delete people.': {
    fr: 'Un fichier ne peut pas supprimer des personnes.',
    es: 'Un archivo no puede eliminar personas.',
    pt: 'Um ficheiro não pode eliminar pessoas.',
  },
  'Say which column names the person.': {
    fr: 'Dites quelle colonne nomme la personne.',
    es: 'Diga qué columna nombra a la persona.',
    pt: 'Diga que coluna nomeia a pessoa.',
  },
  'A table has no {block}; only profiles do.': {
    fr: 'Une table n’a pas de {block} ; seuls les profils en ont.',
    es: 'Una tabla no tiene {block}; solo los perfiles.',
    pt: 'Uma tabela não tem {block}; só os perfis.',
  },
  '"{key}" is part of the key, and nothing is read into it.': {
    fr: '« {key} » fait partie de la clé, et rien n’y est lu.',
    es: '«{key}» forma parte de la clave, y no se lee nada en ella.',
    pt: '“{key}” faz parte da chave, e nada é lido para ela.',
  },
  '"{name}" is {type}.': { fr: '« {name} » est {type}.', es: '«{name}» es {type}.', pt: '“{name}” é {type}.' },
  'Send the file as the body.': {
    fr: 'Envoyez le fichier comme corps de la requête.',
    es: 'Envíe el archivo como cuerpo de la petición.',
    pt: 'Envie o ficheiro como corpo do pedido.',
  },
  'Say what the file goes into: `into`.': {
    fr: 'Dites où va le fichier : `into`.',
    es: 'Diga adónde va el archivo: `into`.',
    pt: 'Diga para onde vai o ficheiro: `into`.',
  },
  'The fields are not valid: {problem}': {
    fr: 'Les champs ne sont pas valides : {problem}',
    es: 'Los campos no son válidos: {problem}',
    pt: 'Os campos não são válidos: {problem}',
  },
  'The request holds no file; the file is the last part.': {
    fr: 'La requête ne contient pas de fichier ; le fichier est la dernière partie.',
    es: 'La petición no contiene ningún archivo; el archivo es la última parte.',
    pt: 'O pedido não contém ficheiro; o ficheiro é a última parte.',
  },
  'A file may have {max} bytes at most.': {
    fr: 'Un fichier peut avoir {max} octets au plus.',
    es: 'Un archivo puede tener {max} bytes como máximo.',
    pt: 'Um ficheiro pode ter {max} bytes no máximo.',
  },
  'The source is not valid.': {
    fr: 'La source n’est pas valide.',
    es: 'La fuente no es válida.',
    pt: 'A fonte não é válida.',
  },
  'a write key has no settings.': {
    fr: 'une clé d’écriture n’a pas de réglages.',
    es: 'una clave de escritura no tiene ajustes.',
    pt: 'uma chave de escrita não tem definições.',
  },
  'A source "{name}" is in use. Revoke it first, or take another name.': {
    fr: 'Une source « {name} » est en usage. Révoquez-la d’abord, ou prenez un autre nom.',
    es: 'Hay una fuente «{name}» en uso. Revóquela antes, o elija otro nombre.',
    pt: 'Há uma fonte “{name}” em uso. Revogue-a primeiro, ou escolha outro nome.',
  },
  'The inbox holds {rows} events that are not yet processed. Send later.': {
    fr: 'La boîte d’arrivée contient {rows} événements pas encore traités. Envoyez plus tard.',
    es: 'La bandeja de entrada tiene {rows} eventos sin procesar. Envíe más tarde.',
    pt: 'A caixa de entrada tem {rows} eventos por processar. Envie mais tarde.',
  },
  'Together they would have more identities of {namespace} than a profile may have.': {
    fr: 'Ensemble, ils auraient plus d’identités {namespace} qu’un profil ne peut en avoir.',
    es: 'Juntos tendrían más identidades de {namespace} de las que puede tener un perfil.',
    pt: 'Juntos teriam mais identidades de {namespace} do que um perfil pode ter.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
