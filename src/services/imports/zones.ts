import type { Mapping } from '../../core/imports/index.ts';
import { invalid, say, says } from '../../core/kernel/index.ts';

/** @throws AppError `invalid` naming each time zone of the mapping that does not exist. */
export function checkZones(mapping: Mapping): void {
  const rules = [mapping.columns, mapping.traits].flatMap((block) => Object.entries(block ?? {}));
  const zones: [string, string][] = [['zone', mapping.zone]];
  for (const [name, rule] of rules) if (rule.zone !== undefined) zones.push([`${name}.zone`, rule.zone]);
  const problems = zones
    .filter(([, zone]) => !isZone(zone))
    .map(([path, zone]) => ({
      path,
      ...says('"{zone}" is not a time zone.', { zone }),
      expected: 'a name such as Europe/Paris',
    }));
  if (problems.length > 0) throw invalid(say('The mapping is not valid.'), problems);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    // PostgreSQL reads names and UTC; an offset such as +01:00 would be read with its sign turned round.
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
