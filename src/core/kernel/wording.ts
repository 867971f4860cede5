import type { LanguageCode } from './language.ts';
import { type NOUNS, WORDINGS } from './wordings/index.ts';

/** Every text that there is, by its English. `{name}` is a place; `{count:row|rows}` is one of two words by a number. */
export type Said = keyof typeof WORDINGS;

/** A thing by its name, to stand in a place. */
export type Noun = keyof typeof NOUNS;

/** What may stand in a place. */
export type Insert = string | number | Wording | readonly Wording[];

/** A text as data: which one, and what stands in its places. Each language has its own form of it. */
export type Wording = { readonly says: Said; readonly with: Readonly<Record<string, Insert>> };

type NameOf<Place extends string> = Place extends `${infer Name}:${string}` ? Name : Place;
type Names<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends ` ${string}` | `%${string}` ? never : NameOf<Place>) | Names<Rest>
  : never;
type Places<Text extends string> = [Names<Text>] extends [never]
  ? readonly []
  : readonly [inserts: { readonly [Name in Names<Text>]: Insert }];

/** A text without places. */
export type Plain = { [Text in Said]: [Names<Text>] extends [never] ? Text : never }[Said];

/** One of the texts, with what stands in its places. */
export function say<const Text extends Said>(says: Text, ...[inserts]: Places<Text>): Wording {
  return { says, with: inserts ?? {} };
}

/** The same as the message of a problem: in English, and as data. */
export function says<const Text extends Said>(
  text: Text,
  ...places: Places<Text>
): { readonly message: string; readonly wording: Wording } {
  const wording = say(text, ...places);
  return { message: inLanguage(wording), wording };
}

/** What a schema says of a value that does not fit; the compiler sees to it that every language has it. */
export function worded<Text extends Plain>(text: Text): Text {
  return text;
}

/** Words that are nobody's to translate: of a library, of a person, of another system. */
export function verbatim(text: string): Wording {
  return say('{text}', { text });
}

export function isSaid(text: string): text is Said {
  return Object.hasOwn(WORDINGS, text);
}

const PLACE = /\{([a-zA-Z]\w*)(?::([^|{}]*)\|([^{}]*))?\}/g;

/** What a schema's own check reports, as data beside its English. */
export function issueOf(path: PropertyKey[], wording: Wording) {
  return { code: 'custom', path, message: inLanguage(wording), params: { wording } } as const;
}

/** A wording in the words of a language. */
export function inLanguage(wording: Wording, language: LanguageCode = 'en'): string {
  const { says: english, with: inserts } = wording;
  const text = language === 'en' ? english : WORDINGS[english][language];
  return text.replace(PLACE, (place, name: string, one?: string, many?: string) => {
    const insert = inserts[name];
    if (insert === undefined) return place;
    if (one !== undefined && many !== undefined) return isOne(Number(insert), language) ? one : many;
    return insertText(insert, language);
  });
}

function insertText(insert: Insert, language: LanguageCode): string {
  if (typeof insert !== 'object') return String(insert);
  if ('says' in insert) return inLanguage(insert, language);
  return insert.map((each) => inLanguage(each, language)).join('; ');
}

function isOne(count: number, language: LanguageCode): boolean {
  return language === 'fr' ? Math.abs(count) < 2 : count === 1;
}
