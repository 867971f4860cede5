import type { Translations } from './translations.ts';

/** What is said of campaigns, their runs and their sends. */
export const CAMPAIGNS = {
  'A campaign needs at least one activity.': {
    fr: 'Une campagne a besoin d’au moins une activité.',
    es: 'Una campaña necesita al menos una actividad.',
    pt: 'Uma campanha precisa de pelo menos uma atividade.',
  },
  'A campaign holds at most {max} activities; this one has {count}.': {
    fr: 'Une campagne a au plus {max} activités ; celle-ci en a {count}.',
    es: 'Una campaña tiene como máximo {max} actividades; esta tiene {count}.',
    pt: 'Uma campanha tem no máximo {max} atividades; esta tem {count}.',
  },
  'These activities lead in a circle: {circle}.': {
    fr: 'Ces activités tournent en rond : {circle}.',
    es: 'Estas actividades van en círculo: {circle}.',
    pt: 'Estas atividades andam em círculo: {circle}.',
  },
  'The rows already are {to}.': {
    fr: 'Les lignes sont déjà {to}.',
    es: 'Las filas ya son {to}.',
    pt: 'As linhas já são {to}.',
  },
  'No links lead from {from} to {to}.': {
    fr: 'Aucun lien ne mène de {from} à {to}.',
    es: 'Ningún enlace lleva de {from} a {to}.',
    pt: 'Nenhuma ligação leva de {from} a {to}.',
  },
  'Several ways lead from {from} to {to}; say which.': {
    fr: 'Plusieurs chemins mènent de {from} à {to} ; dites lequel.',
    es: 'Varios caminos llevan de {from} a {to}; diga cuál.',
    pt: 'Vários caminhos levam de {from} a {to}; diga qual.',
  },
  'These links lead to {at}, not to {to}.': {
    fr: 'Ces liens mènent à {at}, pas à {to}.',
    es: 'Estos enlaces llevan a {at}, no a {to}.',
    pt: 'Estas ligações levam a {at}, não a {to}.',
  },
  'An audience holds profiles, but the rows that arrive are {dimension}.': {
    fr: 'Une audience contient des profils, mais les lignes qui arrivent sont {dimension}.',
    es: 'Una audiencia contiene perfiles, pero las filas que llegan son {dimension}.',
    pt: 'Uma audiência contém perfis, mas as linhas que chegam são {dimension}.',
  },
  'A split needs at least one subset.': {
    fr: 'Une répartition a besoin d’au moins une partie.',
    es: 'Una división necesita al menos una parte.',
    pt: 'Uma divisão precisa de pelo menos uma parte.',
  },
  '"{reserved}" is an outlet of every split; name the subset otherwise.': {
    fr: '« {reserved} » est une sortie de toute répartition ; nommez la partie autrement.',
    es: '«{reserved}» es una salida de toda división; dé otro nombre a la parte.',
    pt: '“{reserved}” é uma saída de todas as divisões; dê outro nome à parte.',
  },
  'A union has no complement: every row is in it.': {
    fr: 'Une union n’a pas de complément : toutes les lignes y sont.',
    es: 'Una unión no tiene complemento: todas las filas están en ella.',
    pt: 'Uma união não tem complemento: todas as linhas estão nela.',
  },
  'The rows of {from} are {dimension}, those of {other} are {otherDimension}.': {
    fr: 'Les lignes de {from} sont {dimension}, celles de {other} sont {otherDimension}.',
    es: 'Las filas de {from} son {dimension}, las de {other} son {otherDimension}.',
    pt: 'As linhas de {from} são {dimension}, as de {other} são {otherDimension}.',
  },
  'An exclusion needs to know whose rows are kept.': {
    fr: 'Une exclusion doit savoir quelles lignes sont gardées.',
    es: 'Una exclusión necesita saber qué filas se conservan.',
    pt: 'Uma exclusão precisa de saber que linhas se mantêm.',
  },
  'Several arrows come from "{activity}"; name the outlet too.': {
    fr: 'Plusieurs flèches viennent de « {activity} » ; nommez aussi la sortie.',
    es: 'Varias flechas vienen de «{activity}»; nombre también la salida.',
    pt: 'Várias setas vêm de “{activity}”; nomeie também a saída.',
  },
  'Column "{name}" is {type} from {from} and {otherType} from {other}.': {
    fr: 'La colonne « {name} » est {type} depuis {from} et {otherType} depuis {other}.',
    es: 'La columna «{name}» es {type} desde {from} y {otherType} desde {other}.',
    pt: 'A coluna “{name}” é {type} vinda de {from} e {otherType} vinda de {other}.',
  },
  'Every row has its own "{name}"; a column of that name cannot travel along.': {
    fr: 'Chaque ligne a son propre « {name} » ; une colonne de ce nom ne peut pas l’accompagner.',
    es: 'Cada fila tiene su propio «{name}»; una columna de ese nombre no puede acompañarla.',
    pt: 'Cada linha tem o seu próprio “{name}”; uma coluna com esse nome não a pode acompanhar.',
  },
  'The campaign "{key}" is not valid.': {
    fr: 'La campagne « {key} » n’est pas valide.',
    es: 'La campaña «{key}» no es válida.',
    pt: 'A campanha “{key}” não é válida.',
  },
  'The email names no channel.': {
    fr: 'L’e-mail ne nomme aucun canal.',
    es: 'El correo no nombra ningún canal.',
    pt: 'O e-mail não nomeia nenhum canal.',
  },
  'There are several channels; name one.': {
    fr: 'Il y a plusieurs canaux ; nommez-en un.',
    es: 'Hay varios canales; nombre uno.',
    pt: 'Há vários canais; nomeie um.',
  },
  'Audience "{audience}" is defined by a rule; save this one under another key.': {
    fr: 'L’audience « {audience} » est définie par une règle ; enregistrez celle-ci sous une autre clé.',
    es: 'La audiencia «{audience}» se define por una regla; guarde esta con otra clave.',
    pt: 'A audiência “{audience}” é definida por uma regra; guarde esta com outra chave.',
  },
  'Audience "{audience}" already has members; mode "create" writes none over them.': {
    fr: 'L’audience « {audience} » a déjà des membres ; le mode « create » n’écrit rien par-dessus.',
    es: 'La audiencia «{audience}» ya tiene miembros; el modo «create» no escribe sobre ellos.',
    pt: 'A audiência “{audience}” já tem membros; o modo “create” não escreve por cima.',
  },
  'Run {run} of campaign "{key}" is {state}; stop it first.': {
    fr: 'L’exécution {run} de la campagne « {key} » n’est pas finie (état : {state}) ; arrêtez-la d’abord.',
    es: 'La ejecución {run} de la campaña «{key}» no ha terminado (estado: {state}); deténgala antes.',
    pt: 'A execução {run} da campanha “{key}” não acabou (estado: {state}); pare-a primeiro.',
  },
  'Run {other} of campaign "{key}" is {state}; stop it before run {run} goes on.': {
    fr: 'L’exécution {other} de la campagne « {key} » n’est pas finie (état : {state}) ; arrêtez-la avant que l’exécution {run} reprenne.',
    es: 'La ejecución {other} de la campaña «{key}» no ha terminado (estado: {state}); deténgala antes de que siga la ejecución {run}.',
    pt: 'A execução {other} da campanha “{key}” não acabou (estado: {state}); pare-a antes de a execução {run} continuar.',
  },
  'Campaign "{key}" has a live run that is {state} (run {run}); stop it first.': {
    fr: 'La campagne « {key} » a déjà une exécution réelle ({run}, état : {state}) ; arrêtez-la d’abord.',
    es: 'La campaña «{key}» ya tiene una ejecución real ({run}, estado: {state}); deténgala antes.',
    pt: 'A campanha “{key}” já tem uma execução real ({run}, estado: {state}); pare-a primeiro.',
  },
  'Campaign "{key}" has a test run that is {state} (run {run}); stop it first.': {
    fr: 'La campagne « {key} » a déjà un essai en route ({run}, état : {state}) ; arrêtez-le d’abord.',
    es: 'La campaña «{key}» ya tiene una prueba en marcha ({run}, estado: {state}); deténgala antes.',
    pt: 'A campanha “{key}” já tem um teste em andamento ({run}, estado: {state}); pare-o primeiro.',
  },
  'The run is {state}.': {
    fr: 'État de l’exécution : {state}.',
    es: 'Estado de la ejecución: {state}.',
    pt: 'Estado da execução: {state}.',
  },
  'The run is {state}; only a run that goes on can have its emails confirmed.': {
    fr: 'Seule une exécution en cours peut voir ses e-mails confirmés (état : {state}).',
    es: 'Solo se confirman los correos de una ejecución en curso (estado: {state}).',
    pt: 'Só se confirmam os e-mails de uma execução em curso (estado: {state}).',
  },
  'A run that is {state} cannot {command}.': {
    fr: 'Cette exécution ne permet pas cette commande (état : {state} ; commande : {command}).',
    es: 'Esta ejecución no admite esta orden (estado: {state}; orden: {command}).',
    pt: 'Esta execução não permite este comando (estado: {state}; comando: {command}).',
  },
  'No email of this run waits to be confirmed.': {
    fr: 'Aucun e-mail de cette exécution n’attend de confirmation.',
    es: 'Ningún correo de esta ejecución espera confirmación.',
    pt: 'Nenhum e-mail desta execução espera confirmação.',
  },
  'The run has no activity "{from}".': {
    fr: 'L’exécution n’a pas d’activité « {from} ».',
    es: 'La ejecución no tiene la actividad «{from}».',
    pt: 'A execução não tem a atividade “{from}”.',
  },
  'Email "{activity}" has already sent messages; they cannot be taken back.': {
    fr: 'L’e-mail « {activity} » a déjà envoyé des messages ; ils ne peuvent pas être repris.',
    es: 'El correo «{activity}» ya ha enviado mensajes; no se pueden recuperar.',
    pt: 'O e-mail “{activity}” já enviou mensagens; não podem ser retiradas.',
  },
  'The rows of "{activity}.{outlet}" were purged; restart from "{activity}" or before.': {
    fr: 'Les lignes de « {activity}.{outlet} » ont été effacées ; recommencez depuis « {activity} » ou avant.',
    es: 'Las filas de «{activity}.{outlet}» se han borrado; vuelva a empezar desde «{activity}» o antes.',
    pt: 'As linhas de “{activity}.{outlet}” foram apagadas; recomece a partir de “{activity}” ou antes.',
  },
  'The rows of "{activity}.{outlet}" are not kept: {why}.': {
    fr: 'Les lignes de « {activity}.{outlet} » ne sont pas gardées : {why}.',
    es: 'Las filas de «{activity}.{outlet}» no se guardan: {why}.',
    pt: 'As linhas de “{activity}.{outlet}” não são guardadas: {why}.',
  },
  'Not one of this run.': {
    fr: 'N’est pas de cette exécution.',
    es: 'No es de esta ejecución.',
    pt: 'Não é desta execução.',
  },
  'The send cannot be prepared.': {
    fr: 'L’envoi ne peut pas être préparé.',
    es: 'El envío no se puede preparar.',
    pt: 'O envio não pode ser preparado.',
  },
  'Send {send} is {state}; it cannot be confirmed.': {
    fr: 'L’envoi {send} ne peut pas être confirmé (état : {state}).',
    es: 'El envío {send} no se puede confirmar (estado: {state}).',
    pt: 'O envio {send} não pode ser confirmado (estado: {state}).',
  },
  'Send {send} is {state}; only a send in progress can be paused.': {
    fr: 'Seul un envoi en cours peut être mis en pause (envoi {send}, état : {state}).',
    es: 'Solo se puede pausar un envío en curso (envío {send}, estado: {state}).',
    pt: 'Só um envio em curso pode ser posto em pausa (envio {send}, estado: {state}).',
  },
  'Send {send} is {state}; only a paused send can be resumed.': {
    fr: 'Seul un envoi en pause peut reprendre (envoi {send}, état : {state}).',
    es: 'Solo se puede reanudar un envío en pausa (envío {send}, estado: {state}).',
    pt: 'Só um envio em pausa pode ser retomado (envio {send}, estado: {state}).',
  },
  'Send {send} is {state}; resume it first.': {
    fr: 'Reprenez d’abord l’envoi {send} (état : {state}).',
    es: 'Reanude antes el envío {send} (estado: {state}).',
    pt: 'Retome primeiro o envio {send} (estado: {state}).',
  },
  '{bounced} of {settled} messages ({share}) bounced; the limit is {limit}.': {
    fr: '{bounced} messages sur {settled} ({share}) ont été rejetés ; la limite est {limit}.',
    es: 'Rebotaron {bounced} de {settled} mensajes ({share}); el límite es {limit}.',
    pt: '{bounced} de {settled} mensagens ({share}) foram rejeitadas; o limite é {limit}.',
  },
  '{failed} of {settled} messages ({share}) failed; the limit is {limit}.': {
    fr: '{failed} messages sur {settled} ({share}) ont échoué ; la limite est {limit}.',
    es: 'Fallaron {failed} de {settled} mensajes ({share}); el límite es {limit}.',
    pt: '{failed} de {settled} mensagens ({share}) falharam; o limite é {limit}.',
  },
  'It cannot be composed: {problem}': {
    fr: 'Il ne peut pas être composé : {problem}',
    es: 'No se puede componer: {problem}',
    pt: 'Não pode ser composto: {problem}',
  },
} as const satisfies Readonly<Record<string, Translations>>;

