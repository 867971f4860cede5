import type { JourneyWords, Reaction, ToldHour } from './words.ts';

const REACTED: Readonly<Record<Reaction, string>> = {
  opened: 'a ouvert',
  clicked: 'a cliqué dans',
  unsubscribed: 's’est désabonnée par',
  complained: 's’est plainte de',
};

function chosenHour({ because, hour, behind, late, within, ...told }: ToldHour): string {
  const known = `${told.reactions} ouvertures et clics en ${told.days} jours`;
  const beside = told.beside === 0 ? '' : `, et ${told.beside} dans les heures voisines`;
  const bound = within === undefined ? '' : `, la meilleure heure d’ici ${within}`;
  const why = {
    most: `${bound}, car ${told.inHour} sur ${known} ont eu lieu entre ${hour} et ${behind}${beside}`,
    few: `, l’heure de repli, car il faut ${told.least} ouvertures et clics en ${told.days} jours et il y en a eu ${told.reactions}`,
    far: `, l’heure de repli, car sur ${known}, aucun n’a eu lieu près d’une heure d’ici ${within}`,
  }[because];
  return `${hour}${why}${late ? ` ; elle n’arrive pas d’ici ${within}` : ''}`;
}

/** Journeys in French. */
export const FRENCH: JourneyWords = {
  days: {
    mon: 'lundi',
    tue: 'mardi',
    wed: 'mercredi',
    thu: 'jeudi',
    fri: 'vendredi',
    sat: 'samedi',
    sun: 'dimanche',
  },

  whoever: (clause) => `quiconque ${clause}`,
  moves: (on, audience) =>
    `${{ entered: 'entre dans', left: 'quitte', both: 'entre dans ou quitte' }[on]} l’audience « ${audience} »`,
  read: (audience, when) => `l’audience « ${audience} », ${when}`,
  eachTime: (event) => `chaque fois que « ${event} » arrive`,
  goesLive: 'une fois, à la mise en service du parcours',
  once: (at) => `une fois, le ${at}`,
  cron: (pattern) => `selon le motif cron ${pattern}`,
  every: (unit, days, at) =>
    `${{ hour: 'chaque heure', day: 'chaque jour', week: 'chaque semaine', month: 'chaque mois' }[unit]}${days} à ${at}`,
  system: 'qui un autre système fait entrer',

  choice: (paths) =>
    `choisit une voie : ${paths.map(({ name, clause }) => `${name} si ${clause}`).join(' ; ')} ; sinon les autres`,
  clock: (clause) => `le moment est ${clause}`,
  span: (from, to) =>
    from === undefined ? `avant ${to}` : to === undefined ? `à partir de ${from}` : `de ${from} à ${to}`,
  onDays: (days) => `le ${days}`,
  split: (shares) => `répartit au hasard : ${shares}`,
  experiment: (shares, holdout) =>
    `essaie des variantes : ${shares}${holdout === undefined ? '' : ` ; garde ${holdout} à part`}`,
  cap: (people) =>
    people === 1 ? 'laisse passer la première personne' : `laisse passer les ${people} premières personnes`,
  waits: (duration) => (duration === undefined ? 'attend' : `attend ${duration}`),
  waitsUntil: (moment) => `attend jusqu’à : ${moment}`,
  dated: (name, offset, at) =>
    `${offset === undefined ? name : `${offset} ${name}`}${at === undefined ? '' : ` à ${at}`}`,
  offset: (duration, direction) => `${duration} ${direction === 'before' ? 'avant' : 'après'}`,
  bestHour: (within, fallback) =>
    `l’heure à laquelle la personne a le plus de chances de lire, ${within} au plus (${fallback} si l’on en sait trop peu)`,
  waitsFor: (things, timeout) => `attend que : ${things}${timeout === undefined ? '' : `, ${timeout} au plus`}`,
  person: (clauses) => `la personne ${clauses}`,
  reacted: (reaction, { kind, name }) =>
    `${REACTED[reaction]} ${{ any: 'un message, quel qu’il soit', step: `le message de ${name}`, other: `un message de ${name}` }[kind]}`,
  resulted: (result, step) =>
    `le message de ${step} ${{ delivered: 'a été remis', bounced: 'a été rejeté', failed: 'a échoué' }[result]}`,
  sends: (template, channel) =>
    `envoie l’e-mail « ${template} »${channel === undefined ? '' : ` par le canal ${channel}`}`,
  sets: (names) => `met à jour ${names}`,
  consentTo: (channel) => `le consentement pour ${channel}`,
  calls: (what) => `appelle ${what}`,
  looksUp: (table) => `cherche une ligne de ${table}`,
  branches: (names) => `continue en ${names.length} branches : ${names.join(', ')}`,
  joins: { all: 'attend toutes les branches', first: 'attend la première branche' },
  jumps: (journey) => `fait aussi entrer la personne dans le parcours « ${journey} »`,
  ends: 'termine',

  cameTo: (node, does) => `a atteint ${node}${does === undefined ? '' : `, qui ${does}`}`,
  movedTo: (version) => `a été déplacée vers la version ${version}, `,
  endedAt: (node) => `fin à ${node}`,
  leftBy: (node, outlet) => `a quitté ${node} par ${outlet}`,
  dryRun: (node) => `a passé ${node} sans rien faire : marche à blanc`,
  tested: (node, passed) => `a passé ${node} sans ${passed === 'acting' ? 'rien faire' : 'être comptée'} : un essai`,
  chosen: (outlet) => `a pris ${outlet}, comme le dit l’essai`,
  cut: (until) => ` ; l’essai n’attend pas jusqu’au ${until}`,
  took: (outlet, because) => `a pris la voie ${outlet}, car ${because}`,
  noOtherPath: 'aucune autre voie ne convenait',
  byLot: (outlet) => `le tirage au sort a donné ${outlet}`,
  winner: (outlet) => `a pris ${outlet}, la gagnante`,
  amongFirst: (people) => `était parmi les ${people} premières personnes`,
  afterFirst: (people) => `est venue après les ${people} premières personnes`,
  waited: {
    past: 'n’a pas attendu : le moment était passé',
    'no-date': 'n’a pas attendu : cette date n’existe pas',
    enough: 'a attendu le temps prévu',
  },
  chosenHour,
  waitedUntil: (hour, how) =>
    `${{ waited: 'a attendu', 'at-once': 'n’a pas eu à attendre', late: 'n’a pas attendu' }[how]} jusqu’à ${hour}`,
  inVain: (timeout) => `a attendu ${timeout} en vain`,
  happened: 'c’est arrivé',
  before: (what) => `${what} avant le début de l’étape`,
  sent: (template, messageId) =>
    `l’e-mail « ${template} » lui a été envoyé${messageId === undefined ? '' : ` (message ${messageId})`}`,
  notSent: (template) => `l’e-mail « ${template} » ne lui a pas été envoyé`,
  undelivered: (template) => `l’e-mail « ${template} » n’a pas pu être remis`,
  nothingToSet: 'rien n’était à mettre à jour',
  hadSet: (names) => `mis à jour : ${names}`,
  answered: (status) => (status === undefined ? 'a reçu une réponse' : `a reçu la réponse ${status}`),
  noAnswer: 'n’a pas eu de réponse à temps',
  notCalled: 'l’appel n’a pas pu se faire',
  foundRow: (table) => `a trouvé sa ligne de ${table}`,
  noRow: (table) => `n’a trouvé aucune ligne de ${table}`,
  beganBranch: (outlet) => `a commencé la branche ${outlet}`,
  joined: 'toutes les branches sont réunies',
  jumped: (journey) => `est entrée aussi dans le parcours « ${journey} »`,
  inZone: (zone) => ` (dans ${zone}, car le profil n’indique pas de fuseau horaire)`,
  because: (reason) => ` : ${reason}`,
  metExit: (clause) => `a rempli un critère de sortie${clause === undefined ? '' : ` : ${clause}`}`,
  endings: {
    finished: 'est arrivée au bout',
    'timed-out': 'y était depuis aussi longtemps qu’on peut y être',
    over: 'y était quand le parcours a pris fin',
    filtered: 'ne passait pas le filtre de la reprise après une pause',
    discarded: 'a atteint une étape qui agit pendant une pause du parcours',
    loop: 'tournait en rond sans que rien n’arrive, et a été arrêtée',
    forced: 'a recommencé depuis le début',
    stopped: 'y était quand le parcours a été arrêté',
    merged: 'ne fait plus qu’un avec une autre personne qui y était',
    error: 'une erreur l’a interrompue ; voir les événements refusés',
  },
  endingsShort: {
    finished: 'terminé',
    'timed-out': 'dedans depuis trop longtemps',
    over: 'le parcours était fini',
    filtered: 'hors du filtre après une pause',
    discarded: 'relâché pendant une pause',
    loop: 'a tourné en rond',
    forced: 'a recommencé',
    stopped: 'arrêté',
    merged: 'fusionné avec une autre personne',
    error: 'en erreur',
  },
  reasons: {
    joined: 'réunie aux autres',
    overtaken: 'une autre branche a été plus rapide',
    migrated: 'déplacée vers une autre version',
    'no-date': 'cette date n’existe pas',
    'no-key': 'la clé de la ligne n’a pas pu être composée',
    'no-row': 'cette ligne n’existe pas',
    'no-value': 'il manquait une valeur',
    'no-step': 'l’autre version n’a pas cette étape',
    status: 'la réponse était un refus',
    capped: 'la limite du point d’accès était atteinte',
    limit: 'la limite du point d’accès était atteinte',
    internal: 'une panne de notre côté',
    endpoint_missing: 'le point d’accès n’existe plus',
    private_address: 'il mène à une adresse privée',
    outside_endpoint: 'l’adresse n’est pas de ce point d’accès',
    redirect_refused: 'redirigé vers une adresse que l’on ne peut pas appeler',
    too_many_redirects: 'redirigé trop de fois',
    token_missing: 'l’identification n’a donné aucun jeton',
    token_refused: 'l’identification a été refusée',
    answer_not_json: 'la réponse n’est pas du JSON',
    answer_too_deep: 'la réponse est trop imbriquée',
    answer_too_large: 'la réponse est trop grande',
    answer_unreadable: 'la réponse est illisible',
    invalid_request: 'la requête n’est pas valide',
    method_not_allowed: 'le point d’accès ne permet pas cette méthode',
  },
  secretMissing: (variable) => `le secret ${variable} n’est pas défini sur le serveur`,
  notLetIn: (why) => `n’a pas pu entrer : ${why}`,
  refusals: {
    paused: 'le parcours était en pause',
    'not-started': 'le parcours n’avait pas encore commencé',
    over: 'le parcours avait pris fin',
    inside: 'y était déjà',
    'no-reentry': 'y avait déjà été, et nul n’y entre deux fois',
    'too-soon': 'y était entrée trop peu de temps avant',
    'too-many-instances': 'y était autant de fois à la fois qu’une personne peut y être',
    'no-instance-key': 'il manquait ce qui distingue les passages d’une même personne',
    'max-entries': 'autant de personnes que permis sur la période étaient entrées',
    'max-inside': 'autant de personnes que permis à la fois y étaient',
  },
};
