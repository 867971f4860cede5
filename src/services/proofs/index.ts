export { PROOF_ADDRESSES_MAX, type ProofRequest, type ProofResult, sendProof } from './send.ts';
