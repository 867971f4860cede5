export { createSmtpChannel } from './channel.ts';
export { createDkimSigner, type DkimSigner } from './dkim.ts';
export type { SmtpDeps } from './pool.ts';
export { SMTP_TIMEOUTS, type SmtpSettings, type SmtpTimeouts, smtpSettings } from './settings.ts';
