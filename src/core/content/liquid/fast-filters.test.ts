import fc from 'fast-check';
import { filters as liquidFilters } from 'liquidjs';
import { describe, expect, it } from 'vitest';
import { createEngine } from './engine.ts';
import { cutText, DOTS, SHORT_WAYS } from './fast-filters.ts';

const engine = createEngine({ html: false, locale: 'en', timeZone: 'UTC' });
const call = { context: engine.context, liquid: engine.liquid };
type Handler = (this: object, value: unknown, ...args: unknown[]) => unknown;

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
  fc.double(),
  fc.integer(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 1_000),
  fc.constantFrom(null, undefined, true, false, [], ['a'], {}, 1.005, -1.005, 2.5, -2.5, 1e21, 1e-7, 0.1 + 0.2),
);
const argument = fc.oneof(
  fc.integer({ min: -3, max: 60 }),
  fc.string({ maxLength: 5 }),
  fc.constantFrom(undefined, null, 1.5),
);

describe('the short ways', () => {
  for (const [name, short] of SHORT_WAYS) {
    it(`give what liquidjs's own ${name} gives, for any input`, () => {
      const outcome = (handler: Handler, given: unknown, args: unknown[]) => {
        try {
          return handler.apply(call, [given, ...args]);
        } catch (error) {
          return `failed: ${(error as Error).message}`;
        }
      };
      fc.assert(
        fc.property(value, fc.array(argument, { maxLength: 2 }), (given, args) => {
          const ours = short(given, args[0], args[1], args.length);
          // Undefined: liquidjs's own is asked.
          fc.pre(ours !== undefined);
          // Where nothing differs that a template can show: the sign of zero.
          const plain = (each: unknown) => (each === 0 ? 0 : each);
          expect(plain(ours)).toEqual(plain(outcome(liquidFilters[name] as Handler, given, args)));
        }),
        { numRuns: 1_000, maxSkipsPerRun: 1_000 },
      );
    });
  }
});

describe('a text that is cut', () => {
  it("is, with its dots, what liquidjs's own truncate gives", () => {
    const truncate = liquidFilters.truncate as Handler;
    fc.assert(
      fc.property(value, fc.integer({ min: -3, max: 60 }), (given, length) => {
        const cut = cutText(given, length);
        fc.pre(cut !== undefined);
        expect(cut + DOTS).toBe(truncate.apply(call, [given, length]));
      }),
      { numRuns: 1_000, maxSkipsPerRun: 1_000 },
    );
  });
});
