import type { Deps } from '../../deps.ts'
import type { RepairQueue } from '../../queue/repair-queue.ts'
import { TRIALS_PER_PAGE } from '../trials/trial-pages.ts'

export interface GracePeriods {
  /** What looks lost may be a request in progress for so long. */
  readonly graceMs: number
  /** A queued trial is sent to its agent function again after so long: its message may be lost. */
  readonly resendAfterMs: number
}

export interface RepairOptions extends GracePeriods {
  /** Time for one message. At least one page of trials is repaired; the rest continues with another message. */
  readonly budgetMs: number
  /** Trial numbers per page. */
  readonly pageSize: number
}

export const REPAIR_OPTIONS: RepairOptions = {
  graceMs: 30_000,
  resendAfterMs: 15 * 60_000,
  budgetMs: 5_000,
  pageSize: TRIALS_PER_PAGE,
}

export type RepairDeps = Pick<
  Deps,
  'store' | 'queue' | 'webhooks' | 'files' | 'clock' | 'settings' | 'onFailure'
> & {
  readonly repairs: RepairQueue
}
