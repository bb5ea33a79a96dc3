import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Prints `N passed, N failed` at the end, for scripts. A file that does not load counts as failed, and so does a project whose
 * `include` matches no file, which Vitest ignores.
 */
export default class PlainSummary implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
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
    const empty: string[] = []
    for (const project of this.#vitest?.projects ?? [])
      if ((await project.globTestFiles()).testFiles.length === 0) empty.push(project.name)
    failed += empty.length
    if (empty.length > 0) process.exitCode = 1
    // After the default reporter, which prints its own summary in the same hook.
    setImmediate(() => {
      for (const name of empty) console.error(`project ${name}: vitest.config.ts includes no file for it`)
      console.log(`${passed} passed, ${failed} failed`)
    })
  }
}
