import { InvalidArgumentError } from 'commander';

/** Reads an argument or an option that must be a whole number; anything else is a command that is not understood. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
