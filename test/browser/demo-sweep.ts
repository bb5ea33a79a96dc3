import type { Chimney, Trial } from '@chimney/sdk/client'

/** A realistic sweep, for the screenshots of the documentation. */
export const DEMO_SWEEP = `name: ResNet on CIFAR-10
description: A recipe that trains in 20 epochs.
method: bayes
metric: {name: val_acc, goal: maximize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.00001, max: 1.0}
  batch_size: {values: [32, 64, 128, 256, 512]}
  optimizer: {values: [sgd, adamw, lion]}
  dropout: {min: 0.0, max: 0.5}
  weight_decay: {distribution: log_uniform_values, min: 0.000001, max: 0.01}
  depth: {values: [18, 34, 50]}
early_terminate: {type: asha, min_iter: 2, eta: 3, max_iter: 20}
run_cap: 120
seed: 11
`
/** Simulated duration of {@link trainDemoSweep}, rounded up. */
export const DEMO_MS = 126 * 60_000
const AGENTS = 4
const EPOCHS = 20
/** Ended trials in the screenshots; one more is running per agent. */
const ENDED = 84

interface Worker {
  readonly agent: string
  trial: Trial | undefined
  epoch: number
  /** Time of its next event, Unix ms. */
  at: number
}

/**
 * Trains most of {@link DEMO_SWEEP} with four agents. `past` is the clock of the service: it is advanced from event to
 * event, so that trials last minutes and overlap. Large batches of the deepest network run out of memory.
 */
export async function trainDemoSweep(
  client: Chimney,
  path: string,
  past: { at: number | undefined },
): Promise<void> {
  const start = past.at ?? 0
  const workers = Array.from(
    { length: AGENTS },
    (_, i): Worker => ({ agent: `a100-${i}`, trial: undefined, epoch: 0, at: start + 9_000 * i }),
  )
  for (let ended = 0; ended < ENDED; ) {
    const worker = workers.reduce((first, other) => (other.at < first.at ? other : first))
    past.at = worker.at
    if (!worker.trial) {
      const next = await client.nextTrial(path, { agent: worker.agent })
      if (next.kind !== 'trial') throw new Error(`the demo sweep ended after ${ended} trials`)
      worker.trial = next.trial
      worker.epoch = 0
    } else {
      worker.epoch++
      const over = await report(client, worker.trial, worker.epoch)
      if (over) {
        ended++
        worker.trial = undefined
      }
    }
    worker.at += worker.trial ? epochMs(worker.trial) : 12_000
  }
}

/** Deeper networks take longer, with deterministic noise. */
const epochMs = ({ params, number }: Trial): number =>
  (14_000 + 700 * Number(params.depth)) * (0.9 + 0.2 * noise(number))

/** Returns whether the trial has ended. */
async function report(client: Chimney, trial: Trial, epoch: number): Promise<boolean> {
  const { run_path, params, attempt, number } = trial
  if (params.depth === 50 && params.batch_size === 512 && epoch === 2) {
    const reason = 'CUDA out of memory: tried to allocate 2.31 GiB, 39.56 GiB in all'
    await client.finish(run_path, { state: 'failed', attempt, reason, exit_code: 1 })
    return true
  }
  const val_acc = accuracyOf(params, epoch, number)
  const values = {
    val_acc,
    val_loss: 2.3 * Math.exp(-2.8 * val_acc) + 0.015 * noise(number + epoch),
    train_loss: 2.3 * Math.exp(-3 * val_acc) + 0.01 * noise(number - epoch),
    epoch,
  }
  const { stop } = await client.postMetrics(run_path, { points: [{ step: epoch, values }], attempt })
  if (!stop && epoch < EPOCHS) return false
  await client.finish(run_path, { state: stop ? 'stopped' : 'finished', attempt })
  return true
}

/** Deterministic noise, 0 to 1. */
const noise = (number: number): number => Math.abs(Math.sin(12.9898 * number) * 43_758.5453) % 1

/** Test function: an optimal learning rate per optimizer, slightly better with depth. */
function accuracyOf(params: Trial['params'], epoch: number, number: number): number {
  const { lr, batch_size, optimizer, dropout, weight_decay, depth } = params as {
    lr: number
    batch_size: number
    optimizer: 'sgd' | 'adamw' | 'lion'
    dropout: number
    weight_decay: number
    depth: number
  }
  const away = Math.log10(lr) - { sgd: -1.2, adamw: -2.9, lion: -3.6 }[optimizer]
  const end =
    0.924 +
    (optimizer === 'adamw' ? 0.012 : 0) -
    0.045 * away ** 2 -
    0.008 * (Math.log10(weight_decay) + 3.6) ** 2 -
    0.6 * (dropout - 0.2) ** 2 -
    0.006 * Math.abs(Math.log2(batch_size / 128)) +
    0.005 * Math.log2(depth)
  const top = Math.max(0.1, Math.min(0.97, end))
  const decay = Math.exp(-0.32 * epoch * (away < -1 ? 0.6 : 1))
  return Math.max(0.09, top - (top - 0.1) * decay + 0.008 * (noise(31 * number + epoch) - 0.5))
}
