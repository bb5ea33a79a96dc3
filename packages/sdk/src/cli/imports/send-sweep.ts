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
  /** Called with a trial whose parameters are not in the space of the sweep, which is left out then. Absent: the import is refused. */
  readonly onRefused?: (trial: ImportedTrial, why: string) => void
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
  { project, method, isContinued, onProgress, onRefused }: SendOptions,
): Promise<Sent> {
  const whole = { method, ...config, ...(!isContinued && { run_cap: trials.length }) }
  const content = new Encoded([whole, trials]).text
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32)
  const created = await client.createSweep(whole, { project, idempotencyKey: `import-${digest}` })
  const before = await client.getSweep(created.path)
  const there = before.trials.handed_out
  if (there > trials.length || (there === trials.length && before.trials.open === 0))
    return { sweep: before, isNew: false }
  const added: ImportedTrial[] = []
  for (const [index, whole] of batchesOf(trials).entries()) {
    let batch = whole
    // A batch is added whole or not at all; the last one may have ended in the middle. Which trials of a batch were refused is known only
    // by sending it again.
    while (batch.length > 0 && (onRefused || added.length + batch.length >= there))
      try {
        const idempotencyKey = `import-${before.id}-${before.created_at}-${index}-${batch.length}`
        await client.addTrials(created.path, batch, { idempotencyKey })
        break
      } catch (error) {
        const refused = refusedOf(error)
        if (!onRefused || refused.size === 0) throw error
        for (const [at, why] of refused) onRefused(batch[at]!, why)
        batch = batch.filter((_, at) => !refused.has(at))
      }
    added.push(...batch)
    onProgress(added.length)
  }
  if (added.length < trials.length && !isContinued)
    await client.updateSweep(
      created.path,
      added.length > 0 ? { run_cap: added.length } : { state: 'finished' },
    )
  const sweep = await client.getSweep(created.path)
  verify(sweep, added)
  return { sweep, isNew: true }
}

/** Why the service refuses trials of a batch, by their index. */
function refusedOf(error: unknown): ReadonlyMap<number, string> {
  if (!(error instanceof ChimneyError) || error.code !== 'invalid-params') return new Map()
  const refused = new Map<number, string>()
  for (const { path = '', message } of error.problem?.errors ?? []) {
    const at = /^trials\.(\d+)\./.exec(path)?.[1]
    if (at !== undefined && !refused.has(Number(at))) refused.set(Number(at), message)
  }
  return refused
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
