import { agentFunction } from '@chimney/sdk/agent-function'

/** Reports metrics without training. A trial with `lr` above 0.5 throws. */
export const handler = agentFunction<{ lr: number }>(async (run) => {
  for (let step = 1; step <= 3; step++) await run.log({ loss: run.params.lr / step }, { step })
  if (run.params.lr > 0.5) throw new Error('diverged')
})
