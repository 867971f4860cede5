export type Metric = {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** How many things were done to get the value. */
  readonly n: number;
  readonly note?: string;
};

/** Prints one measurement as a line of JSON on standard output; everything else a bench says goes to standard error. */
export function report(metric: Metric): void {
  const value = Number(metric.value.toPrecision(6));
  process.stdout.write(`${JSON.stringify({ ...metric, value, note: metric.note ?? '' })}\n`);
}

/** The most memory that this process has held so far, in MB. */
export function peakRssMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** Says on standard error what the bench is doing. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs `work` and tells how many seconds it took. */
export async function timed<T>(work: () => Promise<T> | T): Promise<{ readonly seconds: number; readonly result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1_000, result };
}
