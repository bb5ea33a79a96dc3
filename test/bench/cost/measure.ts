/** Sends requests to the service over an embedded table and records what AWS would charge for each. */
import { Logger, type LogItem } from '@aws-lambda-powertools/logger'
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Usage } from '@chimney/sdk/cost/bill'
import { LOG_BYTES } from '@chimney/sdk/cost/prices'
import { createApp } from '@chimney/server/http/app'
import { hashKey } from '@chimney/server/http/auth/authenticator'
import { logRequest } from '@chimney/server/lambda/log-request'
import { addTo, createMetrics } from '@chimney/server/lambda/metrics'
import { withMetrics } from '@chimney/server/lambda/store-metrics'
import { KEY, type Wire, type World } from '../../flow/world.ts'

export interface Meter {
  /** Sends a request with a stored API key and records its usage under `name`. Throws when the response is not `status`. */
  readonly call: (name: string, status: number, method: string, path: string, body: unknown) => Promise<Wire>
  /** Records the usage of other work. A function would log its result. */
  readonly record: (name: string, work: () => Promise<unknown>) => Promise<void>
  readonly usages: ReadonlyMap<string, readonly Usage[]>
}

type ResponseUsage = Pick<Usage, 'answered' | 'logged'>
const lineBytes = (line: unknown) => LOG_BYTES.wrapping + Buffer.byteLength(JSON.stringify(line))

/** Counts the bytes that the API function would log. */
class LineCounter extends Logger {
  bytes = 0

  protected override printLog(_level: number, line: LogItem): void {
    line.prepareForPrint()
    this.bytes += lineBytes(line.getAttributes())
  }
}

/** DynamoDB charges the minimum for a read that returns no item; the emulator reports 0. */
const EMPTY_READ = 1

/** A meter on the world's table. No other writer may use the table meanwhile: usage is a difference of snapshots. */
export async function meterOf(world: World): Promise<Meter> {
  const { units, sent } = world
  const metrics = createMetrics('production')
  const logger = new LineCounter({ serviceName: 'api' })
  const log = logRequest(logger)
  const deps = { ...world.deps, store: withMetrics(world.deps.store, addTo(metrics), world.deps.clock) }
  const usages = new Map<string, Usage[]>()
  let logged = 0
  const app = createApp(deps, {
    log: (line) => {
      // The lines that `server/src/lambda/api.ts` writes.
      logger.bytes = 0
      log(line)
      logged = logger.bytes
      if (metrics.hasStoredMetrics()) logged += lineBytes(metrics.serializeMetrics())
      metrics.clearMetrics()
    },
  })
  await deps.store.putKey({
    id: 'k1',
    hash: hashKey(KEY),
    entity: 'acme',
    name: 'agents',
    createdAt: 0,
    lastUsedAt: deps.clock.now(),
  })
  let before = await snapshot(world)

  async function measured(name: string, work: () => Promise<ResponseUsage>): Promise<void> {
    units.length = 0
    sent.length = 0
    const cpuBefore = process.cpuUsage()
    const answered = await work()
    const { user, system } = process.cpuUsage(cpuBefore)
    const after = await snapshot(world)
    const usage: Usage = {
      read: units.reduce((sum, one) => sum + (one.read + one.write === 0 ? EMPTY_READ : one.read), 0),
      write: units.reduce((sum, one) => sum + one.write, 0),
      index: indexWrites(before.indexKeys, after.indexKeys),
      stored: after.bytes - before.bytes,
      messages: sent.length,
      ...answered,
      requests: units.length,
      cpuMs: (user + system) / 1000,
    }
    before = after
    usages.set(name, [...(usages.get(name) ?? []), usage])
  }

  let keys = 0
  return {
    usages,
    record: (name, work) => measured(name, async () => ({ answered: 0, logged: lineBytes(await work()) })),
    call: async (name, status, method, path, body) => {
      const request = new Request(`https://chimney.example${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${KEY}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': `request-${++keys}`,
        },
        body: JSON.stringify(body),
      })
      let text = ''
      await measured(name, async () => {
        const response = await app.request(request)
        text = await response.text()
        if (response.status !== status) throw new Error(`${name} returned ${response.status}: ${text}`)
        return { answered: Buffer.byteLength(text), logged }
      })
      return text === '' ? undefined : JSON.parse(text)
    },
  }
}

type Item = Record<string, AttributeValue>

interface Snapshot {
  /** Index key of each indexed item, by its table key. */
  readonly indexKeys: ReadonlyMap<string, string>
  readonly bytes: number
}

/** Bytes that DynamoDB adds to the size of each stored item, in the table and in the index. */
const ITEM_OVERHEAD = 100

async function snapshot({ client, table }: World): Promise<Snapshot> {
  const indexKeys = new Map<string, string>()
  let bytes = 0
  let from: Item | undefined
  do {
    const page = await client.send(new ScanCommand({ TableName: table, ExclusiveStartKey: from }))
    for (const item of page.Items ?? []) {
      bytes += ITEM_OVERHEAD + sizeOf(item)
      const { pk, sk, gsi1pk, gsi1sk } = item
      if (!pk || !sk || !gsi1pk || !gsi1sk) continue
      indexKeys.set(`${pk.S}\n${sk.S}`, `${gsi1pk.S}\n${gsi1sk.S}`)
      bytes += ITEM_OVERHEAD + sizeOf({ pk, sk, gsi1pk, gsi1sk })
    }
    from = page.LastEvaluatedKey
  } while (from)
  return { indexKeys, bytes }
}

/** DynamoDB's item size: names and strings in UTF-8, numbers with two digits per byte. */
const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, { S, N, B, NS }]) => {
    const numbers = [...(N === undefined ? [] : [N]), ...(NS ?? [])]
    const value =
      Buffer.byteLength(S ?? '') +
      (B?.length ?? 0) +
      numbers.reduce((bytes, digits) => bytes + Math.ceil(digits.length / 2) + 1, 0)
    return sum + Buffer.byteLength(name) + value
  }, 0)

/**
 * Write units of the index. It projects keys only, so an entry is below 1 KB: DynamoDB charges one unit to add or remove an entry,
 * two to change its key, and none when the entry is unchanged. An entry added and removed within one call would be missed; no use
 * case does that.
 */
function indexWrites(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  let writes = 0
  for (const [item, key] of after) {
    const oldKey = before.get(item)
    if (oldKey === undefined) writes += 1
    else if (oldKey !== key) writes += 2
  }
  for (const item of before.keys()) if (!after.has(item)) writes += 1
  return writes
}
