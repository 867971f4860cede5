/** So many of so many. */
export type Proportion = { readonly part: number; readonly whole: number };

/** What a proportion, or a difference of two, may be as well by chance. */
export type Interval = { readonly low: number; readonly high: number };

/**
 * The score interval of one proportion, from 0 to 1: E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", J. Am. Stat. Assoc. 22 (1927) 209-212. `whole` must be above 0; `z` is what `zOf` says.
 */
export function wilsonInterval({ part, whole }: Proportion, z: number): Interval {
  const square = z * z;
  const middle = 2 * part + square;
  const reach = z * Math.sqrt(square + (4 * part * (whole - part)) / whole);
  const scale = 2 * (whole + square);
  // The ends are exact where rounding would leave a hair.
  return {
    low: part === 0 ? 0 : (middle - reach) / scale,
    high: part === whole ? 1 : (middle + reach) / scale,
  };
}

/**
 * How much larger the first of two independent proportions is than the second, from -1 to 1: method 10 (hybrid score) of R. G. Newcombe,
 * "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998) 873-890. It keeps its
 * promise for small numbers and for proportions near 0 too, where the interval of the textbooks is too narrow.
 */
export function differenceInterval(first: Proportion, second: Proportion, z: number): Interval {
  const [a, b] = [first.part / first.whole, second.part / second.whole];
  const [ofA, ofB] = [wilsonInterval(first, z), wilsonInterval(second, z)];
  return {
    low: a - b - Math.hypot(a - ofA.low, ofB.high - b),
    high: a - b + Math.hypot(ofA.high - a, b - ofB.low),
  };
}

/**
 * How many standard deviations to both sides hold `confidence` (above 0, below 1) of a normal distribution: 1.96 for 0.95. PPND7 of M. J.
 * Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988) 477-484; about 7 digits.
 */
export function zOf(confidence: number): number {
  const q = confidence / 2;
  if (q <= 0.425) {
    const r = 0.180625 - q * q;
    return q * ratio(CENTRAL, r);
  }
  const r = Math.sqrt(-Math.log((1 - confidence) / 2));
  return r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(TAIL, r - 5);
}

type Rational = readonly [above: readonly number[], below: readonly number[]];
const CENTRAL: Rational = [
  [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  [1, 17.895169469, 78.757757664, 67.1875636],
];
const MIDDLE: Rational = [
  [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  [1, 0.7370016425, 0.12021132975],
];
const TAIL: Rational = [
  [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  [1, 0.24197894225, 0.012258202635],
];

function ratio([above, below]: Rational, x: number): number {
  const at = (coefficients: readonly number[]) => coefficients.reduceRight((sum, each) => sum * x + each, 0);
  return at(above) / at(below);
}
