export { type LoadedTemplate, type LoadOptions, loadCompiledTemplate } from './load.ts';
export { loadTemplateOfSend, optionsOfSend } from './of-send.ts';
export type { PersonReference } from './person.ts';
export { type Preview, previewTemplate, type SampleRequest } from './preview.ts';
export { PROOF_ADDRESSES_MAX, type ProofRequest, type ProofResult, sendProof } from './proof.ts';
