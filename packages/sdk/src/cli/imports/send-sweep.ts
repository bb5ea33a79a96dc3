import { createHash } from 'node:crypto'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { MAX_ADDED } from '@chimney/core/schema/api/trials'
import type { Chimney } from '../../client.ts'
import { Encoded } from '../../encode.ts'
import { ChimneyError } from '../../error.ts'
import type { ImportedSweep, ImportedTrial } from './records.ts'

/** Below the request limit of a Lambda function. */
const BATCH_BYTES = 2_000_000
/** Points of a batch; a request has a limited number of values. */
const BATCH_POINTS = 10_000

export interface SendOptions {
  readonly project: string
  readonly method: string
  /** The sweep stays open for agents. Otherwise it ends with its imported trials. */
  readonly isContinued: boolean
  readonly onProgress: (sent: number) => void
}

/** The imported sweep, which had been imported before if `isNew` is false. */
export interface Sent {
  readonly sweep: SweepBody
  readonly isNew: boolean
}

/**
 * Creates the sweep and adds its trials in batches. The same sweep into the same project again continues where an interrupted import
 * has ended, and otherwise changes nothing. Throws `ChimneyError('import-incomplete')` when the sweep has other trials afterwards.
 */
export async function sendSweep(
  client: Chimney,
  { config, trials }: ImportedSweep,
  { project, method, isContinued, onProgress }: SendOptions,
): Promise<Sent> {
  const whole = { method, ...config, ...(!isContinued && { run_cap: trials.length }) }
  const content = new Encoded([whole, trials]).text
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32)
  const created = await client.createSweep(whole, { project, idempotencyKey: `import-${digest}` })
  const before = await client.getSweep(created.path)
  const there = before.trials.handed_out
  if (there > trials.length || (there === trials.length && before.trials.open === 0))
    return { sweep: before, isNew: false }
  let sent = 0
  for (const [index, batch] of batchesOf(trials).entries()) {
    // A batch is added whole or not at all; the last one may have ended in the middle.
    if (sent + batch.length >= there)
      await client.addTrials(created.path, batch, {
        idempotencyKey: `import-${before.id}-${before.created_at}-${index}`,
      })
    sent += batch.length
    onProgress(sent)
  }
  const sweep = await client.getSweep(created.path)
  verify(sweep, trials)
  return { sweep, isNew: true }
}

/** Their sizes follow from the trials alone, so an import that continues has the same ones. */
export function batchesOf(trials: readonly ImportedTrial[]): readonly ImportedTrial[][] {
  const batches: ImportedTrial[][] = []
  let bytes = 0
  let points = 0
  for (const trial of trials) {
    const size = new Encoded(trial).text.length
    const length = trial.points?.length ?? 0
    const last = batches.at(-1)
    if (last && last.length < MAX_ADDED && bytes + size <= BATCH_BYTES && points + length <= BATCH_POINTS) {
      last.push(trial)
      bytes += size
      points += length
    } else {
      batches.push([trial])
      bytes = size
      points = length
    }
  }
  return batches
}

function verify({ path, trials: counts }: SweepBody, trials: readonly ImportedTrial[]): void {
  for (const state of ['finished', 'stopped', 'failed', 'killed', 'crashed'] as const) {
    const wanted = trials.filter((trial) => (trial.state ?? 'finished') === state).length
    if (counts[state] < wanted)
      throw new ChimneyError(
        'import-incomplete',
        `${path} has ${counts[state]} ${state} trials and should have ${wanted}; run the same command again`,
      )
  }
}
