import { type Cloud, startCloud } from '@chimney/local/cloud'
import { dashboard } from '@chimney/local/dashboard'
import { type Chimney, chimney, type Trial } from '@chimney/sdk/client'

export interface World {
  readonly cloud: Cloud
  readonly client: Chimney
  stop(): Promise<void>
}

/** The whole service in memory, with its pages. */
export async function startWorld(): Promise<World> {
  const cloud = await startCloud({ port: 0, agents: [], app: dashboard() })
  return {
    cloud,
    client: chimney({ url: cloud.url, key: cloud.key, entity: cloud.entity }),
    stop: () => cloud.stop(),
  }
}

export const SWEEP = `name: Which optimiser learns best?
description: A made-up landscape with a valley.
method: random
metric: {name: val_loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 1.0}
  dropout: {min: 0.0, max: 0.6}
  layers: {values: [1, 2, 4, 8]}
  optimizer: {values: [adam, sgd, lion]}
early_terminate: {type: hyperband, min_iter: 2, eta: 3}
run_cap: 60
seed: 7
`

/** How many steps a trial has. */
const STEPS = 10

/** The loss after `step` of ten, lower for good parameters: a valley in `lr`, less of it for `sgd`, some noise that is always the same. */
export function lossOf(params: Readonly<Record<string, unknown>>, step: number): number {
  const { lr, dropout, layers, optimizer } = params as {
    lr: number
    dropout: number
    layers: number
    optimizer: string
  }
  const far = (Math.log10(lr) + (optimizer === 'sgd' ? 1.2 : 2.4)) ** 2
  const floor =
    0.18 + 0.12 * far + 0.5 * (dropout - 0.22) ** 2 + (optimizer === 'lion' ? 0.04 : 0) + 0.06 / layers
  return floor + (1.6 - floor / 2) * Math.exp(-0.5 * step) + 0.015 * Math.sin(997 * lr + 31 * dropout + step)
}

/**
 * Trains trials of the sweep one after another until `count` are done or there are no more. Each step is told by itself, so
 * that a trial hears in time when it shall stop. Some fail.
 */
export async function train(client: Chimney, path: string, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const next = await client.nextTrial(path, { agent: `gpu-${done % 3}` })
    if (next.kind !== 'trial') return
    await trainOne(client, next.trial)
  }
}

export async function trainOne(
  client: Chimney,
  { run_path, params, attempt, number }: Trial,
  steps = STEPS,
): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    if (number % 17 === 5 && step === 3)
      return void (await client.finish(run_path, {
        state: 'failed',
        attempt,
        reason: 'CUDA out of memory',
        exit_code: 1,
      }))
    const loss = lossOf(params, step)
    const point = { step, values: { epoch: step, val_loss: loss, accuracy: 1 - loss / 2.5 } }
    const { stop } = await client.postMetrics(run_path, { points: [point], attempt })
    if (stop) return void (await client.finish(run_path, { state: 'stopped', attempt }))
  }
  if (steps === STEPS) await client.finish(run_path, { state: 'finished', attempt })
}
