import type { Translations } from './translations.ts';

/** What a recipient reads who follows the link at the end of a mail. */
export const PREFERENCES = {
  'Email preferences': {
    fr: 'Préférences d’e-mail',
    es: 'Preferencias de correo',
    pt: 'Preferências de e-mail',
  },
  'These are the choices about email from us.': {
    fr: 'Voici les choix concernant nos e-mails.',
    es: 'Estas son las opciones sobre nuestros correos.',
    pt: 'Estas são as escolhas sobre os nossos e-mails.',
  },
  'These are the choices for {address} about email from us.': {
    fr: 'Voici les choix de {address} concernant nos e-mails.',
    es: 'Estas son las opciones de {address} sobre nuestros correos.',
    pt: 'Estas são as escolhas de {address} sobre os nossos e-mails.',
  },
  'Topics that you want to hear about': {
    fr: 'Les sujets qui vous intéressent',
    es: 'Temas que le interesan',
    pt: 'Temas que lhe interessam',
  },
  Save: { fr: 'Enregistrer', es: 'Guardar', pt: 'Guardar' },
  'You get no email from us at the moment.': {
    fr: 'Vous ne recevez aucun e-mail de notre part pour le moment.',
    es: 'De momento no recibe ningún correo nuestro.',
    pt: 'De momento não recebe nenhum e-mail nosso.',
  },
  'You can also stop all email from us.': {
    fr: 'Vous pouvez aussi arrêter tous nos e-mails.',
    es: 'También puede dejar de recibir todos nuestros correos.',
    pt: 'Também pode deixar de receber todos os nossos e-mails.',
  },
  'Get email again': {
    fr: 'Recevoir à nouveau nos e-mails',
    es: 'Volver a recibir correos',
    pt: 'Voltar a receber e-mails',
  },
  'Unsubscribe from everything': {
    fr: 'Se désabonner de tout',
    es: 'Darse de baja de todo',
    pt: 'Cancelar a subscrição de tudo',
  },
  'You will get no more email from us.': {
    fr: 'Vous ne recevrez plus d’e-mails de notre part.',
    es: 'No recibirá más correos nuestros.',
    pt: 'Não receberá mais e-mails nossos.',
  },
  'You will get email from us again.': {
    fr: 'Vous recevrez à nouveau nos e-mails.',
    es: 'Volverá a recibir nuestros correos.',
    pt: 'Voltará a receber os nossos e-mails.',
  },
  'Your choices have been saved.': {
    fr: 'Vos choix ont été enregistrés.',
    es: 'Se han guardado sus preferencias.',
    pt: 'As suas escolhas foram guardadas.',
  },
  'You have been unsubscribed.': {
    fr: 'Vous avez été désabonné.',
    es: 'Se ha dado de baja.',
    pt: 'A sua subscrição foi cancelada.',
  },
} as const satisfies Readonly<Record<string, Translations>>;
