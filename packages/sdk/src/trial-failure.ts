/**
 * Thrown by training code to fail its trial with a reason and an exit code.
 *
 * @example
 * ```ts
 * import { chimney, TrialFailure } from '@chimney/sdk'
 *
 * await chimney().agent<{ layers: number }>('acme/digits/abc123de', async (run) => {
 *   if (run.params.layers < 1) throw new TrialFailure('layers must be at least 1', 2)
 *   await run.log({ loss: 1 / run.params.layers })
 * })
 * ```
 */
export class TrialFailure extends Error {
  readonly exitCode: number | undefined
  constructor(reason: string, exitCode?: number) {
    super(reason)
    this.exitCode = exitCode
  }
}
