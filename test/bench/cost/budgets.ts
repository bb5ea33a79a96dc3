/** DynamoDB units that a call may consume. Writes include those to the index. */
export interface Budget {
  readonly write: number
  readonly read: number
}

export const SWEEP_DOLLARS = 0.1

/** The first request of a warm function also reads its API key (half a unit) and, with metrics, its sweep (one). */
export const BUDGETS: Readonly<Record<string, Budget>> = {
  'create sweep': { write: 7, read: 1.5 },
  'create sweep and dispatch': { write: 48, read: 1.5 },
  'next trial': { write: 7, read: 1.5 },
  claim: { write: 2, read: 2.5 },
  'metrics, 1 step': { write: 2, read: 2.5 },
  'metrics, 10 steps': { write: 2, read: 2.5 },
  'metrics, 50 steps': { write: 4, read: 2.5 },
  'metrics, 100 steps': { write: 5, read: 2.5 },
  'metrics, 200 steps': { write: 9, read: 2.5 },
  'metrics, 50 steps, at a rung': { write: 5, read: 5.5 },
  'heartbeat, fresh lease': { write: 0, read: 1.5 },
  'heartbeat, renewal': { write: 1, read: 1.5 },
  finish: { write: 4, read: 2.5 },
  'finish and dispatch': { write: 9, read: 2.5 },
  'finish, the last': { write: 6, read: 5.5 },
  reconcile: { write: 2, read: 20 },
  'reconcile, idle sweep': { write: 0, read: 6 },
  'reconcile, nothing open': { write: 0, read: 2 },
}
