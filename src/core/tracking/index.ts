export { safeDestination, trackingUrls } from './address.ts';
export { fromBase64Url, toBase64Url } from './base64url.ts';
export { BURST_MS, type Hit, isMachine } from './machine.ts';
export { isSignedUrl, type KeyedHash, type MessageToken, readToken, signUrl, writeToken } from './token.ts';
