/** Body of a queue record. `attempt` is the attempt number that a claim will start. */
export interface TrialMessage {
  readonly v: 1
  readonly entity: string
  readonly project: string
  readonly sweep: string
  readonly number: number
  readonly run: string
  readonly attempt: number
  /** Which repetition of its point it is, in a sweep with `replicates`. */
  readonly replicate?: { readonly index: number; readonly of: number }
  /** Bearer token for the run of the trial. */
  readonly token?: string
}

/** Undefined when the text is not a trial message of a known version. */
export const readTrialMessage = (text: string): TrialMessage | undefined => {
  let message: Partial<TrialMessage> | null
  try {
    message = JSON.parse(text) as Partial<TrialMessage> | null
  } catch {
    return undefined
  }
  if (typeof message !== 'object' || message === null || message.v !== 1) return undefined
  const { entity, project, sweep, run, number, attempt, token } = message
  if (token !== undefined && typeof token !== 'string') return undefined
  if (![entity, project, sweep, run].every((part) => typeof part === 'string' && part !== ''))
    return undefined
  return [number, attempt].every((count) => Number.isSafeInteger(count) && Number(count) >= 1)
    ? (message as TrialMessage)
    : undefined
}
