/** What clients received from the service. A contradiction ends the schedule at once. */
import { stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'

export interface Handed {
  readonly number: number
  readonly run: string
  readonly attempt: number
  readonly params: Params
}

/** A loss that encodes trial, attempt and step. */
export const lossOf = (number: number, attempt: number, step: number): number =>
  number + attempt / 100 + step / 10_000
export const attemptOfLoss = (number: number, loss: number): number =>
  Math.floor((loss - number) * 100 + 1e-6)

export function makeLedger() {
  /** By number and attempt: the request that got it. */
  const owners = new Map<string, string>()
  const params = new Map<number, string>()
  /** By run: the attempt whose outcome was reported as kept. */
  const kept = new Map<string, { number: number; attempt: number; state: string; value?: number }>()
  /** By run and attempt: the steps that were acknowledged. */
  const rows = new Map<string, { number: number; run: string; attempt: number; steps: Set<number> }>()
  /** By request: the acknowledged number, if any. */
  const enqueued = new Map<string, { params: Params; number?: number }>()
  const deletedRuns = new Set<string>()
  /** Runs that a user voided, requeued or deleted, or wanted to: what was kept of them may be undone. */
  const undone = new Set<string>()
  /** By run: losses that a user put into its summary, or wanted to. */
  const corrections = new Map<string, Set<number>>()
  /** By attempt: losses with which its processes ended it, or wanted to. A second end with a summary corrects the first. */
  const ends = new Map<string, Set<number>>()
  return {
    undone,
    corrections,
    ending({ run, attempt }: Handed, loss: number | undefined) {
      const id = `${run}/${attempt}`
      if (loss !== undefined) ends.set(id, (ends.get(id) ?? new Set()).add(loss))
    },
    endsOf: (run: string, attempt: number): readonly number[] => [...(ends.get(`${run}/${attempt}`) ?? [])],
    corrected(run: string, loss: number) {
      corrections.set(run, (corrections.get(run) ?? new Set()).add(loss))
    },
    owners,
    params,
    kept,
    rows,
    enqueued,
    deletedRuns,
    handed(by: string, trial: Handed) {
      const id = `${trial.number}/${trial.attempt}`
      const owner = owners.get(id)
      if (owner !== undefined && owner !== by)
        throw new Error(
          `attempt ${trial.attempt} of trial ${trial.number} was handed out to ${owner} and to ${by}`,
        )
      owners.set(id, by)
      const text = stringifyJson(trial.params)
      const before = params.get(trial.number) ?? text
      if (before !== text)
        throw new Error(`trial ${trial.number} was handed out with ${before} and with ${text}`)
      params.set(trial.number, text)
    },
    finished(trial: Handed, state: string, value: number | undefined) {
      const before = kept.get(trial.run)
      if (before && !undone.has(trial.run) && (before.attempt !== trial.attempt || before.state !== state))
        throw new Error(
          `run ${trial.run} was kept as ${before.state} of attempt ${before.attempt} and as ${state} of attempt ${trial.attempt}`,
        )
      const { number, attempt } = trial
      if (!before || before.attempt < attempt)
        kept.set(trial.run, { number, attempt, state, ...(value !== undefined && { value }) })
    },
    logged({ number, run, attempt }: Handed, step: number) {
      const id = `${run}/${attempt}`
      const known = rows.get(id) ?? { number, run, attempt, steps: new Set() }
      known.steps.add(step)
      rows.set(id, known)
    },
  }
}
export type Ledger = ReturnType<typeof makeLedger>
