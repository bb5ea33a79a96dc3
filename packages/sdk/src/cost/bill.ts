/** AWS charges for measured usage. */
import { DYNAMO_MS, HEADER_BYTES, LAMBDA_GB, LAMBDA_GB_A_CORE, LOG_BYTES, PRICES } from './prices.ts'

/** Usage of one call. */
export interface Usage {
  /** DynamoDB read units: 4 KB strongly consistent, 8 KB eventually. */
  readonly read: number
  /** DynamoDB write units of 1 KB in the table itself. */
  readonly write: number
  /** Write units in the index. */
  readonly index: number
  /** Bytes added to the table and its index, as counted by DynamoDB. */
  readonly stored: number
  /** SQS messages sent. */
  readonly messages: number
  /** Bytes of the response body. */
  readonly answered: number
  /** Bytes of the log line of the function, if any, as counted by CloudWatch. */
  readonly logged: number
  /** Requests to DynamoDB. */
  readonly requests: number
  /** Processor time in milliseconds. */
  readonly cpuMs: number
}

/** The call of the schedule when no sweep and no run is open. */
export const NOTHING_OPEN = 'reconcile, nothing open'

/** Number of calls of a kind, and their average usage. The schedule calls reconcile, one sweep being open; the others are HTTP requests. */
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
 * Duration of a function times its memory. The duration is the CPU time, scaled to the vCPU share of the memory, plus the
 * latency of DynamoDB. Concurrent requests are counted as sequential.
 */
const gbSeconds =
  (gb: number) =>
  ({ cpuMs, requests }: Usage): number =>
    (gb * (cpuMs / (gb / LAMBDA_GB_A_CORE) + requests * DYNAMO_MS)) / 1000

const isScheduled = ({ name }: Calls): boolean => name.startsWith('reconcile')
/** With something open, reconcile sends a message and a second function repairs. */
const isRepair = (calls: Calls): boolean => isScheduled(calls) && calls.name !== NOTHING_OPEN
/** Sent, received and deleted. */
export const SQS_REQUESTS_PER_MESSAGE = 3

/** All AWS charges for these calls, and for one month of storage of their data. */
export function billOf(calls: readonly Calls[], sqsRequests = 0): readonly Charge[] {
  const sum = (of: (average: Usage) => number, among = calls) =>
    among.reduce((total, { times, average }) => total + times * of(average), 0)
  const scheduled = calls.filter(isScheduled)
  const repairs = calls.filter(isRepair)
  const http = calls.filter((one) => !isScheduled(one))
  const logBytes =
    sum(({ logged }) => logged) +
    sum(() => LOG_BYTES.access, http) +
    sum(() => LOG_BYTES.lifecycle, [...scheduled, ...repairs])
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
      sum(() => 1, [...calls, ...repairs]),
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
    charge('SQS', sqsRequests + sum(() => SQS_REQUESTS_PER_MESSAGE, repairs), 'requests', PRICES.sqsRequest),
  ].filter(({ amount }) => amount > 0)
}

export const totalOf = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { dollars }) => sum + dollars, 0)
