export { type LoadedTemplate, type LoadOptions, loadCompiledTemplate } from './load.ts';
