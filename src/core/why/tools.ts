import { describeReason } from '../deliveries/index.ts';
import {
  describeEnd,
  describeHour,
  describePassage,
  describeRefusal,
  describeStep,
  describeTest,
  type EntryRefusal,
  type Exit,
  type Passage,
  type Step,
} from '../journeys/index.ts';
import type { Instant, JsonObject, LanguageCode } from '../kernel/index.ts';
import { instantText, type Phrases, type PropertyTest, phrasesOf } from '../rules/index.ts';
import type { FactKind, Facts } from './fact.ts';

/** What facts are put into words with: how the rest of the product says things in the same language. */
export type Tools = Phrases & {
  /** A moment within a sentence: to the second, in UTC. */
  readonly moment: (at: Instant) => string;
  readonly end: (reason: string, exits: readonly Exit[]) => string;
  readonly passage: (passage: Passage, step: Step | undefined) => string;
  readonly hour: (choice: JsonObject) => string;
  readonly step: (step: Step) => string;
  readonly refusal: (reason: EntryRefusal) => string;
  readonly test: (path: string, test: PropertyTest) => string;
  /** Why a message did not go out. */
  readonly reason: (code: string) => string;
};

/** What a language has to say of each kind of fact. */
export type WhyWords = { readonly [Kind in FactKind]: (fact: Facts[Kind], tools: Tools) => string };

export function toolsOf(language: LanguageCode): Tools {
  return {
    ...phrasesOf(language),
    moment: (at) => `${instantText(at).slice(0, 19).replace('T', ' ')} UTC`,
    end: (reason, exits) => describeEnd(reason, exits, language),
    passage: (passage, step) => describePassage(passage, step, language),
    hour: (choice) => describeHour(choice, language),
    step: (step) => describeStep(step, language),
    refusal: (reason) => describeRefusal(reason, language),
    test: (path, test) => describeTest(path, test, language),
    reason: (code) => describeReason(code, language),
  };
}
