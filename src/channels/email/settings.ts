import { isIP } from 'node:net';
import type { SmtpServer } from '../../core/channels/index.ts';
import type { DkimSigner } from './dkim.ts';

/** How long each step may take; the minima that RFC 5321 section 4.5.3.2 asks for are the defaults. */
export type SmtpTimeouts = {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly commandMs: number;
  readonly dataMs: number;
  readonly contentMs: number;
};

export const SMTP_TIMEOUTS: SmtpTimeouts = {
  connectMs: 30_000,
  greetingMs: 300_000,
  commandMs: 300_000,
  dataMs: 120_000,
  contentMs: 600_000,
};

/** Everything that the client needs, with every default applied. */
export type SmtpSettings = {
  readonly server: SmtpServer;
  readonly tls: {
    readonly required: boolean;
    readonly rejectUnauthorized: boolean;
    /** Log in although the connection is not encrypted; on a loopback address that is always allowed. */
    readonly plainAuth: boolean;
  };
  readonly connectionsMax: number;
  readonly messagesPerConnectionMax: number;
  /** Messages that delivery keeps ready for each connection. */
  readonly window: number;
  /** Undefined: no limit per recipient domain. */
  readonly perDomainMax: number | undefined;
  /** What EHLO says; undefined: the host's name, or its address when the name is not qualified. */
  readonly localName: string | undefined;
  readonly timeouts: SmtpTimeouts;
  /** An unused connection is given back after this time. */
  readonly idleMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  readonly dkim: DkimSigner | undefined;
};

/** The settings for a server with everything else at its default; `overrides` win. */
export function smtpSettings(server: SmtpServer, overrides: Partial<SmtpSettings> = {}): SmtpSettings {
  return {
    server,
    tls: { required: false, rejectUnauthorized: true, plainAuth: false },
    connectionsMax: 10,
    messagesPerConnectionMax: 1_000,
    window: 50,
    perDomainMax: undefined,
    localName: undefined,
    timeouts: SMTP_TIMEOUTS,
    idleMs: 30_000,
    backoffMinMs: 200,
    backoffMaxMs: 10_000,
    dkim: undefined,
    ...overrides,
  };
}

/** Nobody can listen in between, so a certificate proves nothing and a password gives nothing away. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
