import type { JourneyWords, Reaction, ToldHour } from './words.ts';

const REACTED: Readonly<Record<Reaction, string>> = {
  opened: 'abriu',
  clicked: 'clicou em',
  unsubscribed: 'cancelou a subscrição com',
  complained: 'queixou-se de',
};

function chosenHour({ because, hour, behind, late, within, ...told }: ToldHour): string {
  const known = `${told.reactions} aberturas e cliques em ${told.days} dias`;
  const beside = told.beside === 0 ? '' : `, e ${told.beside} nas horas vizinhas`;
  const bound = within === undefined ? '' : `, a melhor hora dentro de ${within}`;
  const why = {
    most: `${bound}, porque ${told.inHour} de ${known} foram entre as ${hour} e as ${behind}${beside}`,
    few: `, a hora de recurso, porque são precisos ${told.least} aberturas e cliques em ${told.days} dias e houve ${told.reactions}`,
    far: `, a hora de recurso, porque de ${known} nenhum foi perto de uma hora dentro de ${within}`,
  }[because];
  return `as ${hour}${why}${late ? `; não chega dentro de ${within}` : ''}`;
}

/** Journeys in Portuguese. */
export const PORTUGUESE: JourneyWords = {
  days: {
    mon: 'segunda-feira',
    tue: 'terça-feira',
    wed: 'quarta-feira',
    thu: 'quinta-feira',
    fri: 'sexta-feira',
    sat: 'sábado',
    sun: 'domingo',
  },

  whoever: (clause) => `quem ${clause}`,
  moves: (on, audience) =>
    `${{ entered: 'entra na', left: 'sai da', both: 'entra na ou sai da' }[on]} audiência “${audience}”`,
  read: (audience, when) => `a audiência “${audience}”, ${when}`,
  eachTime: (event) => `cada vez que “${event}” acontece`,
  goesLive: 'uma vez, quando a jornada fica ativa',
  once: (at) => `uma vez, em ${at}`,
  cron: (pattern) => `segundo o padrão cron ${pattern}`,
  every: (unit, days, at) =>
    `${{ hour: 'a cada hora', day: 'a cada dia', week: 'a cada semana', month: 'a cada mês' }[unit]}${days} às ${at}`,
  system: 'quem outro sistema deixa entrar',

  choice: (paths) =>
    `escolhe um caminho: ${paths.map(({ name, clause }) => `${name} se ${clause}`).join('; ')}; senão, os outros`,
  clock: (clause) => `o momento é ${clause}`,
  span: (from, to) =>
    from === undefined ? `antes de ${to}` : to === undefined ? `a partir de ${from}` : `de ${from} a ${to}`,
  onDays: (days) => `em ${days}`,
  split: (shares) => `reparte ao acaso: ${shares}`,
  experiment: (shares, holdout) =>
    `experimenta variantes: ${shares}${holdout === undefined ? '' : `; deixa ${holdout} de fora`}`,
  cap: (people) => (people === 1 ? 'deixa passar a primeira pessoa' : `deixa passar as primeiras ${people} pessoas`),
  waits: (duration) => (duration === undefined ? 'espera' : `espera ${duration}`),
  waitsUntil: (moment) => `espera até: ${moment}`,
  dated: (name, offset, at) =>
    `${offset === undefined ? name : `${offset} de ${name}`}${at === undefined ? '' : ` às ${at}`}`,
  offset: (duration, direction) => `${duration} ${direction === 'before' ? 'antes' : 'depois'}`,
  bestHour: (within, fallback) =>
    `a hora a que é mais provável que a pessoa leia, ${within} no máximo (${fallback} quando se sabe muito pouco)`,
  waitsFor: (things, timeout) => `espera até que: ${things}${timeout === undefined ? '' : `, ${timeout} no máximo`}`,
  person: (clauses) => `a pessoa ${clauses}`,
  reacted: (reaction, { kind, name }) =>
    `${REACTED[reaction]} ${{ any: 'qualquer mensagem', step: `a mensagem de ${name}`, other: `uma mensagem de ${name}` }[kind]}`,
  resulted: (result, step) =>
    `a mensagem de ${step} ${{ delivered: 'foi entregue', bounced: 'foi rejeitada', failed: 'falhou' }[result]}`,
  sends: (template, channel) => `envia o e-mail “${template}”${channel === undefined ? '' : ` pelo canal ${channel}`}`,
  sets: (names) => `atualiza ${names}`,
  consentTo: (channel) => `o consentimento para ${channel}`,
  calls: (what) => `chama ${what}`,
  looksUp: (table) => `procura uma linha de ${table}`,
  branches: (names) => `segue por ${names.length} ramos: ${names.join(', ')}`,
  joins: { all: 'espera por todos os ramos', first: 'espera pelo primeiro ramo' },
  jumps: (journey) => `faz a pessoa entrar também na jornada “${journey}”`,
  ends: 'termina',

  cameTo: (node, does) => `chegou a ${node}${does === undefined ? '' : `, que ${does}`}`,
  movedTo: (version) => `foi movida para a versão ${version}, `,
  endedAt: (node) => `terminou em ${node}`,
  leftBy: (node, outlet) => `saiu de ${node} por ${outlet}`,
  dryRun: (node) => `passou por ${node} sem fazer nada: ensaio`,
  tested: (node, passed) => `passou por ${node} sem ${passed === 'acting' ? 'fazer nada' : 'contar'}: um teste`,
  chosen: (outlet) => `seguiu ${outlet}, como diz o teste`,
  cut: (until) => `; o teste não espera até ${until}`,
  took: (outlet, because) => `seguiu o caminho ${outlet} porque ${because}`,
  noOtherPath: 'nenhum outro caminho servia',
  byLot: (outlet) => `calhou-lhe ${outlet} por sorteio`,
  winner: (outlet) => `seguiu ${outlet}, a vencedora`,
  amongFirst: (people) => `estava entre as primeiras ${people} pessoas`,
  afterFirst: (people) => `veio depois das primeiras ${people} pessoas`,
  waited: {
    past: 'não esperou: o momento já tinha passado',
    'no-date': 'não esperou: essa data não existe',
    enough: 'esperou o tempo previsto',
  },
  chosenHour,
  waitedUntil: (hour, how) =>
    `${{ waited: 'esperou', 'at-once': 'não teve de esperar', late: 'não esperou' }[how]} até ${hour}`,
  inVain: (timeout) => `esperou ${timeout} em vão`,
  happened: 'aconteceu',
  before: (what) => `${what} antes de o passo começar`,
  sent: (template, messageId) =>
    `foi-lhe enviado “${template}”${messageId === undefined ? '' : ` (mensagem ${messageId})`}`,
  notSent: (template) => `não lhe foi enviado “${template}”`,
  undelivered: (template) => `não foi possível entregar “${template}”`,
  nothingToSet: 'não havia nada a atualizar',
  hadSet: (names) => `foi atualizado: ${names}`,
  answered: (status) => (status === undefined ? 'teve resposta' : `teve a resposta ${status}`),
  noAnswer: 'não teve resposta a tempo',
  notCalled: 'não foi possível fazer a chamada',
  foundRow: (table) => `encontrou a sua linha de ${table}`,
  noRow: (table) => `não encontrou nenhuma linha de ${table}`,
  beganBranch: (outlet) => `começou o ramo ${outlet}`,
  joined: 'juntaram-se todos os ramos',
  jumped: (journey) => `entrou também na jornada “${journey}”`,
  inZone: (zone) => ` (em ${zone}, pois o perfil não indica fuso horário)`,
  because: (reason) => `: ${reason}`,
  metExit: (clause) => `cumpriu um critério de saída${clause === undefined ? '' : `: ${clause}`}`,
  endings: {
    finished: 'chegou ao fim',
    'timed-out': 'estava dentro há tanto tempo quanto se pode estar',
    over: 'estava dentro quando a jornada chegou ao fim',
    filtered: 'não passava no filtro com que a jornada continuou depois de uma pausa',
    discarded: 'chegou a um passo que age enquanto a jornada estava em pausa',
    loop: 'andava às voltas sem que nada acontecesse, e foi parada',
    forced: 'começou de novo',
    stopped: 'estava dentro quando a jornada foi parada',
    merged: 'tornou-se uma só com outra pessoa que estava dentro',
    error: 'um erro interrompeu-a; veja os eventos recusados',
  },
  endingsShort: {
    finished: 'terminou',
    'timed-out': 'demasiado tempo dentro',
    over: 'a jornada tinha terminado',
    filtered: 'fora do filtro após uma pausa',
    discarded: 'libertado numa pausa',
    loop: 'andou em círculo',
    forced: 'recomeçou',
    stopped: 'parado',
    merged: 'uniu-se a outra pessoa',
    error: 'falhou',
  },
  reasons: {
    joined: 'juntou-se aos outros',
    overtaken: 'outro ramo foi mais rápido',
    migrated: 'movida para outra versão',
    'no-date': 'essa data não existe',
    'no-key': 'não foi possível compor a chave da linha',
    'no-row': 'essa linha não existe',
    'no-value': 'faltava um valor',
    'no-step': 'a outra versão não tem esse passo',
    status: 'a resposta foi uma recusa',
    capped: 'o limite do ponto de acesso foi atingido',
    limit: 'o limite do ponto de acesso foi atingido',
    internal: 'uma falha nossa',
    endpoint_missing: 'o ponto de acesso já não existe',
    private_address: 'leva a um endereço privado',
    outside_endpoint: 'o endereço não é do ponto de acesso',
    redirect_refused: 'redirecionado para um endereço que não se pode chamar',
    too_many_redirects: 'redirecionado vezes demais',
    token_missing: 'a autenticação não deu nenhum token',
    token_refused: 'a autenticação foi recusada',
    answer_not_json: 'a resposta não é JSON',
    answer_too_deep: 'a resposta está demasiado aninhada',
    answer_too_large: 'a resposta é demasiado grande',
    answer_unreadable: 'a resposta não se consegue ler',
    invalid_request: 'o pedido não é válido',
    method_not_allowed: 'o ponto de acesso não permite este método',
  },
  secretMissing: (variable) => `o segredo ${variable} não está definido no servidor`,
  notLetIn: (why) => `não pôde entrar: ${why}`,
  refusals: {
    paused: 'a jornada estava em pausa',
    'not-started': 'a jornada ainda não tinha começado',
    over: 'a jornada tinha chegado ao fim',
    inside: 'já estava dentro',
    'no-reentry': 'já lá tinha estado, e ninguém entra duas vezes',
    'too-soon': 'tinha entrado há muito pouco tempo',
    'too-many-instances': 'já estava dentro tantas vezes ao mesmo tempo quantas uma pessoa pode estar',
    'no-instance-key': 'faltava o que distingue as passagens da mesma pessoa',
    'max-entries': 'já tinham entrado tantas pessoas quantas podem entrar no período',
    'max-inside': 'já estavam dentro tantas pessoas quantas podem estar ao mesmo tempo',
  },
};
