export { checkCompiled } from './check-compiled.ts';
export { type LoadedTemplate, type LoadOptions, loadCompiledTemplate } from './load.ts';
export { markChange } from './mark-change.ts';
export { loadTemplateOfSend, optionsOfSend } from './of-send.ts';
export type { PersonReference } from './person.ts';
export {
  composeSample,
  loadSample,
  type Preview,
  previewPage,
  previewTemplate,
  type Sample,
  type SampleRequest,
} from './preview.ts';
