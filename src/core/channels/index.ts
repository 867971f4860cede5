export {
  asciiDomain,
  domainOf,
  isAscii,
  isMailable,
  MAILABLE_PATTERN,
  normaliseEmail,
  withAsciiDomain,
} from './address.ts';
export {
  ChannelDefinition,
  type DkimSetting,
  fractionOf,
  parseSmtpUrl,
  SANDBOX_CHANNEL,
  SecretReference,
  type SmtpServer,
  type StopLoss,
} from './definition.ts';
export { classifyReply, type ReplyVerdict, type SmtpStage } from './reply.ts';
export { type Bounce, bounceOf, type DeliveryStatus, isComplaint, readDeliveryStatus } from './returned-mail.ts';
export { type KeyedHash, type MessageReference, verpAddress, verpReference } from './verp.ts';
