import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

const LINES_MAX = 12;
const CHARACTERS_MAX = 300;

type Failure = { readonly test: string; readonly error: string };

/** Writes the counts, what failed with the first lines of its error, and why tests were skipped, for the closing lines of `npm test`. */
export class SummaryReporter implements Reporter {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    const skipped: { test: string; reason: string }[] = [];
    // An error outside any test counts as a failure, so that the counts never look green when the run is not.
    const failures: Failure[] = errors.map((error) => ({ test: 'outside any test', error: firstLines([error]) }));
    for (const module of modules) {
      const place = module.relativeModuleId;
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length === 0) continue;
        const name = suite.type === 'suite' ? `${place} > ${suite.fullName}` : place;
        failures.push({ test: name, error: firstLines(suite.errors()) });
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        const name = `${place} > ${test.fullName}`;
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failures.push({ test: name, error: firstLines(result.errors) });
        else {
          const note = result.state === 'skipped' ? result.note : undefined;
          skipped.push({ test: name, reason: note ?? 'no reason given' });
        }
      }
    }
    writeFileSync(this.file, JSON.stringify({ passed, failed: failures.length, failures, skipped }));
  }
}

/** What went wrong first, and where: enough to know the failure again without the rest of the output. */
function firstLines([error]: readonly SerializedError[]): string {
  if (!error) return 'no error given';
  const frame = error.stacks?.[0];
  const lines = `${error.message}\n${error.diff ?? ''}`
    .split('\n')
    .map((line) => stripVTControlCharacters(line).trimEnd().slice(0, CHARACTERS_MAX))
    .filter((line) => line !== '')
    .slice(0, LINES_MAX);
  if (frame) lines.push(`at ${relative('', frame.file)}:${frame.line}:${frame.column}`);
  return lines.join('\n');
}
