import { agentFunction } from '@chimney/sdk/agent-function'
import type { Run } from '@chimney/sdk/run'
import { type TrainParams, train } from './train.ts'

type Given = Readonly<Record<string, unknown>>

/** Trains one trial and logs a row per epoch. `run.signal` aborts when the sweep stops the trial early. */
export async function trainTrial(run: Pick<Run<Given>, 'params' | 'log' | 'signal'>): Promise<void> {
  await train(trainParams(run.params), {
    signal: run.signal,
    onEpoch: (result) => run.log({ ...result }, { step: result.epoch }),
  })
}

/** The agent function `digits`: each record of its queue names one trial. */
export const handler = agentFunction(trainTrial)

/** Parameters come from the sweep's config: a missing one must fail the trial with a message, not with NaN. */
function trainParams(params: Given): TrainParams {
  return {
    batch_size: positive(params, 'batch_size'),
    epochs: positive(params, 'epochs'),
    lr: positive(params, 'lr'),
  }
}

function positive(params: Given, name: string): number {
  const value = params[name]
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  throw new Error(
    `${name} must be a number above 0 and is ${JSON.stringify(value)}; fix it in the sweep's parameters`,
  )
}
