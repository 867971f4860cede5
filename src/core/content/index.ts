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
