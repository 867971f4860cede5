import type { Wording } from '../kernel/index.ts';
import { type Rejection, type RejectReason, reject } from './reason.ts';

/** A part of a body that is no event, whatever it says, as it came. A class, because everything else that comes is JSON. */
export class Unreadable {
  readonly text: string;
  readonly rejection: Rejection;

  constructor(reason: RejectReason, text: string, detail: Wording) {
    this.text = text;
    this.rejection = reject(reason, detail);
  }
}
