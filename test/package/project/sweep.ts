/** Compiled in strict mode against the installed package. Runs a sweep and prints its best trial. */
import { type AgentReport, type Chimney, ChimneyError, chimney, type Run } from '@chimney/sdk'
import { agentFunction } from '@chimney/sdk/agent-function'
import { chimney as chimneyOfClient } from '@chimney/sdk/client'

interface Params {
  readonly lr: number
}

const train = async (run: Run<Params>): Promise<{ final: number }> => {
  for (let step = 1; step <= 3 && !run.stopRequested; step++)
    await run.log({ loss: run.params.lr / step }, { step })
  return { final: run.params.lr }
}

export const handler = agentFunction<Params>(train)

const client: Chimney = chimneyOfClient()
const { path } = await client.createSweep(
  { method: 'grid', metric: { name: 'loss' }, parameters: { lr: { values: [0.1, 0.2] } } },
  { project: 'packed' },
)
const report: AgentReport = await client.agent<Params>(path, train)
const best = await chimney().best(path)
const missing = await client.getSweep('packed/none0000').catch((error: unknown) => error)
// @ts-expect-error A trial has a number, not a name.
best?.name
console.log(
  JSON.stringify({
    finished: report.finished,
    params: best?.params,
    value: best?.value,
    missing: missing instanceof ChimneyError ? missing.code : undefined,
  }),
)
