// The ways in, in a real browser with a device that the browser plays: the owner, a passkey, sessions and the password.
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { OWNER, openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const DEVICE = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

let seen: SignedIn;
let page: Page;
let device: CDPSession;
let authenticatorId = '';
/** The same server under a name to which a browser gives passkeys. */
let home = '';

beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole('first');
  page = seen.page;
  home = seen.ctx.config.publicUrl.replace('127.0.0.1', 'localhost');
  device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  ({ authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', { options: DEVICE }));
});
afterAll(async () => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

const navigation = () => page.getByRole('navigation', { name: 'Main' });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

async function keys(): Promise<number> {
  const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId });
  return credentials.length;
}

async function fromMenu(item: string): Promise<void> {
  await page.getByRole('button', { name: /Ana Owner/ }).focus();
  await page.keyboard.press('Enter');
  // A menu takes the focus a moment after it has opened, from wherever it is then.
  await page.locator('[role="menu"]:focus-within').waitFor();
  await page.getByRole('menuitem', { name: item }).press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

/** Whether the person touches the device as soon as it asks: also when the browser merely offers what it has for a field. */
async function touch(enabled: boolean): Promise<void> {
  await device.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
}

async function signOut(): Promise<void> {
  await touch(false);
  await fromMenu('Sign out');
  await heading('Sign in').waitFor();
}

async function signInByButton(): Promise<void> {
  await touch(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter');
}

async function makeOwner(): Promise<void> {
  await page.goto(home);
  await heading('Welcome').waitFor();
  for (const [label, text] of [
    ['Name', OWNER.name],
    ['Email', OWNER.email],
    ['Password', OWNER.password],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await page.keyboard.press('Enter');
  await heading('Sign in without a password').waitFor();
}

test('the first owner is offered a passkey, and takes it with one key', async () => {
  await makeOwner();
  expect(await violations(page)).toEqual([]);
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Add a passkey');
  await page.keyboard.press('Enter');
  await navigation().waitFor();
  expect(await keys()).toBe(1);
});

test('who signed out comes in with the passkey, typing nothing', async () => {
  await signOut();
  expect(await violations(page)).toEqual([]);
  await signInByButton();
  await navigation().waitFor();
});

test('who chooses the passkey that the browser offers for the email field needs no button', async () => {
  const signedIn = page.waitForResponse((answer) => answer.url().endsWith('/api/auth/sign-in/passkey') && answer.ok());
  await fromMenu('Sign out');
  await signedIn;
  await navigation().waitFor();
});

test('what a device signed is taken once, and not with its origin changed', async () => {
  const statuses = await page.evaluate<number[]>(`(async () => {
    const post = (path, body) => fetch('/api/auth/sign-in/' + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    const sign = async () => {
      const options = await (await post('passkey/challenge', {})).json();
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      return (await navigator.credentials.get({ publicKey })).toJSON();
    };
    const answer = await sign();
    const [first, again] = [await post('passkey', answer), await post('passkey', answer)];
    const other = await sign();
    const data = JSON.parse(atob(other.response.clientDataJSON.replaceAll('-', '+').replaceAll('_', '/')));
    const forged = btoa(JSON.stringify({ ...data, origin: 'https://evil.example' }));
    other.response.clientDataJSON = forged.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    return [first.status, again.status, (await post('passkey', other)).status];
  })()`);
  expect(statuses).toEqual([200, 400, 401]);
});

test('the account lists a passkey with when it was used, says why a device gives no second, and takes another one', async () => {
  await fromMenu('Your account');
  await heading('Your account').waitFor();
  const list = page.getByRole('list', { name: 'Passkeys' });
  await list.getByRole('listitem').filter({ hasText: 'Chrome on Linux' }).waitFor();
  await list.getByText(/last used/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add a passkey' }).press('Enter');
  await expect.poll(() => page.evaluate('getSelection().toString()')).toBe('Chrome on Linux');
  await page.keyboard.type('Laptop');
  await page.keyboard.press('Enter');
  await page.getByText('This device has a passkey for your account already.').waitFor();
  expect(await violations(page)).toEqual([]);
  await device.send('WebAuthn.clearCredentials', { authenticatorId });
  await page.getByRole('button', { name: 'Add the passkey' }).press('Enter');
  await list.getByRole('listitem').filter({ hasText: 'Laptop' }).getByText('never used').waitFor();
});

test('a passkey that is removed opens nothing any more', async () => {
  const remove = page.getByRole('button', { name: 'Remove Laptop' });
  await remove.press('Enter');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Remove Laptop');
  await remove.press('Enter');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove it for good' }).press('Enter');
  await remove.waitFor({ state: 'detached' });
  await signOut();
  await signInByButton();
  await page.getByText('This passkey is not known here.').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('on a phone the account runs over no side', async () => {
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.keyboard.press('Enter');
  await navigation().waitFor();
  await page.setViewportSize({ width: 375, height: 700 });
  await page.goto(`${home}/account`);
  await page.getByRole('list', { name: 'Where you are signed in' }).waitFor();
  const [width = 0, shown = 0] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(width).toBeLessThanOrEqual(shown);
  await page.setViewportSize({ width: 1280, height: 800 });
});

/** Signs the owner in somewhere else, as an iPhone. */
async function signInElsewhere(): Promise<void> {
  const { publicUrl } = seen.ctx.config;
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Version/18.4 Mobile/15E148 Safari/604.1';
  const answer = await fetch(`${publicUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl, 'user-agent': agent },
    body: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
  });
  expect(answer.status).toBe(200);
}

test('a session elsewhere is seen and ended from here', async () => {
  await signInElsewhere();
  await page.reload();
  const there = page.getByRole('listitem').filter({ hasText: 'Safari on iPhone' });
  await there.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out there Safari on iPhone' }).press('Enter');
  await page.getByRole('button', { name: 'Sign out there now' }).press('Enter');
  await there.waitFor({ state: 'detached' });
});

test('a new password wants the current one, and ends every other session', async () => {
  await signInElsewhere();
  await page.reload();
  const there = page.getByRole('listitem').filter({ hasText: 'Safari on iPhone' });
  await there.waitFor();
  const change = async (current: string) => {
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password').fill('another long password');
    await page.keyboard.press('Enter');
  };
  await change('not this one');
  await page.getByText('The current password is not right.').waitFor();
  await change(OWNER.password);
  await page.getByText('The password is changed, and every other session has ended.').waitFor();
  await there.waitFor({ state: 'detached' });
  expect(await violations(page)).toEqual([]);
});

test('signing out everywhere ends here too', async () => {
  await page.getByRole('button', { name: 'Sign out everywhere' }).press('Enter');
  await touch(false);
  await page.getByRole('button', { name: 'Sign out everywhere, here too' }).press('Enter');
  await heading('Sign in').waitFor();
});

test('at an address of numbers the button says why there are no passkeys, and where there are', async () => {
  await page.goto(seen.ctx.config.publicUrl);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter');
  await page.getByText('the address of this page is a number').waitFor();
  await page.getByRole('link', { name: home }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
