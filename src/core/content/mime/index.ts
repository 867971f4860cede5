export { InvalidHeader, oneLine } from './headers.ts';
export { createMessageWriter } from './message.ts';
export { createEscapedEncoder, encodeLiteral, encodeValue, SOFT_BREAK } from './quoted-printable.ts';
