/** The program of `sweep.yaml`: `chimney agent` starts it once per trial. */
import { currentRun } from '@chimney/sdk'
import { trainTrial } from './agent.ts'

const run = currentRun()
if (!run) {
  console.error('Start this program with chimney agent, which passes the parameters of a trial.')
  process.exit(2)
}
await trainTrial(run)
