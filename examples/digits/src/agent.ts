import { agentFunction } from '@chimney/sdk/agent-function'
import type { Run } from '@chimney/sdk/run'
import { type TrainParams, train } from './train.ts'

type Given = Readonly<Record<string, unknown>>

/** Trains one trial and logs a row an epoch. `run.signal` ends it early when the sweep sees no hope in it. */
export async function trainTrial(run: Pick<Run<Given>, 'params' | 'log' | 'signal'>): Promise<void> {
  await train(trainParams(run.params), {
    signal: run.signal,
    onEpoch: (result) => run.log({ ...result }, { step: result.epoch }),
  })
}

/** The agent function `digits`: each record of its queue names one trial. */
export const handler = agentFunction(trainTrial)

/** Parameters come from whoever wrote the sweep: what is missing must end the trial with a sentence, and not with NaN. */
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
    `${name} must be a number above 0 and is ${JSON.stringify(value)}; mend it in the sweep's parameters`,
  )
}
