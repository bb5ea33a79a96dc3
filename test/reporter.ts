import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with the line `N passed, N failed`, which other programs read. A file that could not be loaded counts as failed. */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    let failed = errors.length
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests++
        if (test.result().state === 'passed') passed++
        else if (test.result().state === 'failed') failed++
      }
      if (module.state() === 'failed' && tests === 0) failed++
    }
    // After the default reporter, which prints its own summary in the same hook.
    setImmediate(() => console.log(`${passed} passed, ${failed} failed`))
  }
}
