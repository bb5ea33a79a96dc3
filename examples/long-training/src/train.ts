import { agentFunction } from '@chimney/sdk/agent-function'

interface Params {
  learning_rate: number
  epochs: number
}

/** Stands for hours of work: an epoch a minute. It says what it reaches, and ends early when it is told to. */
export const train = (minuteMs: number) =>
  agentFunction<Params>(
    async (run) => {
      let loss = 1
      for (let epoch = 1; epoch <= run.params.epochs && !run.stopRequested; epoch++) {
        await new Promise((resolve) => setTimeout(resolve, minuteMs))
        loss *= 1 - Math.min(0.5, run.params.learning_rate)
        await run.log({ loss }, { step: epoch })
      }
    },
    { log: (line) => console.log(JSON.stringify(line)) },
  )