/** What the log of a run says. */
export const LOGS = {
  'Confirmed by a person.': {
    fr: 'Confirmé par une personne.',
    es: 'Confirmado por una persona.',
    pt: 'Confirmado por uma pessoa.',
  },
  'Paused by a person.': {
    fr: 'Mis en pause par une personne.',
    es: 'Pausado por una persona.',
    pt: 'Posto em pausa por uma pessoa.',
  },
  'Resumed by a person.': {
    fr: 'Repris par une personne.',
    es: 'Reanudado por una persona.',
    pt: 'Retomado por uma pessoa.',
  },
  'Stopped by a person.': {
    fr: 'Arrêté par une personne.',
    es: 'Detenido por una persona.',
    pt: 'Parado por uma pessoa.',
  },
  'Restarted from {from} by a person.': {
    fr: 'Recommencé depuis {from} par une personne.',
    es: 'Reiniciado desde {from} por una persona.',
    pt: 'Recomeçado a partir de {from} por uma pessoa.',
  },
  'A live run of version {version}.': {
    fr: 'Une exécution réelle de la version {version}.',
    es: 'Una ejecución real de la versión {version}.',
    pt: 'Uma execução real da versão {version}.',
  },
  'A live run of version {version}. It begins at {at}.': {
    fr: 'Une exécution réelle de la version {version}. Elle commence à {at}.',
    es: 'Una ejecución real de la versión {version}. Empieza a las {at}.',
    pt: 'Uma execução real da versão {version}. Começa às {at}.',
  },
  'A test run of version {version}.': {
    fr: 'Un essai de la version {version}.',
    es: 'Una prueba de la versión {version}.',
    pt: 'Um teste da versão {version}.',
  },
  'Done.': { fr: 'Fait.', es: 'Hecho.', pt: 'Feito.' },
  'Done: {counts}.': { fr: 'Fait : {counts}.', es: 'Hecho: {counts}.', pt: 'Feito: {counts}.' },
  'A live run would save {rows} {rows:row|rows} as audience "{audience}" ({how}).': {
    fr: 'Une exécution réelle enregistrerait {rows} {rows:ligne|lignes} comme audience « {audience} » ({how}).',
    es: 'Una ejecución real guardaría {rows} {rows:fila|filas} como audiencia «{audience}» ({how}).',
    pt: 'Uma execução real guardaria {rows} {rows:linha|linhas} como audiência “{audience}” ({how}).',
  },
  'Audience "{audience}" ({how}): {saved} {saved:person|people} written.': {
    fr: 'Audience « {audience} » ({how}) : {saved} {saved:personne écrite|personnes écrites}.',
    es: 'Audiencia «{audience}» ({how}): {saved} {saved:persona escrita|personas escritas}.',
    pt: 'Audiência “{audience}” ({how}): {saved} {saved:pessoa escrita|pessoas escritas}.',
  },
  'A live run would hand {rows} {rows:row|rows} to delivery with template "{template}".': {
    fr: 'Une exécution réelle remettrait {rows} {rows:ligne|lignes} à l’envoi avec le modèle « {template} ».',
    es: 'Una ejecución real pasaría {rows} {rows:fila|filas} al envío con la plantilla «{template}».',
    pt: 'Uma execução real passaria {rows} {rows:linha|linhas} ao envio com o modelo “{template}”.',
  },
  '{targeted} targeted, {queued} held for confirmation.': {
    fr: '{targeted} visés, {queued} retenus jusqu’à confirmation.',
    es: '{targeted} destinatarios, {queued} retenidos hasta confirmar.',
    pt: '{targeted} destinatários, {queued} retidos até confirmar.',
  },
  '{targeted} targeted, {queued} queued.': {
    fr: '{targeted} visés, {queued} en attente.',
    es: '{targeted} destinatarios, {queued} en cola.',
    pt: '{targeted} destinatários, {queued} na fila.',
  },
  'Excluded: {excluded}.': { fr: 'Écartés : {excluded}.', es: 'Excluidos: {excluded}.', pt: 'Excluídos: {excluded}.' },
  'The run was stopped.': {
    fr: 'L’exécution a été arrêtée.',
    es: 'La ejecución se detuvo.',
    pt: 'A execução foi parada.',
  },
  'Its run was restarted before it.': {
    fr: 'Son exécution a recommencé avant lui.',
    es: 'Su ejecución se reinició antes de él.',
    pt: 'A sua execução recomeçou antes dele.',
  },
  'Closed by a person.': {
    fr: 'Fermé par une personne.',
    es: 'Cerrado por una persona.',
    pt: 'Fechado por uma pessoa.',
  },
  'The journey was archived.': {
    fr: 'Le parcours a été archivé.',
    es: 'El recorrido se archivó.',
    pt: 'A jornada foi arquivada.',
  },
  'Version {version} has taken its place.': {
    fr: 'La version {version} a pris sa place.',
    es: 'La versión {version} ha ocupado su lugar.',
    pt: 'A versão {version} tomou o seu lugar.',
  },
  'The scheduled time has come.': {
    fr: 'Le moment prévu est venu.',
    es: 'Llegó el momento programado.',
    pt: 'Chegou o momento agendado.',
  },
  'Skipped: nobody arrived.': {
    fr: 'Passé : personne n’est arrivé.',
    es: 'Omitido: no llegó nadie.',
    pt: 'Saltado: ninguém chegou.',
  },
  'Waits until {until}.': { fr: 'Attend jusqu’au {until}.', es: 'Espera hasta el {until}.', pt: 'Espera até {until}.' },
  'Its send is {state}.': {
    fr: 'État de son envoi : {state}.',
    es: 'Estado de su envío: {state}.',
    pt: 'Estado do seu envio: {state}.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
