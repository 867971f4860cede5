import { expect, test } from 'vitest';
import { bounceOf, readDeliveryStatus } from './returned-mail.ts';

const report = (...fields: string[]) =>
  `Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nFinal-Recipient: rfc822; ann@example.com\r\n${fields.join('\r\n')}\r\n`;
const judged = (...fields: string[]) => readDeliveryStatus(report(...fields)).map(bounceOf);

test('a mailbox that does not exist is a hard bounce, in whatever words a server says so', () => {
  const told = [
    [
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 <ann@example.com>: Recipient address',
      '    rejected',
    ],
    ['Action: failed', 'Status: 5.1.1 (bad destination mailbox address)'],
    ['action: Failed', 'status: 5.0.0', 'diagnostic-code: SMTP; 550 no such user here'],
    ['Action: failed', 'Status: 5.1.10', 'Diagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipientNotFound; not found'],
    [
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.',
    ],
  ];
  for (const fields of told) {
    expect(judged(...fields)).toEqual([{ reason: 'mailbox_unknown', hardBounce: true, detail: expect.any(String) }]);
  }
  expect(judged(...(told[0] ?? []))[0]?.detail).toBe('550 5.1.1 <ann@example.com>: Recipient address rejected');
});

test('what says nothing against the address is a failure and no hard bounce', () => {
  expect(judged('Action: failed', 'Status: 5.2.2', 'Diagnostic-Code: smtp; 552 5.2.2 over quota')).toMatchObject([
    { reason: 'mailbox_full', hardBounce: false },
  ]);
  expect(judged('Action: failed', 'Status: 5.0.0', 'Diagnostic-Code: smtp; 550 blocked for spam')).toMatchObject([
    { reason: 'policy', hardBounce: false },
  ]);
  // The server tried for days and gave up, which it says with the last deferral.
  expect(
    judged('Action: failed', 'Status: 4.4.1', 'Diagnostic-Code: X-Postfix; connect to mx: timed out'),
  ).toMatchObject([
    { reason: 'destination_unreachable', hardBounce: false, detail: '450 4.4.1 connect to mx: timed out' },
  ]);
});

test('a delay, and mail that was delivered or handed on, is no bounce', () => {
  for (const action of ['delayed', 'delivered', 'relayed', 'expanded', 'nonsense']) {
    expect(judged(`Action: ${action}`, 'Status: 5.1.1')).toEqual([undefined]);
  }
  expect(readDeliveryStatus('')).toEqual([]);
  expect(readDeliveryStatus('Reporting-MTA: dns; x\n\nnot: a recipient\n\n\n')).toEqual([]);
});
