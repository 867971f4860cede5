import type { JourneyWords, Reaction, ToldHour } from './words.ts';

const REACTED: Readonly<Record<Reaction, string>> = {
  opened: 'abrió',
  clicked: 'hizo clic en',
  unsubscribed: 'se dio de baja con',
  complained: 'se quejó de',
};

function chosenHour({ because, hour, behind, late, within, ...told }: ToldHour): string {
  const known = `${told.reactions} aperturas y clics en ${told.days} días`;
  const beside = told.beside === 0 ? '' : `, y ${told.beside} en las horas vecinas`;
  const bound = within === undefined ? '' : `, la mejor hora dentro de ${within}`;
  const why = {
    most: `${bound}, porque ${told.inHour} de ${known} fueron entre las ${hour} y las ${behind}${beside}`,
    few: `, la hora de reserva, porque hacen falta ${told.least} aperturas y clics en ${told.days} días y hubo ${told.reactions}`,
    far: `, la hora de reserva, porque de ${known} ninguno fue cerca de una hora dentro de ${within}`,
  }[because];
  return `las ${hour}${why}${late ? `; no llega dentro de ${within}` : ''}`;
}

/** Journeys in Spanish. */
export const SPANISH: JourneyWords = {
  days: {
    mon: 'lunes',
    tue: 'martes',
    wed: 'miércoles',
    thu: 'jueves',
    fri: 'viernes',
    sat: 'sábado',
    sun: 'domingo',
  },

  whoever: (clause) => `quien ${clause}`,
  moves: (on, audience) =>
    `${{ entered: 'entra en', left: 'sale de', both: 'entra en o sale de' }[on]} la audiencia «${audience}»`,
  read: (audience, when) => `la audiencia «${audience}», ${when}`,
  eachTime: (event) => `cada vez que ocurre «${event}»`,
  goesLive: 'una vez, cuando el recorrido se activa',
  once: (at) => `una vez, el ${at}`,
  cron: (pattern) => `según el patrón cron ${pattern}`,
  every: (unit, days, at) =>
    `${{ hour: 'cada hora', day: 'cada día', week: 'cada semana', month: 'cada mes' }[unit]}${days} a las ${at}`,
  system: 'a quien otro sistema deja entrar',

  choice: (paths) =>
    `elige un camino: ${paths.map(({ name, clause }) => `${name} si ${clause}`).join('; ')}; si no, los demás`,
  clock: (clause) => `el momento es ${clause}`,
  span: (from, to) =>
    from === undefined ? `antes de ${to}` : to === undefined ? `a partir de ${from}` : `de ${from} a ${to}`,
  onDays: (days) => `en ${days}`,
  split: (shares) => `reparte al azar: ${shares}`,
  experiment: (shares, holdout) =>
    `prueba variantes: ${shares}${holdout === undefined ? '' : `; deja ${holdout} aparte`}`,
  cap: (people) => (people === 1 ? 'deja pasar a la primera persona' : `deja pasar a las primeras ${people} personas`),
  waits: (duration) => (duration === undefined ? 'espera' : `espera ${duration}`),
  waitsUntil: (moment) => `espera hasta: ${moment}`,
  dated: (name, offset, at) =>
    `${offset === undefined ? name : `${offset} de ${name}`}${at === undefined ? '' : ` a las ${at}`}`,
  offset: (duration, direction) => `${duration} ${direction === 'before' ? 'antes' : 'después'}`,
  bestHour: (within, fallback) =>
    `la hora a la que es más probable que la persona lea, ${within} como máximo (${fallback} si se sabe demasiado poco)`,
  waitsFor: (things, timeout) =>
    `espera hasta que: ${things}${timeout === undefined ? '' : `, ${timeout} como máximo`}`,
  person: (clauses) => `la persona ${clauses}`,
  reacted: (reaction, { kind, name }) =>
    `${REACTED[reaction]} ${{ any: 'cualquier mensaje', step: `el mensaje de ${name}`, other: `un mensaje de ${name}` }[kind]}`,
  resulted: (result, step) =>
    `el mensaje de ${step} ${{ delivered: 'se entregó', bounced: 'rebotó', failed: 'falló' }[result]}`,
  sends: (template, channel) =>
    `envía el correo «${template}»${channel === undefined ? '' : ` por el canal ${channel}`}`,
  sets: (names) => `actualiza ${names}`,
  consentTo: (channel) => `el consentimiento para ${channel}`,
  calls: (what) => `llama a ${what}`,
  looksUp: (table) => `busca una fila de ${table}`,
  branches: (names) => `sigue por ${names.length} ramas: ${names.join(', ')}`,
  joins: { all: 'espera a todas las ramas', first: 'espera a la primera rama' },
  jumps: (journey) => `hace entrar a la persona también en el recorrido «${journey}»`,
  ends: 'termina',

  cameTo: (node, does) => `llegó a ${node}${does === undefined ? '' : `, que ${does}`}`,
  movedTo: (version) => `fue movida a la versión ${version}, `,
  endedAt: (node) => `terminó en ${node}`,
  leftBy: (node, outlet) => `salió de ${node} por ${outlet}`,
  dryRun: (node) => `pasó por ${node} sin hacer nada: marcha en vacío`,
  tested: (node, passed) => `pasó por ${node} sin ${passed === 'acting' ? 'hacer nada' : 'contar'}: una prueba`,
  chosen: (outlet) => `tomó ${outlet}, como dice la prueba`,
  cut: (until) => `; la prueba no espera hasta ${until}`,
  took: (outlet, because) => `tomó el camino ${outlet} porque ${because}`,
  noOtherPath: 'ningún otro camino servía',
  byLot: (outlet) => `le tocó ${outlet} por sorteo`,
  winner: (outlet) => `tomó ${outlet}, la ganadora`,
  amongFirst: (people) => `estaba entre las primeras ${people} personas`,
  afterFirst: (people) => `llegó después de las primeras ${people} personas`,
  waited: {
    past: 'no esperó: el momento había pasado',
    'no-date': 'no esperó: no existe esa fecha',
    enough: 'esperó lo previsto',
  },
  chosenHour,
  waitedUntil: (hour, how) =>
    `${{ waited: 'esperó', 'at-once': 'no tuvo que esperar', late: 'no esperó' }[how]} hasta ${hour}`,
  inVain: (timeout) => `esperó ${timeout} en vano`,
  happened: 'ocurrió',
  before: (what) => `${what} antes de que empezara el paso`,
  sent: (template, messageId) => `se le envió «${template}»${messageId === undefined ? '' : ` (mensaje ${messageId})`}`,
  notSent: (template) => `no se le envió «${template}»`,
  undelivered: (template) => `no se pudo entregar «${template}»`,
  nothingToSet: 'no había nada que actualizar',
  hadSet: (names) => `se actualizó ${names}`,
  answered: (status) => (status === undefined ? 'recibió respuesta' : `recibió la respuesta ${status}`),
  noAnswer: 'no tuvo respuesta a tiempo',
  notCalled: 'no se pudo hacer la llamada',
  foundRow: (table) => `encontró su fila de ${table}`,
  noRow: (table) => `no encontró ninguna fila de ${table}`,
  beganBranch: (outlet) => `empezó la rama ${outlet}`,
  joined: 'se reunieron todas las ramas',
  jumped: (journey) => `entró también en el recorrido «${journey}»`,
  inZone: (zone) => ` (en ${zone}, porque el perfil no indica zona horaria)`,
  because: (reason) => `: ${reason}`,
  metExit: (clause) => `cumplió un criterio de salida${clause === undefined ? '' : `: ${clause}`}`,
  endings: {
    finished: 'llegó al final',
    'timed-out': 'llevaba dentro todo el tiempo que se puede estar',
    over: 'estaba dentro cuando el recorrido llegó a su fin',
    filtered: 'no pasaba el filtro con el que el recorrido siguió tras una pausa',
    discarded: 'llegó a un paso que actúa mientras el recorrido estaba en pausa',
    loop: 'daba vueltas sin que ocurriera nada, y se detuvo',
    forced: 'empezó de nuevo',
    stopped: 'estaba dentro cuando se detuvo el recorrido',
    merged: 'resultó ser la misma que otra persona que estaba dentro',
    error: 'un error lo interrumpió; vea los eventos rechazados',
  },
  endingsShort: {
    finished: 'terminó',
    'timed-out': 'demasiado tiempo dentro',
    over: 'el recorrido había terminado',
    filtered: 'fuera del filtro tras una pausa',
    discarded: 'soltado en una pausa',
    loop: 'dio vueltas en círculo',
    forced: 'empezó de nuevo',
    stopped: 'detenido',
    merged: 'se unió con otra persona',
    error: 'falló',
  },
  reasons: {
    joined: 'reunida con las demás',
    overtaken: 'otra rama fue más rápida',
    migrated: 'movida a otra versión',
    'no-date': 'no existe esa fecha',
    'no-key': 'no se pudo componer la clave de la fila',
    'no-row': 'no existe esa fila',
    'no-value': 'faltaba un valor',
    'no-step': 'la otra versión no tiene ese paso',
    status: 'la respuesta fue un rechazo',
    capped: 'se alcanzó el límite del punto de acceso',
    limit: 'se alcanzó el límite del punto de acceso',
    internal: 'un fallo nuestro',
    endpoint_missing: 'el punto de acceso ya no existe',
    private_address: 'lleva a una dirección privada',
    outside_endpoint: 'la dirección no es del punto de acceso',
    redirect_refused: 'redirigido a una dirección que no se puede llamar',
    too_many_redirects: 'redirigido demasiadas veces',
    token_missing: 'la autenticación no dio ningún token',
    token_refused: 'la autenticación fue rechazada',
    answer_not_json: 'la respuesta no es JSON',
    answer_too_deep: 'la respuesta está demasiado anidada',
    answer_too_large: 'la respuesta es demasiado grande',
    answer_unreadable: 'la respuesta no se puede leer',
    invalid_request: 'la petición no es válida',
    method_not_allowed: 'el punto de acceso no permite este método',
  },
  secretMissing: (variable) => `el secreto ${variable} no está definido en el servidor`,
  notLetIn: (why) => `no pudo entrar: ${why}`,
  refusals: {
    paused: 'el recorrido estaba en pausa',
    'not-started': 'el recorrido aún no había empezado',
    over: 'el recorrido había llegado a su fin',
    inside: 'ya estaba dentro',
    'no-reentry': 'ya había estado, y nadie entra dos veces',
    'too-soon': 'había entrado muy poco tiempo antes',
    'too-many-instances': 'ya estaba dentro tantas veces a la vez como se permite a una persona',
    'no-instance-key': 'faltaba lo que distingue las entradas de una misma persona',
    'max-entries': 'ya habían entrado tantas personas como se permite en el período',
    'max-inside': 'ya había dentro tantas personas como se permite a la vez',
  },
};
