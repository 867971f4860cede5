import { type Catalog, PROFILES } from '../data/index.ts';
import { type Activity, preferredColumn, sortOf } from './activities/index.ts';
import { populationsOf } from './check.ts';
import { type Activities, inboundOf } from './graph.ts';

/** The columns that activities read of the people themselves: traits, and columns of the profile; not what rows carry along. */
export function columnsReadOfPeople(activities: Activities, catalog: Catalog): ReadonlySet<string> {
  const shapes = populationsOf(activities, catalog);
  const inbound = inboundOf(activities);
  const read = new Set<string>();
  for (const [name, activity] of Object.entries(activities)) {
    const arriving = (inbound.get(name) ?? []).flatMap(({ from, outlet }) => shapes.get(`${from}.${outlet}`) ?? []);
    const people = arriving.filter(({ dimension }) => dimension === PROFILES);
    for (const column of columnsNamed(activity)) {
      const isOfPeople = people.some(({ columns }) => columns.every((carried) => carried.name !== column));
      if (isOfPeople || (activity.type === 'build-audience' && activity.on === PROFILES)) read.add(column);
    }
  }
  return read;
}

function columnsNamed(activity: Activity): readonly string[] {
  switch (activity.type) {
    case 'build-audience':
    case 'save-audience':
      return activity.columns;
    case 'combine':
      return activity.by === undefined || activity.by === 'keys' ? [] : activity.by;
    case 'deduplicate': {
      const preferred = preferredColumn(activity.prefer)?.name ?? [];
      return [activity.by === 'keys' ? [] : activity.by, preferred].flat();
    }
    case 'split':
      return Object.values(activity.then).flatMap(({ sort }) => sortOf(sort)?.column ?? []);
    case 'read-audience':
    case 'change-dimension':
    case 'wait':
    case 'email':
    case 'end':
      return [];
  }
}
