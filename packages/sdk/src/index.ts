/** Public API of the package, except `agentFunction`, which loads Powertools for AWS Lambda. */
export type { AgentOptions, AgentReport, AgentTrialEnd } from './agent.ts'
export {
  type Chimney,
  type ChimneyOptions,
  type CreateOptions,
  chimney,
  type NextTrial,
  type PageQuery,
  type Trial,
} from './client.ts'
export { currentRun } from './current-run.ts'
export { ChimneyError } from './error.ts'
export type { Outcome, Run, RunOptions } from './run.ts'
export { TrialFailure } from './trial-failure.ts'
