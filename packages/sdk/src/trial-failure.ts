/** What a training may throw to fail its trial with an exit code of its own. */
export class TrialFailure extends Error {
  readonly exitCode: number | undefined
  constructor(reason: string, exitCode?: number) {
    super(reason)
    this.exitCode = exitCode
  }
}
