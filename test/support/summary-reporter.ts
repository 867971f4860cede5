import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Writes the counts, and why tests were skipped, for the closing line that `npm test` prints. */
export class SummaryReporter implements Reporter {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    // An error outside any test counts as a failure, so that the counts never look green when the run is not.
    let failed = errors.length;
    const skipped: { test: string; reason: string }[] = [];
    for (const module of modules) {
      if (!module.ok() && module.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else {
          const note = result.state === 'skipped' ? result.note : undefined;
          skipped.push({ test: `${module.relativeModuleId} > ${test.fullName}`, reason: note ?? 'no reason given' });
        }
      }
    }
    writeFileSync(this.file, JSON.stringify({ passed, failed, skipped }));
  }
}
