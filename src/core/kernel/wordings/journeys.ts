import type { Translations } from './translations.ts';

/** What is said of journeys: their definitions, and what cannot be done with their versions. */
export const JOURNEYS = {
  'Is not on the public internet; allow_private: true lets the endpoint be there.': {
    fr: 'N’est pas sur l’internet public ; allow_private: true permet au point d’accès d’y être.',
    es: 'No está en la internet pública; allow_private: true permite que el punto de acceso esté ahí.',
    pt: 'Não está na internet pública; allow_private: true permite que o ponto de acesso lá esteja.',
  },
  'Is not on the public internet; allow_private: true lets the webhook be there.': {
    fr: 'N’est pas sur l’internet public ; allow_private: true permet au webhook d’y être.',
    es: 'No está en la internet pública; allow_private: true permite que el webhook esté ahí.',
    pt: 'Não está na internet pública; allow_private: true permite que o webhook lá esteja.',
  },
  'Is not on the public internet; an endpoint with allow_private: true may be elsewhere.': {
    fr: 'N’est pas sur l’internet public ; un point d’accès avec allow_private: true peut être ailleurs.',
    es: 'No está en la internet pública; un punto de acceso con allow_private: true puede estar en otro sitio.',
    pt: 'Não está na internet pública; um ponto de acesso com allow_private: true pode estar noutro sítio.',
  },
  'The experiment "{step}" keeps its winner, "{variant}".': {
    fr: 'L’expérience « {step} » garde son gagnant, « {variant} ».',
    es: 'El experimento «{step}» conserva su ganador, «{variant}».',
    pt: 'A experiência “{step}” mantém o seu vencedor, “{variant}”.',
  },
  'It goes on with the read of the audience "{audience}" that is under way.': {
    fr: 'Il poursuit la lecture en cours de l’audience « {audience} ».',
    es: 'Continúa con la lectura en curso de la audiencia «{audience}».',
    pt: 'Continua a leitura em curso da audiência “{audience}”.',
  },
  'The audience "{audience}" was read at {at} and is not read again. To read it once more, give the schedule a time to come.':
    {
      fr: 'L’audience « {audience} » a été lue le {at} et n’est pas relue. Pour la relire, donnez au calendrier une date à venir.',
      es: 'La audiencia «{audience}» se leyó el {at} y no se vuelve a leer. Para leerla otra vez, dé al calendario una fecha futura.',
      pt: 'A audiência “{audience}” foi lida em {at} e não é lida de novo. Para a ler outra vez, dê ao calendário uma data futura.',
    },
  'It reads the audience "{audience}" at {at} and lets in who was not in it when it was read at {since}.': {
    fr: 'Il lit l’audience « {audience} » le {at} et fait entrer ceux qui n’y étaient pas à la lecture du {since}.',
    es: 'Lee la audiencia «{audience}» el {at} y deja entrar a quienes no estaban en ella en la lectura del {since}.',
    pt: 'Lê a audiência “{audience}” em {at} e deixa entrar quem não estava nela na leitura de {since}.',
  },
  'It reads the audience "{audience}" at once and lets everybody in it in.': {
    fr: 'Il lit l’audience « {audience} » tout de suite et en fait entrer tout le monde.',
    es: 'Lee la audiencia «{audience}» enseguida y deja entrar a todos los que están en ella.',
    pt: 'Lê a audiência “{audience}” de imediato e deixa entrar todos os que estão nela.',
  },
  'It reads the audience "{audience}" at {at} and lets everybody in it in.': {
    fr: 'Il lit l’audience « {audience} » le {at} et en fait entrer tout le monde.',
    es: 'Lee la audiencia «{audience}» el {at} y deja entrar a todos los que están en ella.',
    pt: 'Lê a audiência “{audience}” em {at} e deixa entrar todos os que estão nela.',
  },
  'A journey needs at least one step.': {
    fr: 'Un parcours a besoin d’au moins une étape.',
    es: 'Un recorrido necesita al menos un paso.',
    pt: 'Uma jornada precisa de pelo menos um passo.',
  },
  'A journey holds at most {max} steps; this one has {count}.': {
    fr: 'Un parcours a au plus {max} étapes ; celui-ci en a {count}.',
    es: 'Un recorrido tiene como máximo {max} pasos; este tiene {count}.',
    pt: 'Uma jornada tem no máximo {max} passos; esta tem {count}.',
  },
  'Weekdays belong to every: week.': {
    fr: 'Les jours de la semaine vont avec every: week.',
    es: 'Los días de la semana van con every: week.',
    pt: 'Os dias da semana vão com every: week.',
  },
  'A day of the month belongs to every: month.': {
    fr: 'Un jour du mois va avec every: month.',
    es: 'Un día del mes va con every: month.',
    pt: 'Um dia do mês vai com every: month.',
  },
  'Campaigns and files fill it.': {
    fr: 'Des campagnes et des fichiers la remplissent.',
    es: 'La llenan campañas y archivos.',
    pt: 'Preenchem-na campanhas e ficheiros.',
  },
  'The audience "{key}" cannot be kept in real time: {problem}': {
    fr: 'L’audience « {key} » ne peut pas être tenue en temps réel : {problem}',
    es: 'La audiencia «{key}» no se puede mantener en tiempo real: {problem}',
    pt: 'A audiência “{key}” não pode ser mantida em tempo real: {problem}',
  },
  'The audience "{key}" is static: nobody is seen to come into it or leave it.': {
    fr: 'L’audience « {key} » est statique : on ne voit personne y entrer ni en sortir.',
    es: 'La audiencia «{key}» es estática: no se ve a nadie entrar en ella ni salir.',
    pt: 'A audiência “{key}” é estática: não se vê ninguém entrar nela nem sair.',
  },
  'This cannot be judged in real time: {problem}': {
    fr: 'Ceci ne peut pas être jugé en temps réel : {problem}',
    es: 'Esto no se puede juzgar en tiempo real: {problem}',
    pt: 'Isto não pode ser avaliado em tempo real: {problem}',
  },
  'It ends before it starts.': {
    fr: 'Il finit avant de commencer.',
    es: 'Termina antes de empezar.',
    pt: 'Acaba antes de começar.',
  },
  'It ends before it begins.': {
    fr: 'La fin vient avant le début.',
    es: 'El final viene antes que el principio.',
    pt: 'O fim vem antes do início.',
  },
  'No way leads here from the start.': {
    fr: 'Aucun chemin ne mène ici depuis le départ.',
    es: 'Ningún camino lleva aquí desde el inicio.',
    pt: 'Nenhum caminho leva aqui a partir do início.',
  },
  'Loops without waiting: {loop}.': {
    fr: 'Tourne en rond sans attendre : {loop}.',
    es: 'Da vueltas sin esperar: {loop}.',
    pt: 'Anda às voltas sem esperar: {loop}.',
  },
  'The branches of "{parallel}" come together in several joins ({names}).': {
    fr: 'Les branches de « {parallel} » se rejoignent en plusieurs endroits ({names}).',
    es: 'Las ramas de «{parallel}» se juntan en varios sitios ({names}).',
    pt: 'Os ramos de “{parallel}” juntam-se em vários sítios ({names}).',
  },
  'A join without a parallel: no branches come here.': {
    fr: 'Une jonction sans branches parallèles : aucune branche n’arrive ici.',
    es: 'Una unión sin ramas paralelas: aquí no llega ninguna rama.',
    pt: 'Uma junção sem ramos paralelos: nenhum ramo chega aqui.',
  },
  'A branch of this parallel leads back into it: every round would make more branches.': {
    fr: 'Une branche revient dans ces mêmes branches parallèles : chaque tour en créerait davantage.',
    es: 'Una rama vuelve a entrar en estas mismas ramas paralelas: cada vuelta crearía más.',
    pt: 'Um ramo volta a entrar nestes mesmos ramos paralelos: cada volta criaria mais.',
  },
  'A branch of this parallel leads back into it (through "{from}"): every round would make more branches.': {
    fr: 'Une branche revient dans ces mêmes branches parallèles (par « {from} ») : chaque tour en créerait davantage.',
    es: 'Una rama vuelve a entrar en estas mismas ramas paralelas (por «{from}»): cada vuelta crearía más.',
    pt: 'Um ramo volta a entrar nestes mesmos ramos paralelos (por “{from}”): cada volta criaria mais.',
  },
  'This join is reached from different depths: {depths}.': {
    fr: 'On arrive à cette jonction depuis des profondeurs différentes : {depths}.',
    es: 'A esta unión se llega desde profundidades distintas: {depths}.',
    pt: 'Chega-se a esta junção de profundidades diferentes: {depths}.',
  },
  'outside of any parallel': {
    fr: 'hors de toute branche parallèle',
    es: 'fuera de toda rama paralela',
    pt: 'fora de qualquer ramo paralelo',
  },
  'inside {place}': { fr: 'dans {place}', es: 'dentro de {place}', pt: 'dentro de {place}' },
  'A parallel needs two branches or more.': {
    fr: 'Il faut au moins deux branches parallèles.',
    es: 'Hacen falta al menos dos ramas paralelas.',
    pt: 'São precisos pelo menos dois ramos paralelos.',
  },
  '"{name}" is an outlet of its own here; choose another name.': {
    fr: '« {name} » est déjà une sortie ici ; choisissez un autre nom.',
    es: '«{name}» ya es una salida aquí; elija otro nombre.',
    pt: '“{name}” já é uma saída aqui; escolha outro nome.',
  },
  'A condition needs at least one path.': {
    fr: 'Une condition a besoin d’au moins une voie.',
    es: 'Una condición necesita al menos un camino.',
    pt: 'Uma condição precisa de pelo menos um caminho.',
  },
  'This path asks for nothing.': {
    fr: 'Cette voie ne demande rien.',
    es: 'Este camino no pide nada.',
    pt: 'Este caminho não pede nada.',
  },
  'Names no time.': { fr: 'N’indique aucune heure.', es: 'No indica ninguna hora.', pt: 'Não indica nenhuma hora.' },
  'Names no date.': { fr: 'N’indique aucune date.', es: 'No indica ninguna fecha.', pt: 'Não indica nenhuma data.' },
  'The calendar has no day {day}.': {
    fr: 'Le calendrier n’a pas de jour {day}.',
    es: 'El calendario no tiene el día {day}.',
    pt: 'O calendário não tem o dia {day}.',
  },
  'The shares make {sum}.': {
    fr: 'Les parts font {sum}.',
    es: 'Las partes suman {sum}.',
    pt: 'As partes somam {sum}.',
  },
  'The shares of the variants make {sum}.': {
    fr: 'Les parts des variantes font {sum}.',
    es: 'Las partes de las variantes suman {sum}.',
    pt: 'As partes das variantes somam {sum}.',
  },
  'Everybody is held out.': {
    fr: 'Tout le monde est mis à part.',
    es: 'Se deja aparte a todo el mundo.',
    pt: 'Toda a gente fica de fora.',
  },
  'Nobody is held out.': {
    fr: 'Personne n’est mis à part.',
    es: 'No se deja aparte a nadie.',
    pt: 'Ninguém fica de fora.',
  },
  'Say which reaction.': { fr: 'Dites quelle réaction.', es: 'Diga qué reacción.', pt: 'Diga que reação.' },
  'Says not what it waits for.': {
    fr: 'Ne dit pas ce qu’elle attend.',
    es: 'No dice qué espera.',
    pt: 'Não diz o que espera.',
  },
  '"{setting}" belongs to "{owner}".': {
    fr: '« {setting} » va avec « {owner} ».',
    es: '«{setting}» va con «{owner}».',
    pt: '“{setting}” vai com “{owner}”.',
  },
  'It never times out.': {
    fr: 'Elle n’a pas de délai.',
    es: 'No tiene plazo.',
    pt: 'Não tem prazo.',
  },
  'Say where "{name}" leads.': {
    fr: 'Dites où mène « {name} ».',
    es: 'Diga adónde lleva «{name}».',
    pt: 'Diga para onde leva “{name}”.',
  },
  'Nobody does "{reaction}", neither man nor machine.': {
    fr: 'Personne ne fait « {reaction} », ni homme ni machine.',
    es: 'Nadie hace «{reaction}», ni persona ni máquina.',
    pt: 'Ninguém faz “{reaction}”, nem pessoa nem máquina.',
  },
  'The step "{step}" sends nothing.': {
    fr: 'L’étape « {step} » n’envoie rien.',
    es: 'El paso «{step}» no envía nada.',
    pt: 'O passo “{step}” não envia nada.',
  },
  'Changes nothing.': { fr: 'Ne change rien.', es: 'No cambia nada.', pt: 'Não muda nada.' },
  '"{name}" is kept by Carillon and cannot be set.': {
    fr: '« {name} » est tenu par Carillon et ne peut pas être fixé.',
    es: '«{name}» lo lleva Carillon y no se puede fijar.',
    pt: '“{name}” é mantido pelo Carillon e não pode ser definido.',
  },
  '{timeout} is no timeout of a call.': {
    fr: '{timeout} n’est pas un délai d’appel.',
    es: '{timeout} no es un plazo de llamada.',
    pt: '{timeout} não é um prazo de chamada.',
  },
  'A GET has no body.': { fr: 'Un GET n’a pas de corps.', es: 'Un GET no tiene cuerpo.', pt: 'Um GET não tem corpo.' },
  'Write the path into the url.': {
    fr: 'Écrivez le chemin dans l’url.',
    es: 'Escriba la ruta en la url.',
    pt: 'Escreva o caminho no url.',
  },
  'Must end before "?" and "#".': {
    fr: 'Doit finir avant « ? » et « # ».',
    es: 'Debe terminar antes de «?» y «#».',
    pt: 'Tem de acabar antes de “?” e “#”.',
  },
  'The primary key needs this column.': {
    fr: 'La clé primaire a besoin de cette colonne.',
    es: 'La clave primaria necesita esta columna.',
    pt: 'A chave primária precisa desta coluna.',
  },
  '"{written}" does not begin with entry. or results.': {
    fr: '« {written} » ne commence ni par entry. ni par results.',
    es: '«{written}» no empieza por entry. ni por results.',
    pt: '“{written}” não começa por entry. nem por results.',
  },
  'Nobody can enter journey "{key}": it is {state}.': {
    fr: 'Personne ne peut entrer dans le parcours « {key} » (état : {state}).',
    es: 'Nadie puede entrar en el recorrido «{key}» (estado: {state}).',
    pt: 'Ninguém pode entrar na jornada “{key}” (estado: {state}).',
  },
  'The journey "{key}" was never published.': {
    fr: 'Le parcours « {key} » n’a jamais été publié.',
    es: 'El recorrido «{key}» nunca se ha publicado.',
    pt: 'A jornada “{key}” nunca foi publicada.',
  },
  'The journey "{key}" cannot be scheduled.': {
    fr: 'Le parcours « {key} » ne peut pas être planifié.',
    es: 'El recorrido «{key}» no se puede programar.',
    pt: 'A jornada “{key}” não pode ser agendada.',
  },
  'People are in that version already.': {
    fr: 'Les personnes sont déjà dans cette version.',
    es: 'Las personas ya están en esa versión.',
    pt: 'As pessoas já estão nessa versão.',
  },
  'Version {version} of journey "{key}" is not in force.': {
    fr: 'La version {version} du parcours « {key} » n’est pas en service.',
    es: 'La versión {version} del recorrido «{key}» no está en servicio.',
    pt: 'A versão {version} da jornada “{key}” não está em serviço.',
  },
  'The mapping names steps that do not exist.': {
    fr: 'La correspondance nomme des étapes qui n’existent pas.',
    es: 'La correspondencia nombra pasos que no existen.',
    pt: 'A correspondência nomeia passos que não existem.',
  },
  'Version {version} of "{key}" lets people in; close it first.': {
    fr: 'La version {version} de « {key} » fait entrer des personnes ; fermez-la d’abord.',
    es: 'La versión {version} de «{key}» deja entrar personas; ciérrela antes.',
    pt: 'A versão {version} de “{key}” deixa entrar pessoas; feche-a primeiro.',
  },
  'Version {version} of "{key}" is in a dry run; stop it first.': {
    fr: 'La version {version} de « {key} » est en marche à blanc ; arrêtez-la d’abord.',
    es: 'La versión {version} de «{key}» está en marcha en vacío; deténgala antes.',
    pt: 'A versão {version} de “{key}” está em ensaio; pare-a primeiro.',
  },
  'Version {version} of "{key}" is {state}; make a draft to try.': {
    fr: 'La version {version} de « {key} » ne peut pas être essayée (état : {state}) ; faites un brouillon.',
    es: 'La versión {version} de «{key}» no se puede probar (estado: {state}); haga un borrador.',
    pt: 'A versão {version} de “{key}” não pode ser experimentada (estado: {state}); faça um rascunho.',
  },
  '{count} {count:instance is|instances are} in journey "{key}". Stop it first, archive it with its people stopped, or close it and wait.':
    {
      fr: '{count} {count:passage est|passages sont} en cours dans le parcours « {key} ». Arrêtez-le d’abord, archivez-le en arrêtant les personnes, ou fermez-le et attendez.',
      es: 'Hay {count} {count:entrada|entradas} en curso en el recorrido «{key}». Deténgalo antes, archívelo deteniendo a las personas, o ciérrelo y espere.',
      pt: 'Há {count} {count:passagem|passagens} em curso na jornada “{key}”. Pare-a primeiro, arquive-a parando as pessoas, ou feche-a e espere.',
    },
  'A {state} version stays {state}; publish the journey again to put a new one in force.': {
    fr: 'Cette version ne repart plus (état : {state}) ; publiez à nouveau le parcours pour en mettre une autre en service.',
    es: 'Esta versión ya no vuelve a andar (estado: {state}); publique de nuevo el recorrido para poner otra en servicio.',
    pt: 'Esta versão já não volta a andar (estado: {state}); publique a jornada de novo para pôr outra em serviço.',
  },
  'A dry run cannot {command}; stop it, or publish the version.': {
    fr: 'Une marche à blanc ne permet pas cette commande ({command}) ; arrêtez-la, ou publiez la version.',
    es: 'Una marcha en vacío no admite esta orden ({command}); deténgala, o publique la versión.',
    pt: 'Um ensaio não permite este comando ({command}); pare-o, ou publique a versão.',
  },
  'A test cannot {command}; stop it.': {
    fr: 'Un essai ne permet pas cette commande ({command}) ; arrêtez-le.',
    es: 'Una prueba no admite esta orden ({command}); deténgala.',
    pt: 'Um teste não permite este comando ({command}); pare-o.',
  },
  'A version that is {state} cannot {command}.': {
    fr: 'Cette version ne permet pas cette commande (état : {state} ; commande : {command}).',
    es: 'Esta versión no admite esta orden (estado: {state}; orden: {command}).',
    pt: 'Esta versão não permite este comando (estado: {state}; comando: {command}).',
  },
  'There is no such experiment.': {
    fr: 'Cette expérience n’existe pas.',
    es: 'No existe ese experimento.',
    pt: 'Essa experiência não existe.',
  },
  'The experiment has no such branch.': {
    fr: 'L’expérience n’a pas cette branche.',
    es: 'El experimento no tiene esa rama.',
    pt: 'A experiência não tem esse ramo.',
  },
  'There is no "{given}".': {
    fr: '« {given} » n’existe pas.',
    es: 'No existe «{given}».',
    pt: '“{given}” não existe.',
  },
  'The filter': { fr: 'Le filtre', es: 'El filtro', pt: 'O filtro' },
  'The filter is not valid.': {
    fr: 'Le filtre n’est pas valide.',
    es: 'El filtro no es válido.',
    pt: 'O filtro não é válido.',
  },
  'The filter with which it went on is not valid any more: {problem}': {
    fr: 'Le filtre avec lequel il a repris n’est plus valide : {problem}',
    es: 'El filtro con el que continuó ya no es válido: {problem}',
    pt: 'O filtro com que prosseguiu já não é válido: {problem}',
  },
  'Its end has come.': { fr: 'Sa fin est venue.', es: 'Llegó a su fin.', pt: 'Chegou ao fim.' },
  'Nobody is left in it.': {
    fr: 'Il n’y a plus personne dedans.',
    es: 'Ya no queda nadie dentro.',
    pt: 'Já não há ninguém dentro.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
