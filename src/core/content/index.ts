export { CLIPPED_CHARACTERS, checkFragment, checkTemplate, type TemplateCheck } from './check.ts';
export { compileTemplate } from './compile.ts';
export type {
  CompiledTemplate,
  CompileOptions,
  Composed,
  ComposeFailure,
  ComposeInput,
  MessageEnvelope,
  MessageTracking,
  Rendered,
  RenderInput,
  TemplateLink,
  TemplateSource,
  TemplateVars,
} from './compiled-template.ts';
export { FragmentDefinition, Mailbox, TemplateDefinition, Utm } from './definition.ts';
export { type BodyFormat, type Expansion, expandFragments } from './fragments.ts';
export { escapeHtml, type LiquidToken, liquidTokens } from './liquid/index.ts';
export { type CompiledText, createTextCompiler, type KnownNames, type TextCompiler } from './text.ts';
export {
  CAMPAIGN_VARIABLES,
  type KnownVariables,
  MESSAGE_VARIABLES,
  type Namespace,
  unknownVariables,
} from './variables.ts';
