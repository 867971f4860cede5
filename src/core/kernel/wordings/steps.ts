import type { Translations } from './translations.ts';

/** What is said of single activities and steps. */
export const STEPS = {
  'There is no activity of type "{type}".': {
    fr: 'Le type d’activité « {type} » n’existe pas.',
    es: 'No existe el tipo de actividad «{type}».',
    pt: 'O tipo de atividade “{type}” não existe.',
  },
  'There is no step of type "{type}".': {
    fr: 'Le type d’étape « {type} » n’existe pas.',
    es: 'No existe el tipo de paso «{type}».',
    pt: 'O tipo de passo “{type}” não existe.',
  },
  'There is no channel yet.': {
    fr: 'Il n’y a pas encore de canal.',
    es: 'Todavía no hay ningún canal.',
    pt: 'Ainda não há nenhum canal.',
  },
  'A wait has one end, not two.': {
    fr: 'Une attente a une seule fin, pas deux.',
    es: 'Una espera tiene un solo final, no dos.',
    pt: 'Uma espera tem um só fim, não dois.',
  },
  'A wait needs an end.': {
    fr: 'Une attente a besoin d’une fin.',
    es: 'Una espera necesita un final.',
    pt: 'Uma espera precisa de um fim.',
  },
  'A {type} starts a branch; nothing may lead to it ({sources} does).': {
    fr: '{type} commence une branche ; rien ne peut y mener ({sources} y mène).',
    es: '{type} empieza una rama; nada puede llevar a ella ({sources} lleva).',
    pt: '{type} começa um ramo; nada pode levar a ele ({sources} leva).',
  },
  'An email needs a population; start with a build-audience or a read-audience and lead its arrow here.': {
    fr: 'Un e-mail a besoin d’une population ; commencez par build-audience ou read-audience et menez sa flèche ici.',
    es: 'Un correo necesita una población; empiece con build-audience o read-audience y lleve su flecha aquí.',
    pt: 'Um e-mail precisa de uma população; comece com build-audience ou read-audience e leve a sua seta até aqui.',
  },
  'Nothing leads here, so it would never run.': {
    fr: 'Rien ne mène ici ; elle ne s’exécuterait jamais.',
    es: 'Nada lleva aquí, así que nunca se ejecutaría.',
    pt: 'Nada leva até aqui, por isso nunca seria executada.',
  },
  'It cannot be reached: no build-audience or read-audience comes before it.': {
    fr: 'On ne peut pas l’atteindre : ni build-audience ni read-audience ne vient avant.',
    es: 'No se puede alcanzar: antes no viene ningún build-audience ni read-audience.',
    pt: 'Não se pode alcançar: antes não vem nenhum build-audience nem read-audience.',
  },
  'A {type} needs two populations or more; only {sources} leads here.': {
    fr: '{type} a besoin d’au moins deux populations ; seule {sources} mène ici.',
    es: '{type} necesita dos poblaciones o más; solo {sources} lleva aquí.',
    pt: '{type} precisa de duas populações ou mais; só {sources} leva até aqui.',
  },
  'A {type} takes one population, but several lead here ({sources}); put a combine before it.': {
    fr: '{type} prend une seule population, mais plusieurs mènent ici ({sources}) ; mettez un combine avant.',
    es: '{type} toma una sola población, pero varias llevan aquí ({sources}); ponga antes un combine.',
    pt: '{type} toma uma só população, mas várias levam até aqui ({sources}); ponha antes um combine.',
  },
  'link of {table}': { fr: 'lien de {table}', es: 'enlace de {table}', pt: 'ligação de {table}' },
  'link from {table}': { fr: 'lien depuis {table}', es: 'enlace desde {table}', pt: 'ligação a partir de {table}' },
  'table of people': { fr: 'table des personnes', es: 'tabla de personas', pt: 'tabela de pessoas' },
  'key column of {table}': {
    fr: 'colonne de la clé de {table}',
    es: 'columna de la clave de {table}',
    pt: 'coluna da chave de {table}',
  },
  'must be a URL of the form {form}': {
    fr: 'doit être une URL de la forme {form}',
    es: 'debe ser una URL de la forma {form}',
    pt: 'tem de ser um URL da forma {form}',
  },
  'must start with smtp:// or smtps://, not {scheme}//': {
    fr: 'doit commencer par smtp:// ou smtps://, pas {scheme}//',
    es: 'debe empezar por smtp:// o smtps://, no {scheme}//',
    pt: 'tem de começar por smtp:// ou smtps://, não {scheme}//',
  },
  'names no host; the form is {form}': {
    fr: 'ne nomme aucun hôte ; la forme est {form}',
    es: 'no nombra ningún servidor; la forma es {form}',
    pt: 'não nomeia nenhum servidor; a forma é {form}',
  },
  'The shares make {sum}; say where the rest goes.': {
    fr: 'Les parts font {sum} ; dites où va le reste.',
    es: 'Las partes suman {sum}; diga adónde va el resto.',
    pt: 'As partes somam {sum}; diga para onde vai o resto.',
  },
  'Waits for several things at once: {kinds}.': {
    fr: 'Attend plusieurs choses à la fois : {kinds}.',
    es: 'Espera varias cosas a la vez: {kinds}.',
    pt: 'Espera várias coisas ao mesmo tempo: {kinds}.',
  },
  '"{reaction}" is known of the messages of this journey\'s own steps only.': {
    fr: '« {reaction} » n’est connu que des messages des étapes de ce parcours.',
    es: '«{reaction}» solo se conoce de los mensajes de los pasos de este recorrido.',
    pt: '“{reaction}” só se conhece das mensagens dos passos desta jornada.',
  },
  'Says not what it calls.': {
    fr: 'Ne dit pas ce qu’elle appelle.',
    es: 'No dice a qué llama.',
    pt: 'Não diz o que chama.',
  },
  'Names an endpoint and a url.': {
    fr: 'Nomme un point d’accès et une url.',
    es: 'Nombra un punto de acceso y una url.',
    pt: 'Nomeia um ponto de acesso e um url.',
  },
  'The host of a url must be written out.': {
    fr: 'L’hôte d’une url doit être écrit en entier.',
    es: 'El servidor de una url debe escribirse entero.',
    pt: 'O servidor de um url tem de ser escrito por inteiro.',
  },
  'Nobody stays for {duration}: who is inside for {timeout} leaves.': {
    fr: 'Personne ne reste {duration} : qui est dedans depuis {timeout} sort.',
    es: 'Nadie se queda {duration}: quien lleva dentro {timeout} sale.',
    pt: 'Ninguém fica {duration}: quem está dentro há {timeout} sai.',
  },
  'Jumps lead in a circle: {circle}.': {
    fr: 'Des passages entre parcours tournent en rond : {circle}.',
    es: 'Los saltos entre recorridos van en círculo: {circle}.',
    pt: 'Os saltos entre jornadas andam em círculo: {circle}.',
  },
  '"{kind}" is about people, and this is a rule about {table}.': {
    fr: '« {kind} » porte sur des personnes, et cette règle porte sur {table}.',
    es: '«{kind}» trata de personas, y esta es una regla sobre {table}.',
    pt: '“{kind}” é sobre pessoas, e esta é uma regra sobre {table}.',
  },
  '"{name}" is not a column of profiles; everything else is a trait.': {
    fr: '« {name} » n’est pas une colonne des profils ; tout le reste est un attribut.',
    es: '«{name}» no es una columna de los perfiles; todo lo demás es un atributo.',
    pt: '“{name}” não é uma coluna dos perfis; tudo o resto é um atributo.',
  },
  'The table "{key}" has no column "{name}".': {
    fr: 'La table « {key} » n’a pas de colonne « {name} ».',
    es: 'La tabla «{key}» no tiene la columna «{name}».',
    pt: 'A tabela “{key}” não tem a coluna “{name}”.',
  },
  'No step calls "{name}".': {
    fr: 'Aucune étape n’appelle « {name} ».',
    es: 'Ningún paso llama a «{name}».',
    pt: 'Nenhum passo chama “{name}”.',
  },
  'No step looks up a row of "{name}".': {
    fr: 'Aucune étape ne cherche de ligne de « {name} ».',
    es: 'Ningún paso busca una fila de «{name}».',
    pt: 'Nenhum passo procura uma linha de “{name}”.',
  },
  'The table "{name}" has more than the {max} rows that one simulation holds; give those that matter as a snapshot.': {
    fr: 'La table « {name} » a plus des {max} lignes d’une simulation ; donnez celles qui comptent.',
    es: 'La tabla «{name}» tiene más que las {max} filas de una simulación; dé las que importan.',
    pt: 'A tabela “{name}” tem mais do que as {max} linhas de uma simulação; dê as que importam.',
  },
  'Version {version} has no step "{name}".': {
    fr: 'La version {version} n’a pas d’étape « {name} ».',
    es: 'La versión {version} no tiene el paso «{name}».',
    pt: 'A versão {version} não tem o passo “{name}”.',
  },
  'nobody was there': { fr: 'personne n’y était', es: 'no había nadie', pt: 'não havia ninguém' },
  'they were purged': { fr: 'elles ont été effacées', es: 'se borraron', pt: 'foram apagadas' },
  'Run {run} has no arrow "{arrow}".': {
    fr: 'L’exécution {run} n’a pas de flèche « {arrow} ».',
    es: 'La ejecución {run} no tiene la flecha «{arrow}».',
    pt: 'A execução {run} não tem a seta “{arrow}”.',
  },
  'A stopped run stays stopped; duplicate the campaign or publish it again.': {
    fr: 'Une exécution arrêtée le reste ; dupliquez la campagne ou publiez-la à nouveau.',
    es: 'Una ejecución detenida sigue detenida; duplique la campaña o publíquela de nuevo.',
    pt: 'Uma execução parada continua parada; duplique a campanha ou publique-a de novo.',
  },
  'A run that is {state} cannot be restarted; pause it first.': {
    fr: 'Cette exécution ne peut pas recommencer (état : {state}) ; mettez-la d’abord en pause.',
    es: 'Esta ejecución no se puede reiniciar (estado: {state}); páusela antes.',
    pt: 'Esta execução não pode recomeçar (estado: {state}); ponha-a primeiro em pausa.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
