import { type Catalog, PROFILES } from '../data/index.ts';
import { about, type Step, type Subject, stepsOf, subjectOf } from './lookup.ts';
import type { Rule } from './rule.ts';

/** The ways that a condition about rows walks from a person: each begins with a table of people's rows and follows links from there. */
export function waysOf(rule: Rule, catalog: Catalog): readonly (readonly Step[])[] {
  const ways: Step[][] = [];
  collect(rule, subjectOf({ catalog, on: PROFILES }), [], ways);
  return ways;
}

function collect(rule: Rule, subject: Subject, before: readonly Step[], ways: Step[][]): void {
  if ('all' in rule) for (const child of rule.all) collect(child, subject, before, ways);
  else if ('any' in rule) for (const child of rule.any) collect(child, subject, before, ways);
  else if ('none' in rule) for (const child of rule.none) collect(child, subject, before, ways);
  else if ('has' in rule) walk(rule.has, rule.where, { subject, before, ways });
  else if ('link' in rule) walk(rule.link, rule.where, { subject, before, ways });
}

type Walk = { readonly subject: Subject; readonly before: readonly Step[]; readonly ways: Step[][] };

function walk(path: string, where: Rule | undefined, { subject, before, ways }: Walk): void {
  const { first, rest, to } = stepsOf(subject, path);
  let way = [...before];
  for (const step of [first, ...rest]) {
    way = [...way, step];
    ways.push(way);
  }
  if (where) collect(where, about(subject, to), way, ways);
}
