import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MetricStates } from './states.ts';

const ids = ['a1', 'b2', 'c3', 'a', '1'];
/** Keys and texts that look like the lines of the text itself. */
const tricky = fc.constantFrom('a1', '\n"a1":', '"a1":[1],\n"b2":', '{\n', '\n}', '', 'é€😀');
const state = fc.oneof(fc.jsonValue(), tricky, fc.dictionary(tricky, fc.oneof(tricky, fc.integer())));
const changes = fc.array(fc.tuple(fc.constantFrom(...ids), fc.option(state, { nil: undefined })), { maxLength: 6 });
const plain = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

test('states read as what was last written of them, however often they went through text, ours or another’s', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ changes, through: fc.constantFrom('nothing', 'text', 'other'), asked: fc.subarray(ids) })),
      (steps) => {
        let states = MetricStates.none;
        const model = new Map<string, unknown>();
        for (const step of steps) {
          const before = states;
          const text = before.toText();
          for (const id of step.asked) states.get(id);
          states = states.with(new Map(step.changes));
          for (const [id, value] of step.changes) model.set(id, plain(value));
          expect(before.toText()).toBe(text);
          if (step.through === 'text') states = MetricStates.parse(states.toText());
          if (step.through === 'other')
            states = MetricStates.parse(JSON.stringify(JSON.parse(states.toText()), null, 1));
          for (const id of ids) expect(plain(states.get(id))).toEqual(model.get(id));
          const known = Object.fromEntries([...model].filter(([, value]) => value !== undefined));
          expect(JSON.parse(states.toText())).toEqual(known);
        }
      },
    ),
  );
});
