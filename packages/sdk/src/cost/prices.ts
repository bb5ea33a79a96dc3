/**
 * AWS prices in US dollars: us-east-1, on demand, without free tiers, from third-party pages. Check them against
 * https://aws.amazon.com/pricing before relying on a total, and update the date.
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
  /** CloudWatch Logs: ingestion, and storage for one month. */
  loggedGb: 0.53,
  /** To the internet; agents in the same region pay less. */
  answeredGb: 0.09,
  /** A custom metric of CloudWatch; only hours in which it has a value are charged. The first ten of an account are free. */
  metricMonth: 0.3,
  /** Each metric of an alarm. The first ten of an account are free. */
  alarmMetricMonth: 0.1,
} as const

/** As deployed, see `stacks/api.ts` and `stacks/repair.ts`. */
export const LAMBDA_GB = { api: 1, reconcile: 0.5 } as const
/** Lambda memory that comes with one full vCPU. */
export const LAMBDA_GB_A_CORE = 1769 / 1024

/**
 * Bytes that AWS logs per call, including the 26 that CloudWatch adds to each line. Counted from the formats set in
 * `stacks/`, because no test can measure them. `wrapping`: per line of the service. `lifecycle`: start and end lines of
 * Lambda (the API has none). `access`: access log of the API stage.
 */
export const LOG_BYTES = { wrapping: 26, lifecycle: 430, access: 230 } as const

/** Latency of a DynamoDB request, including the network: AWS documents "single-digit" milliseconds. */
export const DYNAMO_MS = 4

/** Status line and headers of a response. */
export const HEADER_BYTES = 350
