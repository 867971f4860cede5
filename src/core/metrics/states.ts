// Owns: what the metrics remember of one person, as the text that is stored and as the states of those that somebody asked for.
// Does not own: what a state means (its metric), where the text is stored.
// Invariants: 1. of a text only the states that are asked for are read, and only those that changed are written anew; 2. a text of our
// own has one line per state, and no JSON text has a line break inside, so that a line is found by its beginning; 3. immutable.
import type { MetricState } from './metric.ts';

const NO_STATES = '{}';
const HEAD = '{\n';
const TAIL = '\n}';
const NO_CHANGES: ReadonlyMap<string, MetricState> = new Map();

type Place = { readonly from: number; readonly to: number };
/** A state of the text, and where it stands there. */
type Read = { readonly state: MetricState; readonly place: Place | undefined };

/** What is remembered of one person, by the id of the metric. A person has many metrics, and one event concerns few of them. */
export class MetricStates {
  static readonly none = new MetricStates(NO_STATES, NO_CHANGES, new Map());

  /** JSON: an object, a line per state. */
  readonly #text: string;
  /** States that are not those of the text; undefined: none any more. */
  readonly #changed: ReadonlyMap<string, MetricState>;
  /** States of the text that were asked for; they are the text's for ever, so that all who have the text share them. */
  readonly #read: Map<string, Read>;

  private constructor(text: string, changed: ReadonlyMap<string, MetricState>, read: Map<string, Read>) {
    this.#text = text;
    this.#changed = changed;
    this.#read = read;
  }

  static of(states: Readonly<Record<string, MetricState>>): MetricStates {
    const lines = Object.entries(states).flatMap(([id, state]) => (state === undefined ? [] : [lineOf(id, state)]));
    if (lines.length === 0) return MetricStates.none;
    return new MetricStates(`${HEAD}${lines.join(',\n')}${TAIL}`, NO_CHANGES, new Map());
  }

  /** The states of a JSON object, ours or another's. @throws SyntaxError when it is none. */
  static parse(text: string): MetricStates {
    if (text === NO_STATES) return MetricStates.none;
    // What is indented, or in one line, is not ours.
    if (!text.startsWith(`${HEAD}"`)) return MetricStates.of(JSON.parse(text));
    return new MetricStates(text, NO_CHANGES, new Map());
  }

  get(id: string): MetricState | undefined {
    const changed = this.#changed.get(id);
    if (changed !== undefined || this.#changed.has(id)) return changed;
    const known = this.#read.get(id);
    if (known !== undefined) return known.state;
    const place = placeOf(this.#text, id);
    const state: MetricState = place && JSON.parse(this.#text.slice(place.from, place.to));
    this.#read.set(id, { state, place });
    return state;
  }

  /** These states with others in the place of some; undefined takes one away. The map is kept, and must not change any more. */
  with(changes: ReadonlyMap<string, MetricState | undefined>): MetricStates {
    if (this.#changed.size === 0) return new MetricStates(this.#text, changes, this.#read);
    const changed = new Map(this.#changed);
    changes.forEach((state, id) => {
      changed.set(id, state);
    });
    return new MetricStates(this.#text, changed, this.#read);
  }

  /** What `parse` reads. */
  toText(): string {
    if (this.#changed.size === 0) return this.#text;
    const edits: Edit[] = [];
    let more = '';
    for (const [id, state] of this.#changed) {
      const read = this.#read.get(id);
      const place = read ? read.place : placeOf(this.#text, id);
      if (state === undefined && place) return MetricStates.of(this.#all()).#text;
      if (state === undefined) continue;
      if (place) edits.push({ ...place, text: JSON.stringify(state) });
      else more += `,\n${lineOf(id, state)}`;
    }
    if (this.#text === NO_STATES) return more === '' ? NO_STATES : `${HEAD}${more.slice(2)}${TAIL}`;
    return edited(this.#text, edits, more);
  }

  toJSON(): Readonly<Record<string, MetricState>> {
    return this.#all();
  }

  #all(): Readonly<Record<string, MetricState>> {
    return { ...JSON.parse(this.#text), ...Object.fromEntries(this.#changed) };
  }
}

function lineOf(id: string, state: MetricState): string {
  return `${JSON.stringify(id)}:${JSON.stringify(state)}`;
}

/** Where in a text the state of a metric stands. Ids are letters and digits, which JSON writes as they are. */
function placeOf(text: string, id: string): Place | undefined {
  const begin = `\n"${id}":`;
  const at = text.indexOf(begin);
  if (at < 0) return undefined;
  const from = at + begin.length;
  const end = text.indexOf('\n', from);
  return { from, to: text[end - 1] === ',' ? end - 1 : end };
}

type Edit = Place & { readonly text: string };

function edited(text: string, edits: Edit[], more: string): string {
  edits.sort((a, b) => a.from - b.from);
  let made = '';
  let at = 0;
  for (const edit of edits) {
    made += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return made + text.slice(at, -TAIL.length) + more + TAIL;
}
