import { agentFunction } from '@chimney/sdk/agent-function'

interface Params {
  learning_rate: number
  epochs: number
}

/** Simulates hours of training: one epoch per minute. Reports its loss, and ends early when requested. */
export const train = (minuteMs: number) =>
  agentFunction<Params>(async (run) => {
    let loss = 1
    for (let epoch = 1; epoch <= run.params.epochs && !run.stopRequested; epoch++) {
      await new Promise((resolve) => setTimeout(resolve, minuteMs))
      loss *= 1 - Math.min(0.5, run.params.learning_rate)
      await run.log({ loss }, { step: epoch })
    }
  })
