import type { TrialRecord } from '../../store/trials.ts'

/** What an agent does next. */
export type AgentCommand =
  | { readonly kind: 'run'; readonly trial: TrialRecord }
  | { readonly kind: 'stop'; readonly run: string }
  /** There will be no more trials. */
  | { readonly kind: 'exit' }
