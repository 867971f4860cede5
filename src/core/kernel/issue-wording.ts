import type { z } from 'zod';
import { recognise } from './recognise.ts';
import { type Plain, say, verbatim, type Wording } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** What a schema's complaint says: its own text when that is one of ours, or else by its kind. */
export function issueWording(issue: Issue): Wording {
  const own = recognise(issue.message);
  if (own.says !== '{text}' && own.says !== '{path}: {problem}') return own;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return say('is missing');
      return say('must be {what}', { what: say(TYPES[issue.expected] ?? 'of another type') });
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return formatWording(issue);
    case 'not_multiple_of':
      return say('must be a multiple of {number}', { number: String(issue.divisor) });
    case 'invalid_value':
      return issue.input === undefined ? say('is missing') : say('is none of the values that are allowed');
    case 'invalid_union':
      return issue.input === undefined ? say('is missing') : say('has none of the forms that are allowed');
    case 'invalid_key':
      return say('has a name that is not allowed');
    case 'invalid_element':
      return say('has an element that is not allowed');
    case 'unrecognized_keys':
      return say('has a key that is not known');
    case 'custom':
      return (issue.params?.wording as Wording | undefined) ?? verbatim(issue.message);
  }
}

const TYPES: Readonly<Record<string, Plain>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
  null: 'empty',
  undefined: 'left out',
};

function tooSmall(issue: Issue & { code: 'too_small' }): Wording {
  const number = String(issue.minimum);
  if (issue.origin === 'string') return say('must have at least {number} {number:character|characters}', { number });
  if (issue.origin === 'array' || issue.origin === 'set' || issue.origin === 'map') {
    return say('must have at least {number} {number:element|elements}', { number });
  }
  return issue.inclusive ? say('must be at least {number}', { number }) : say('must be more than {number}', { number });
}

function tooBig(issue: Issue & { code: 'too_big' }): Wording {
  const number = String(issue.maximum);
  if (issue.origin === 'string') return say('must have at most {number} {number:character|characters}', { number });
  if (issue.origin === 'array' || issue.origin === 'set' || issue.origin === 'map') {
    return say('must have at most {number} {number:element|elements}', { number });
  }
  return issue.inclusive ? say('must be at most {number}', { number }) : say('must be less than {number}', { number });
}

function formatWording(issue: Issue & { code: 'invalid_format' }): Wording {
  switch (issue.format) {
    case 'email':
      return say('must be an email address');
    case 'url':
      return say('must be a URL');
    case 'datetime':
      return say('must be a date and time with its zone, such as 2026-12-01T09:00:00Z');
    case 'date':
      return say('must be a date, such as 2026-12-01');
    case 'starts_with':
      return say('must begin with {prefix}', { prefix: 'prefix' in issue ? String(issue.prefix) : '' });
    default:
      return say('has not the right form');
  }
}
