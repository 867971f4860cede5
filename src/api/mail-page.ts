import type { FastifyReply } from 'fastify';

/** A mail may show pictures and styles, and its links may open; it runs no script and counts as another site. */
const POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  'img-src * data:',
  "style-src 'unsafe-inline' *",
  'font-src * data:',
  "frame-ancestors 'self'",
].join('; ');

/** Answers with what is in a mail, for a frame: whatever its author wrote, it can run nothing and reach nothing of the console. */
export function sendMailPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('x-frame-options', 'SAMEORIGIN')
    .send(html);
}
