import { CAMPAIGNS, LOGS } from './campaigns.ts';
import { CONTENT } from './content.ts';
import { DATA } from './data.ts';
import { DEFINITIONS } from './definitions.ts';
import { DOCUMENTS } from './documents.ts';
import { FORMS } from './forms.ts';
import { INGEST } from './ingest.ts';
import { JOURNEYS } from './journeys.ts';
import { NOUNS, STATES, THINGS } from './nouns.ts';
import { PREFERENCES } from './preferences.ts';
import { REQUESTS } from './requests.ts';
import { RULES } from './rules.ts';
import { SCHEMAS } from './schemas.ts';
import { SIMULATIONS } from './simulations.ts';
import { STEPS } from './steps.ts';
import { TESTS } from './tests.ts';

export { NOUNS } from './nouns.ts';

/** Every text that there is, in every language. */
export const WORDINGS = {
  ...NOUNS,
  ...THINGS,
  ...STATES,
  ...SCHEMAS,
  ...FORMS,
  ...DEFINITIONS,
  ...DOCUMENTS,
  ...RULES,
  ...CONTENT,
  ...JOURNEYS,
  ...STEPS,
  ...CAMPAIGNS,
  ...LOGS,
  ...DATA,
  ...INGEST,
  ...REQUESTS,
  ...PREFERENCES,
  ...SIMULATIONS,
  ...TESTS,
};
