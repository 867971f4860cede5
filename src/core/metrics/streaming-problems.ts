import { type Catalog, PROFILES } from '../data/index.ts';
import { inLanguage, type Problem, say, type Wording } from '../kernel/index.ts';
import {
  about,
  aggregatesOf,
  audienceRule,
  type ColumnRule,
  checkRule,
  comparisonOf,
  compileAggregateChange,
  compileChange,
  compileWindow,
  type HasRule,
  type PropertyTest,
  pathType,
  propertyComparison,
  type Rule,
  type Subject,
  stepsOf,
  subjectOf,
} from '../rules/index.ts';

type Place = { readonly subject: Subject; readonly path: string; readonly problems: Problem[] };

/** Why a checked rule cannot be kept up to date event by event, a sentence each; empty when it can. */
export function streamingProblems(rule: Rule, catalog: Catalog): Problem[] {
  const problems: Problem[] = [];
  inspect(rule, { subject: subjectOf({ catalog, on: PROFILES }), path: '', problems });
  return problems;
}

function at(place: Place, ...keys: readonly (string | number)[]): Place {
  return { ...place, path: [...(place.path === '' ? [] : [place.path]), ...keys].join('.') };
}

function report({ path, problems }: Place, wording: Wording): void {
  problems.push({ path, message: inLanguage(wording), wording });
}

function inspect(rule: Rule, place: Place): void {
  if ('all' in rule) inspectAll(rule.all, 'all', place);
  else if ('any' in rule) inspectAll(rule.any, 'any', place);
  else if ('none' in rule) inspectAll(rule.none, 'none', place);
  else if ('event' in rule) inspectProperties(rule.where, at(place, 'where'));
  else if ('sequence' in rule) {
    rule.sequence.forEach((step, index) => {
      inspectProperties(step.where, at(place, 'sequence', index, 'where'));
    });
  } else if ('has' in rule) inspectRows(rule, place);
  else if ('audience' in rule) inspectAudience(rule.audience, at(place, 'audience'));
  else if ('message' in rule && compileWindow(rule).fromOffset !== undefined) {
    report(
      at(place, 'message'),
      say(
        'Messages are counted back from the present moment, so that which of them count changes while nothing happens.',
      ),
    );
  }
}

function inspectAll(rules: readonly Rule[], key: string, place: Place): void {
  rules.forEach((rule, index) => {
    inspect(rule, at(place, key, index));
  });
}

function inspectProperties(where: Readonly<Record<string, PropertyTest>> | undefined, place: Place): void {
  for (const [path, test] of Object.entries(where ?? {})) {
    if (compileChange(propertyComparison(test), 'json') === undefined) continue;
    report(
      at(place, path),
      say(
        'The property "{path}" is compared with the present moment, so that which events count changes while nothing happens.',
        { path },
      ),
    );
  }
}

function inspectAudience(key: string, place: Place): void {
  const live = audienceRule(place.subject, key);
  if (!live) return;
  // It was right when it was published; what it names may be gone since.
  const lost = checkRule({ rule: live.rule, catalog: place.subject.catalog });
  for (const { wording } of lost) {
    report(place, say('The audience "{key}" does not stream: {problem}', { key, problem: wording }));
  }
  if (lost.length > 0) return;
  const inner: Problem[] = [];
  inspect(live.rule, { subject: live.subject, path: '', problems: inner });
  for (const { wording } of inner) {
    report(place, say('The audience "{key}" does not stream: {problem}', { key, problem: wording }));
  }
}

function inspectRows(rule: HasRule, place: Place): void {
  const target = about(place.subject, stepsOf(place.subject, rule.has).to);
  if (compileAggregateChange(aggregatesOf(rule)) !== undefined) report(place, MOVING_ROWS);
  if (rule.where) inspectRow(rule.where, at({ ...place, subject: target }, 'where'));
}

const MOVING_ROWS = say(
  'A value of the rows is compared with the present moment, so that which rows count changes while no row does.',
);

/** Inside of rows: only what changes with the rows themselves. */
function inspectRow(rule: Rule, place: Place): void {
  if ('all' in rule) inspectRowAll(rule.all, 'all', place);
  else if ('any' in rule) inspectRowAll(rule.any, 'any', place);
  else if ('none' in rule) inspectRowAll(rule.none, 'none', place);
  else if ('column' in rule) inspectColumn(rule, place);
  else if ('has' in rule) inspectRows(rule, place);
  else if ('link' in rule) inspectRows({ has: rule.link, ...(rule.where ? { where: rule.where } : {}) }, place);
  else {
    report(
      place,
      say(
        'A condition about the person behind a row changes with that person, which may be another one than the rule is about.',
      ),
    );
  }
}

function inspectRowAll(rules: readonly Rule[], key: string, place: Place): void {
  rules.forEach((rule, index) => {
    inspectRow(rule, at(place, key, index));
  });
}

function inspectColumn(rule: ColumnRule, place: Place): void {
  if (compileChange(comparisonOf(rule), pathType(place.subject, rule.column)) === undefined) return;
  report(
    at(place, 'column'),
    say(
      'The column "{column}" is compared with the present moment, so that which rows count changes while no row does.',
      { column: rule.column },
    ),
  );
}
