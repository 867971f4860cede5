export {
  createContext,
  createEngine,
  DYNAMIC_LINK_TAG,
  type Engine,
  LINK_TAG,
  PIXEL_TAG,
  TemplateAborted,
} from './engine.ts';
export { escapeHtml, unescapeHtml } from './escape.ts';
export { rfc5322Date } from './filters.ts';
export { type CompiledPart, compilePart, type PartInput } from './part.ts';
export type { UnknownFilter, VariableRead } from './scope.ts';
export { plainTarget, type Target } from './target.ts';
export { type LiquidToken, lineAt, liquidTokens, MASK, maskLiquid } from './tokens.ts';
