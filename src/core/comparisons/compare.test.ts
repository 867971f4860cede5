import { describe, expect, test } from 'vitest';
import { CampaignDefinition } from '../campaigns/index.ts';
import { JourneyDefinition } from '../journeys/index.ts';
import { compare } from './compare.ts';
import { dealsOfCampaign, dealsOfJourney, mayRepeat } from './dealt.ts';

const NOTHING = { opened: null, clicked: null, unsubscribed: null, goal: null };
const of = (part: number, whole: number) => ({ part, whole });
const variant = (name: string, counted: object) => ({ name, kind: 'variant' as const, ...NOTHING, ...counted });

describe('comparing', () => {
  test('says more or less only where the interval leaves zero out', () => {
    const told = compare([
      variant('a', { opened: of(100, 1_000), clicked: of(20, 1_000) }),
      variant('b', { opened: of(150, 1_000), clicked: of(22, 1_000) }),
    ]);
    expect(told.get('a')?.opened?.difference).toBeNull();
    expect(told.get('b')?.opened?.difference).toMatchObject({ control: 'a', verdict: 'more' });
    expect(told.get('b')?.opened?.difference?.by).toBeCloseTo(0.05);
    const clicked = told.get('b')?.clicked?.difference;
    expect(clicked?.verdict).toBe('open');
    expect(clicked?.low).toBeLessThan(0);
    expect(clicked?.high).toBeGreaterThan(0);
  });

  test('takes those held out as the control where they can be counted, and only there', () => {
    const told = compare([
      variant('a', { opened: of(1, 10), goal: of(30, 100) }),
      variant('b', { opened: of(9, 10), goal: of(60, 100) }),
      { ...variant('holdout', { goal: of(10, 100) }), kind: 'holdout' },
    ]);
    expect(told.get('b')?.opened?.difference?.control).toBe('a');
    expect(told.get('a')?.goal?.difference).toMatchObject({ control: 'holdout', verdict: 'more' });
    expect(told.get('holdout')).toMatchObject({ opened: null, goal: { difference: null } });
  });

  test('is as careful with ten variants together as with one alone', () => {
    const two = compare([variant('a', { clicked: of(50, 1_000) }), variant('b', { clicked: of(72, 1_000) })]);
    expect(two.get('b')?.clicked?.difference?.verdict).toBe('more');
    const others = Array.from({ length: 9 }, (_, index) => variant(`c${index}`, { clicked: of(50, 1_000) }));
    const many = compare([
      variant('a', { clicked: of(50, 1_000) }),
      variant('b', { clicked: of(72, 1_000) }),
      ...others,
    ]);
    expect(many.get('b')?.clicked?.difference?.verdict).toBe('open');
  });

  test('compares nothing with nobody', () => {
    const told = compare([variant('a', { opened: of(0, 0) }), variant('b', { opened: of(3, 4) })]);
    expect(told.get('a')?.opened).toBeNull();
    expect(told.get('b')?.opened?.difference).toBeNull();
  });
});

describe('what is dealt by lot', () => {
  const campaign = (activities: object) =>
    dealsOfCampaign(CampaignDefinition.parse({ kind: 'campaign', key: 'c', activities }));
  const all = { type: 'build-audience', rule: { trait: 'tier', eq: 'gold' }, next: 'lots' };
  const email = (next?: string) => ({ type: 'email', template: 't', ...(next === undefined ? {} : { next }) });

  test('each subset without a rule is a variant, with the first email behind it', () => {
    const deals = campaign({
      all,
      lots: {
        type: 'split',
        holdout: '10%',
        then: { a: { limit: '50%', next: 'mail-a' }, b: { next: 'wait-b' } },
      },
      'mail-a': email('again'),
      again: email(),
      'wait-b': { type: 'wait', for: '1d', next: 'mail-b' },
      'mail-b': email(),
    });
    expect(deals).toEqual([
      {
        node: 'lots',
        label: null,
        parts: [
          { name: 'holdout', kind: 'holdout', outlets: ['holdout'], emails: [] },
          { name: 'a', kind: 'variant', outlets: ['a'], emails: ['mail-a'] },
          { name: 'b', kind: 'variant', outlets: ['b'], emails: ['mail-b'] },
        ],
      },
    ]);
  });

  test('an email that others come to as well is of no variant', () => {
    const [deal] = campaign({
      all,
      lots: { type: 'split', then: { a: { limit: '50%', next: 'both' }, b: { next: 'mail-b' } } },
      'mail-b': email('both'),
      both: { type: 'combine', mode: 'union', next: 'mail' },
      mail: email(),
    });
    expect(deal?.parts.map(({ emails }) => emails)).toEqual([[], ['mail-b']]);
  });

  test('subsets by rule are not dealt: only those held out are compared, with all others together', () => {
    const vip = { where: { trait: 'country', eq: 'France' }, next: 'mail-vip' };
    const [deal] = campaign({
      all,
      lots: { type: 'split', holdout: '10%', then: { vip, others: { next: 'mail' } } },
      'mail-vip': email(),
      mail: email(),
    });
    expect(deal?.parts).toEqual([
      { name: 'rest', kind: 'rest', outlets: ['vip', 'others'], emails: ['mail-vip', 'mail'] },
      { name: 'holdout', kind: 'holdout', outlets: ['holdout'], emails: [] },
    ]);
    const partial = { type: 'split', holdout: '10%', then: { vip } };
    expect(campaign({ all, lots: partial, 'mail-vip': email() })).toEqual([]);
    expect(campaign({ all, lots: { type: 'split', then: { vip } }, 'mail-vip': email() })).toEqual([]);
  });

  test('an experiment of a journey is one, and says when somebody may get a message twice', () => {
    const journey = (entry: object) =>
      JourneyDefinition.parse({
        kind: 'journey',
        key: 'j',
        entry,
        start: 'test',
        steps: {
          test: {
            type: 'experiment',
            holdout: '20%',
            then: { a: { share: '50%', next: 'mail-a' }, b: { share: '50%', next: 'mail-b' } },
          },
          'mail-a': email(),
          'mail-b': email(),
        },
      });
    const definition = journey({ event: 'Signed Up' });
    expect(dealsOfJourney(definition)[0]?.parts.map(({ name, kind, emails }) => [name, kind, ...emails])).toEqual([
      ['a', 'variant', 'mail-a'],
      ['b', 'variant', 'mail-b'],
      ['holdout', 'holdout'],
    ]);
    expect(mayRepeat(definition)).toBe(true);
    expect(mayRepeat(journey({ event: 'Signed Up', reentry: false }))).toBe(false);
  });
});
