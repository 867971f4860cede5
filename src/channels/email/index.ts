export { createDkimSigner, type DkimSigner } from './dkim.ts';
export { createSmtpChannel, type SmtpDeps } from './pool.ts';
export { SMTP_TIMEOUTS, type SmtpSettings, type SmtpTimeouts, smtpSettings } from './settings.ts';
