import type { Clock } from './clock.ts'
import type { Files } from './files/files.ts'
import type { Planner } from './planner.ts'
import type { Queue } from './queue/queue.ts'
import type { WebhookQueue } from './queue/webhook-queue.ts'
import type { Store } from './store/store.ts'

/** The dependencies of the use cases; each takes only what it uses (`Pick<Deps, 'store' | 'clock'>`). Built once, in an entry point. */
export interface Deps {
  readonly store: Store
  readonly queue: Queue
  /** Deliveries to webhooks. Without it nothing is announced. */
  readonly webhooks?: WebhookQueue
  readonly files: Files
  readonly clock: Clock
  readonly settings: Settings
  /** Computes suggestions that take long; without it, this thread does. */
  readonly planner?: Planner
  /** Unpredictable lower-case letters and digits, for ids and tokens. */
  readonly randomId: (length: number) => string
  /** Receives a failure that the use case survives, such as a cache that cannot be written, for the log. */
  readonly onFailure?: OnFailure
  /** Called for each request of a W&B client with parts that this service lacks, for a metric. */
  readonly onUnrecognized?: () => void
}

/** `what` failed, in a few words without secrets. */
export type OnFailure = (what: string, error: unknown) => void

export interface Settings {
  /** How long an agent owns a trial after its last heartbeat or report. */
  readonly leaseSeconds: number
  /** Set when no other process uses the store: identifies this one in what it claims. Claims of others are those of dead processes. */
  readonly soleProcess?: string
  /** The base of links to this service, without a trailing slash. */
  readonly publicUrl: string
  /**
   * Absent: links always have `publicUrl`. `request`: they have the address that the client used. `proxy`: the same, as the headers of
   * a proxy say it.
   */
  readonly addressFrom?: 'request' | 'proxy'
  /** The base of the URLs of a local file store, without a trailing slash. Clients get the public address in its place. */
  readonly filesUrl?: string
  /** Webhooks may have addresses of this machine and of private networks, and `http:`. */
  readonly privateWebhooks?: true
}
