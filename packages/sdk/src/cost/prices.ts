/**
 * What AWS charges, in US dollars: us-east-1, on demand, without any free tier, as third-party pages told it. Re-check
 * against https://aws.amazon.com/pricing before relying on a total, and write the new date here.
 */
export const PRICES_OF = 'November 2026'

const MILLION = 1e6

export const PRICES = {
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  storedGbMonth: 0.25,
  lambdaRequest: 0.2 / MILLION,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  /** HTTP API. A function URL would be free. */
  apiRequest: 1.0 / MILLION,
  /** Standard queue. */
  sqsRequest: 0.4 / MILLION,
  /** EventBridge Scheduler. */
  scheduledCall: 1.0 / MILLION,
  /** Taken in by CloudWatch Logs, and kept for a month. */
  loggedGb: 0.53,
  /** To the internet; agents in the same region pay less. */
  answeredGb: 0.09,
} as const

/** As deployed, see `stacks/api.ts` and `stacks/schedule.ts`. */
export const LAMBDA_GB = { api: 1, reconcile: 0.5 } as const
/** With so much memory comes one processor, with less a share of it. */
export const LAMBDA_GB_A_CORE = 1769 / 1024

/**
 * What AWS itself writes to the logs around a call, in bytes, each line with the 26 that CloudWatch adds. No test here can see
 * it: counted from the formats that `stacks/` sets. `wrapping` comes with a line of ours, `lifecycle` are Lambda's
 * lines at start and end (the API has none), `access` is the line of the API's stage.
 */
export const LOG_BYTES = { wrapping: 26, lifecycle: 430, access: 215 } as const

/** How long a function waits for DynamoDB, a request, network included: AWS promises "single-digit" milliseconds. */
export const DYNAMO_MS = 4

/** Status line and headers of an answer. */
export const HEADER_BYTES = 350
