import type { Translations } from './translations.ts';

/** The forms of single values. */
export const FORMS = {
  'must be an http or https address': {
    fr: 'doit être une adresse http ou https',
    es: 'debe ser una dirección http o https',
    pt: 'tem de ser um endereço http ou https',
  },
  'is no time zone': { fr: 'n’est pas un fuseau horaire', es: 'no es una zona horaria', pt: 'não é um fuso horário' },
  'must be a DKIM selector such as mail2026': {
    fr: 'doit être un sélecteur DKIM, comme mail2026',
    es: 'debe ser un selector DKIM, como mail2026',
    pt: 'tem de ser um seletor DKIM, como mail2026',
  },
  'must be a URL such as https://crm.example.com/v1/': {
    fr: 'doit être une URL, comme https://crm.example.com/v1/',
    es: 'debe ser una URL, como https://crm.example.com/v1/',
    pt: 'tem de ser um URL, como https://crm.example.com/v1/',
  },
  'must be a duration like 30m, 24h or P3D': {
    fr: 'doit être une durée, comme 30m, 24h ou P3D',
    es: 'debe ser una duración, como 30m, 24h o P3D',
    pt: 'tem de ser uma duração, como 30m, 24h ou P3D',
  },
  'must be a duration such as 2d': {
    fr: 'doit être une durée, comme 2d',
    es: 'debe ser una duración, como 2d',
    pt: 'tem de ser uma duração, como 2d',
  },
  'must be a duration such as 90m, 12h, 30d or P3DT4H': {
    fr: 'doit être une durée, comme 90m, 12h, 30d ou P3DT4H',
    es: 'debe ser una duración, como 90m, 12h, 30d o P3DT4H',
    pt: 'tem de ser uma duração, como 90m, 12h, 30d ou P3DT4H',
  },
  'must be a duration such as 90m, 2d or PT12H': {
    fr: 'doit être une durée, comme 90m, 2d ou PT12H',
    es: 'debe ser una duración, como 90m, 2d o PT12H',
    pt: 'tem de ser uma duração, como 90m, 2d ou PT12H',
  },
  'must be a duration such as 90m, 3d or P1DT2H': {
    fr: 'doit être une durée, comme 90m, 3d ou P1DT2H',
    es: 'debe ser una duración, como 90m, 3d o P1DT2H',
    pt: 'tem de ser uma duração, como 90m, 3d ou P1DT2H',
  },
  'must be a duration with or without a sign, such as -7d or 12h': {
    fr: 'doit être une durée avec ou sans signe, comme -7d ou 12h',
    es: 'debe ser una duración con o sin signo, como -7d o 12h',
    pt: 'tem de ser uma duração com ou sem sinal, como -7d ou 12h',
  },
  'must be a local date (2026-12-01) or date and time (2026-12-01T09:00)': {
    fr: 'doit être une date locale (2026-12-01) ou une date et une heure (2026-12-01T09:00)',
    es: 'debe ser una fecha local (2026-12-01) o una fecha y hora (2026-12-01T09:00)',
    pt: 'tem de ser uma data local (2026-12-01) ou uma data e hora (2026-12-01T09:00)',
  },
  'must be a local date and time such as 2026-12-01T09:00': {
    fr: 'doit être une date et une heure locales, comme 2026-12-01T09:00',
    es: 'debe ser una fecha y una hora locales, como 2026-12-01T09:00',
    pt: 'tem de ser uma data e uma hora locais, como 2026-12-01T09:00',
  },
  'must be a full hour such as 09:00': {
    fr: 'doit être une heure pleine, comme 09:00',
    es: 'debe ser una hora en punto, como 09:00',
    pt: 'tem de ser uma hora certa, como 09:00',
  },
  'must be from 1h to 24h: within a day every hour comes': {
    fr: 'doit aller de 1h à 24h : en un jour, chaque heure arrive',
    es: 'debe ir de 1h a 24h: en un día llega cada hora',
    pt: 'tem de ir de 1h a 24h: num dia chega cada hora',
  },
  'must be a percentage such as 5%': {
    fr: 'doit être un pourcentage, comme 5%',
    es: 'debe ser un porcentaje, como 5%',
    pt: 'tem de ser uma percentagem, como 5%',
  },
  'must be a share such as "25%"': {
    fr: 'doit être une part, comme "25%"',
    es: 'debe ser una parte, como "25%"',
    pt: 'tem de ser uma parte, como "25%"',
  },
  'must be a time like 2026-11-27T08:00:00Z': {
    fr: 'doit être un moment, comme 2026-11-27T08:00:00Z',
    es: 'debe ser un momento, como 2026-11-27T08:00:00Z',
    pt: 'tem de ser um momento, como 2026-11-27T08:00:00Z',
  },
  'must be a time of day such as 09:30': {
    fr: 'doit être une heure du jour, comme 09:30',
    es: 'debe ser una hora del día, como 09:30',
    pt: 'tem de ser uma hora do dia, como 09:30',
  },
  'must be a whole number of rows or a share such as "10%"': {
    fr: 'doit être un nombre entier de lignes ou une part, comme "10%"',
    es: 'debe ser un número entero de filas o una parte, como "10%"',
    pt: 'tem de ser um número inteiro de linhas ou uma parte, como "10%"',
  },
  'must be an IANA time zone such as Europe/Paris': {
    fr: 'doit être un fuseau horaire IANA, comme Europe/Paris',
    es: 'debe ser una zona horaria IANA, como Europe/Paris',
    pt: 'tem de ser um fuso horário IANA, como Europe/Paris',
  },
  'must be an email address such as news@example.com': {
    fr: 'doit être une adresse e-mail, comme news@example.com',
    es: 'debe ser una dirección de correo, como news@example.com',
    pt: 'tem de ser um endereço de e-mail, como news@example.com',
  },
  'must be at least one second': {
    fr: 'doit durer au moins une seconde',
    es: 'debe durar al menos un segundo',
    pt: 'tem de durar pelo menos um segundo',
  },
  'must be channel or channel/topic': {
    fr: 'doit être canal ou canal/sujet',
    es: 'debe ser canal o canal/tema',
    pt: 'tem de ser canal ou canal/tema',
  },
  'must be column=namespace': {
    fr: 'doit être colonne=espace_de_noms',
    es: 'debe ser columna=espacio_de_nombres',
    pt: 'tem de ser coluna=espaço_de_nomes',
  },
  'must be names joined by dots': {
    fr: 'doit être des noms reliés par des points',
    es: 'deben ser nombres unidos por puntos',
    pt: 'têm de ser nomes ligados por pontos',
  },
  'must be one line': { fr: 'doit tenir en une ligne', es: 'debe ser una sola línea', pt: 'tem de ser uma só linha' },
  'must be the id of a message, like msg_1kz4': {
    fr: 'doit être l’identifiant d’un message, comme msg_1kz4',
    es: 'debe ser el identificador de un mensaje, como msg_1kz4',
    pt: 'tem de ser o identificador de uma mensagem, como msg_1kz4',
  },
  'must be the id of a message, such as 17-4711': {
    fr: 'doit être l’identifiant d’un message, comme 17-4711',
    es: 'debe ser el identificador de un mensaje, como 17-4711',
    pt: 'tem de ser o identificador de uma mensagem, como 17-4711',
  },
  'must be the name of a header': {
    fr: 'doit être le nom d’un en-tête',
    es: 'debe ser el nombre de una cabecera',
    pt: 'tem de ser o nome de um cabeçalho',
  },
  'must be the name of a table, or names of links joined by dots': {
    fr: 'doit être le nom d’une table, ou des noms de liens reliés par des points',
    es: 'debe ser el nombre de una tabla, o nombres de enlaces unidos por puntos',
    pt: 'tem de ser o nome de uma tabela, ou nomes de ligações unidos por pontos',
  },
  'must be the name of an HTTP header': {
    fr: 'doit être le nom d’un en-tête HTTP',
    es: 'debe ser el nombre de una cabecera HTTP',
    pt: 'tem de ser o nome de um cabeçalho HTTP',
  },
  'must be the name of an environment variable such as SHOP_WEBHOOK_SECRET': {
    fr: 'doit être le nom d’une variable d’environnement, comme SHOP_WEBHOOK_SECRET',
    es: 'debe ser el nombre de una variable de entorno, como SHOP_WEBHOOK_SECRET',
    pt: 'tem de ser o nome de uma variável de ambiente, como SHOP_WEBHOOK_SECRET',
  },
  'must be the name of an environment variable such as SMTP_URL': {
    fr: 'doit être le nom d’une variable d’environnement, comme SMTP_URL',
    es: 'debe ser el nombre de una variable de entorno, como SMTP_URL',
    pt: 'tem de ser o nome de uma variável de ambiente, como SMTP_URL',
  },
  'must begin with /': { fr: 'doit commencer par /', es: 'debe empezar por /', pt: 'tem de começar por /' },
  'must come after `starts`.': {
    fr: 'doit venir après `starts`.',
    es: 'debe venir después de `starts`.',
    pt: 'tem de vir depois de `starts`.',
  },
  'must have at least 10 characters': {
    fr: 'doit avoir au moins 10 caractères',
    es: 'debe tener al menos 10 caracteres',
    pt: 'tem de ter pelo menos 10 caracteres',
  },
  'must not begin with "{start}".': {
    fr: 'ne doit pas commencer par « {start} ».',
    es: 'no debe empezar por «{start}».',
    pt: 'não pode começar por “{start}”.',
  },
  'must have 1 to {max} characters.': {
    fr: 'doit avoir de 1 à {max} caractères.',
    es: 'debe tener de 1 a {max} caracteres.',
    pt: 'tem de ter de 1 a {max} caracteres.',
  },
  'must have five fields: minute, hour, day, month, weekday': {
    fr: 'doit avoir cinq champs : minute, heure, jour, mois, jour de la semaine',
    es: 'debe tener cinco campos: minuto, hora, día, mes, día de la semana',
    pt: 'tem de ter cinco campos: minuto, hora, dia, mês, dia da semana',
  },
  'must name one column': {
    fr: 'doit nommer une seule colonne',
    es: 'debe nombrar una sola columna',
    pt: 'tem de nomear uma só coluna',
  },
  'must name the person by at least one identity': {
    fr: 'doit nommer la personne par au moins une identité',
    es: 'debe nombrar a la persona por al menos una identidad',
    pt: 'tem de nomear a pessoa por pelo menos uma identidade',
  },
  'must not be longer than 5 years': {
    fr: 'ne doit pas dépasser 5 ans',
    es: 'no debe durar más de 5 años',
    pt: 'não pode durar mais de 5 anos',
  },
  'must not be more than 100%': {
    fr: 'ne doit pas dépasser 100%',
    es: 'no debe pasar del 100%',
    pt: 'não pode passar de 100%',
  },
  'must not hold a user or a password': {
    fr: 'ne doit contenir ni utilisateur ni mot de passe',
    es: 'no debe contener usuario ni contraseña',
    pt: 'não pode conter utilizador nem palavra-passe',
  },
  'must not hold line breaks or control characters': {
    fr: 'ne doit contenir ni saut de ligne ni caractère de contrôle',
    es: 'no debe contener saltos de línea ni caracteres de control',
    pt: 'não pode conter quebras de linha nem caracteres de controlo',
  },
  'must say where somebody is named': {
    fr: 'doit dire où quelqu’un est nommé',
    es: 'debe decir dónde se nombra a alguien',
    pt: 'tem de dizer onde alguém é nomeado',
  },
  'must start with a letter and hold only a-z, 0-9 and _, 63 characters at most': {
    fr: 'doit commencer par une lettre et ne contenir que a-z, 0-9 et _, 63 caractères au plus',
    es: 'debe empezar por una letra y contener solo a-z, 0-9 y _, 63 caracteres como máximo',
    pt: 'tem de começar por uma letra e conter só a-z, 0-9 e _, 63 caracteres no máximo',
  },
  'must start with a letter and hold only a-z, 0-9, _ and -, 63 characters at most': {
    fr: 'doit commencer par une lettre et ne contenir que a-z, 0-9, _ et -, 63 caractères au plus',
    es: 'debe empezar por una letra y contener solo a-z, 0-9, _ y -, 63 caracteres como máximo',
    pt: 'tem de começar por uma letra e conter só a-z, 0-9, _ e -, 63 caracteres no máximo',
  },
  'names no operator': {
    fr: 'ne nomme aucun opérateur',
    es: 'no nombra ningún operador',
    pt: 'não nomeia nenhum operador',
  },
  'needs exactly one of column, constant and multiply': {
    fr: 'demande exactement un de column, constant et multiply',
    es: 'necesita exactamente uno de column, constant y multiply',
    pt: 'precisa de exatamente um de column, constant e multiply',
  },
} as const satisfies Readonly<Record<string, Translations>>;
