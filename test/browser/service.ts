import { type Cloud, type CloudOptions, startCloud } from '@chimney/local/cloud'
import { dashboard } from '@chimney/local/http/dashboard'
import { type Chimney, chimney, type Trial } from '@chimney/sdk/client'
import type { TrialRecord } from '@chimney/server/store/trials'

export interface Service {
  readonly cloud: Cloud
  readonly client: Chimney
  stop(): Promise<void>
}

/** Starts the service in memory, with the dashboard. */
export async function startService(more: Partial<CloudOptions> = {}): Promise<Service> {
  const cloud = await startCloud({ port: 0, agents: [], app: dashboard(), ...more })
  return {
    cloud,
    client: chimney({ url: cloud.url, key: cloud.key, entity: cloud.entity }),
    stop: () => cloud.stop(),
  }
}

export const SWEEP = `name: Which optimizer learns best?
description: A synthetic objective.
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

/** Writes `count` finished trials directly to the store. */
export async function fill({ cloud }: Service, path: string, count: number): Promise<void> {
  const [entity = '', project = '', sweep = ''] = path.split('/')
  const key = { entity, project, sweep }
  const { store, clock } = cloud.deps
  const now = clock.now()
  const head = (await store.takeNumbers(key, count, now))!.head
  const trial = (number: number): TrialRecord => {
    // Low-discrepancy sequences (golden ratio and its generalizations): even and deterministic.
    const part = (by: number) => (number * by) % 1
    const params = {
      lr: 10 ** (-4 * part(0.618034)),
      dropout: 0.6 * part(0.754878),
      layers: [1, 2, 4, 8][Math.floor(4 * part(0.56984))]!,
      optimizer: ['adam', 'sgd', 'lion'][Math.floor(3 * part(0.819173))]!,
    }
    const value = lossOf(params, 10)
    const startedAt = now - (count - number) * 2_000
    return {
      key: { ...key, number },
      run: `${sweep}-${number}`,
      params,
      state: 'finished',
      attempt: 1,
      value,
      loss: value,
      agent: `gpu-${number % 8}`,
      suggestedBy: { arm: 'random', why: 'drawn from the distributions of the parameters' },
      createdAt: startedAt,
      startedAt,
      updatedAt: startedAt + 15_000,
    }
  }
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  for (let at = 0; at < count; at += 100)
    await Promise.all(numbers.slice(at, at + 100).map((number) => store.createTrial(trial(number))))
  const best = numbers.map(trial).reduce((a, b) => (b.loss! < a.loss! ? b : a))
  const { value, loss, run } = best
  await store.offerBest(key, { number: best.key.number, run, value: value!, loss: loss! }, undefined)
  await store.recount(key, head, { finished: count, stopped: 0, failed: 0, killed: 0, crashed: 0 })
  const counted = (await store.getHead(key))!
  await store.replaceHead(key, { ...counted, settled: count, rev: counted.rev + 1 }, 0)
}

/** Steps per trial. */
const STEPS = 10

/** Synthetic loss after `step` of ten steps, with an optimal `lr` per optimizer and deterministic noise. */
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
 * Runs up to `count` trials of the sweep one after another. Each step is reported separately, so that early stopping takes effect
 * at once. Some trials fail.
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

export const MULTI_OBJECTIVE_SWEEP = `name: Small and good
method: random
metrics: [{name: val_loss, goal: minimize}, {name: size, goal: minimize}]
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 1.0}
  layers: {values: [1, 2, 4, 8, 16]}
run_cap: 60
`

/** Runs trials of {@link MULTI_OBJECTIVE_SWEEP}: more layers have a lower loss and a larger size. */
export async function trainMultiObjective(client: Chimney, path: string, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const next = await client.nextTrial(path, { agent: 'cpu' })
    if (next.kind !== 'trial') return
    const { run_path, params, attempt } = next.trial
    const { lr, layers } = params as { lr: number; layers: number }
    const values = {
      val_loss: (Math.log10(lr) + 2) ** 2 / 4 + 1 / layers,
      size: 1.3 * layers + ((997 * lr) % 1),
    }
    await client.postMetrics(run_path, { points: [{ step: 1, values }], attempt })
    await client.finish(run_path, { state: 'finished', attempt })
  }
}

/** Logs a run without a sweep, with a long history, console, system metrics and files. */
export async function logLongRun({ cloud, client }: Service, project: string, run: string): Promise<void> {
  await client.createRun(project, {
    id: run,
    name: 'long-run',
    config: { lr: 0.1, net: { layers: 3 } },
    tags: ['baseline'],
  })
  const key = { entity: 'local', project, run }
  const wave = (step: number) => 0.1 * Math.sin(1.7 * step) * Math.exp(-step / 2_000)
  const loss = (step: number) => 0.2 + Math.exp(-step / 900) + wave(step) + (step % 611 === 0 ? 0.6 : 0)
  for (let from = 0; from < 4_000; from += 1_000)
    await client.postMetrics(`local/${project}/${run}`, {
      points: Array.from({ length: 1_000 }, (_, i) => ({
        step: from + i,
        values: { loss: loss(from + i), lr: 0.1 * 0.999 ** (from + i) },
      })),
    })
  const { store, files } = cloud.deps
  const rows = (of: (i: number) => Record<string, number | string>) =>
    Array.from({ length: 60 }, (_, i) => ({ index: i, at: 2_000 * i, values: of(i) }))
  const chunk = { attempt: 1, receivedAt: 1 }
  await store.putChunk(key, 'console', {
    ...chunk,
    rows: rows((i) => ({ line: `epoch ${i} of 60: loss ${(1 / (i + 1)).toFixed(4)}` })),
  })
  await store.putChunk(key, 'system', {
    ...chunk,
    rows: rows((i) => ({ cpu: 40 + 20 * Math.sin(i), 'gpu.0.memory': 60 + i / 3 })),
  })
  const folder = `runs/local/${project}/${run}`
  await files.put(`${folder}/output.log`, new TextEncoder().encode('hello'))
  await files.put(`${folder}/media/model%20best.pt`, new Uint8Array(3_200_000))
}
