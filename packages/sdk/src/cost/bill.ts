/** From what calls consume to what AWS charges. */
import { DYNAMO_MS, HEADER_BYTES, LAMBDA_GB, LAMBDA_GB_A_CORE, LOG_BYTES, PRICES } from './prices.ts'

/** What one call consumes. */
export interface Usage {
  /** DynamoDB read units: 4 KB strongly consistent, 8 KB eventually. */
  readonly read: number
  /** DynamoDB write units of 1 KB in the table itself. */
  readonly write: number
  /** Write units in the index. */
  readonly index: number
  /** Bytes that the table and its index grow by, as DynamoDB counts them. */
  readonly stored: number
  /** SQS messages sent. */
  readonly messages: number
  /** Bytes of the answer's body. */
  readonly answered: number
  /** Bytes of the line that the function logs, if any, as CloudWatch counts them. */
  readonly logged: number
  /** Requests to DynamoDB. */
  readonly requests: number
  /** Processor time in milliseconds. */
  readonly cpuMs: number
}

/** So many calls of a kind, and what one of them consumes on average. Reconcile is called by the schedule, the others over HTTP. */
export interface Calls {
  readonly name: string
  readonly times: number
  readonly average: Usage
}

export interface Charge {
  readonly what: string
  readonly amount: number
  readonly unit: string
  readonly dollars: number
}

/**
 * Seconds of a function times its memory: our processor time, which takes longer on the share of a processor that comes with the
 * memory, and the wait for DynamoDB. Requests that go out together are counted as if they waited for each other.
 */
const gbSeconds =
  (gb: number) =>
  ({ cpuMs, requests }: Usage): number =>
    (gb * (cpuMs / (gb / LAMBDA_GB_A_CORE) + requests * DYNAMO_MS)) / 1000

const isScheduled = ({ name }: Calls): boolean => name.startsWith('reconcile')

/** Everything that AWS charges for these calls, and for keeping for a month what they leave behind. */
export function billOf(calls: readonly Calls[], sqsRequests = 0): readonly Charge[] {
  const sum = (of: (average: Usage) => number, among = calls) =>
    among.reduce((total, { times, average }) => total + times * of(average), 0)
  const scheduled = calls.filter(isScheduled)
  const http = calls.filter((one) => !isScheduled(one))
  const logBytes =
    sum(({ logged }) => logged) +
    sum(() => LOG_BYTES.access, http) +
    sum(() => LOG_BYTES.lifecycle, scheduled)
  const answerBytes = sum(({ answered }) => answered + HEADER_BYTES, http)
  const charge = (what: string, amount: number, unit: string, price: number): Charge => ({
    what,
    amount,
    unit,
    dollars: amount * price,
  })
  return [
    charge(
      'DynamoDB: writes, table',
      sum(({ write }) => write),
      'write units',
      PRICES.writeUnit,
    ),
    charge(
      'DynamoDB: writes, index',
      sum(({ index }) => index),
      'write units',
      PRICES.writeUnit,
    ),
    charge(
      'DynamoDB: reads',
      sum(({ read }) => read),
      'read units',
      PRICES.readUnit,
    ),
    charge(
      'DynamoDB: storage, one month',
      sum(({ stored }) => stored) / 1e6,
      'MB',
      PRICES.storedGbMonth / 1e3,
    ),
    charge(
      'API Gateway',
      sum(() => 1, http),
      'requests',
      PRICES.apiRequest,
    ),
    charge(
      'Lambda: requests',
      sum(() => 1),
      'requests',
      PRICES.lambdaRequest,
    ),
    charge(
      'Lambda: time',
      sum(gbSeconds(LAMBDA_GB.api), http) + sum(gbSeconds(LAMBDA_GB.reconcile), scheduled),
      'GB-seconds',
      PRICES.lambdaGbSecond,
    ),
    charge('CloudWatch Logs', logBytes / 1e6, 'MB', PRICES.loggedGb / 1e3),
    charge('Data to the internet', answerBytes / 1e6, 'MB', PRICES.answeredGb / 1e3),
    charge(
      'Schedule',
      sum(() => 1, scheduled),
      'calls',
      PRICES.scheduledCall,
    ),
    charge('SQS', sqsRequests, 'requests', PRICES.sqsRequest),
  ].filter(({ amount }) => amount > 0)
}

export const totalOf = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { dollars }) => sum + dollars, 0)
